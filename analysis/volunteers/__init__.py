"""People who chose to take part: modeled estimates of an open link, and estimates combined with an address sample."""

from analysis.volunteers.composite import Composite as Composite
from analysis.volunteers.composite import blend_weights as blend_weights
from analysis.volunteers.composite import combine_pooled as combine_pooled
from analysis.volunteers.composite import combine_sources as combine_sources
from analysis.volunteers.composite import data_defect as data_defect
from analysis.volunteers.estimates import OpenLinkEstimate as OpenLinkEstimate
from analysis.volunteers.estimates import open_link_mean as open_link_mean
