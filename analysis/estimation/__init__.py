"""Estimates from a design: means, totals, ratios, shares, quantiles, and what is made of them."""

from analysis.estimation.deff import Kish as Kish
from analysis.estimation.deff import kish as kish
from analysis.estimation.means import mean as mean
from analysis.estimation.means import means as means
from analysis.estimation.means import ratio as ratio
from analysis.estimation.means import total as total
from analysis.estimation.quantile_rules import weighted_quantile as weighted_quantile
from analysis.estimation.quantiles import quantile as quantile
from analysis.estimation.shares import count as count
from analysis.estimation.shares import share as share
from analysis.estimation.shares import shares as shares
from analysis.estimation.variances import variance as variance
