"""Estimates from a design: means, totals, ratios, shares, quantiles, and what is made of them."""

from analysis.estimation.deff import kish_design_effect as kish_design_effect
from analysis.estimation.deff import kish_effective_n as kish_effective_n
from analysis.estimation.means import mean as mean
from analysis.estimation.means import ratio as ratio
from analysis.estimation.means import total as total
from analysis.estimation.shares import count as count
from analysis.estimation.shares import share as share
