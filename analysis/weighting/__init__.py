"""Weights: nonresponse, post-stratification, raking, calibration and trimming, each step recorded."""

from analysis.weighting.calibrate import Amount as Amount
from analysis.weighting.calibrate import Auxiliary as Auxiliary
from analysis.weighting.calibrate import calibrate as calibrate
from analysis.weighting.diagnostics import Evenness as Evenness
from analysis.weighting.diagnostics import ShareGap as ShareGap
from analysis.weighting.diagnostics import pseudo_r as pseudo_r
from analysis.weighting.diagnostics import r_indicator as r_indicator
from analysis.weighting.diagnostics import share_gaps as share_gaps
from analysis.weighting.diagnostics import weight_costs as weight_costs
from analysis.weighting.goals import MarginNotMet as MarginNotMet
from analysis.weighting.merging import merge_small as merge_small
from analysis.weighting.nonresponse import nonresponse_classes as nonresponse_classes
from analysis.weighting.nonresponse import nonresponse_propensity as nonresponse_propensity
from analysis.weighting.poststratify import poststratify as poststratify
from analysis.weighting.propensity import Propensity as Propensity
from analysis.weighting.propensity import response_propensity as response_propensity
from analysis.weighting.rake import rake as rake
from analysis.weighting.standardize import standardize as standardize
from analysis.weighting.targets import Margin as Margin
from analysis.weighting.targets import PopulationTargets as PopulationTargets
from analysis.weighting.trimming import trim as trim
