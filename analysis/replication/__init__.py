"""Replicate weights: made from a design, or taken from the columns of a file."""

from analysis.replication.attach import attach_replicates as attach_replicates
from analysis.replication.make import bootstrap as bootstrap
from analysis.replication.make import brr as brr
from analysis.replication.make import grouped_jackknife as grouped_jackknife
from analysis.replication.make import jk1 as jk1
from analysis.replication.make import jkn as jkn
from analysis.replication.make import successive_differences as successive_differences
