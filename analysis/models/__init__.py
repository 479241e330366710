"""Regression on a survey design: which answers go together, with standard errors that know the sample."""

from analysis.models.margins import predictive_margins as predictive_margins
from analysis.models.ordinal import regress_ordinal as regress_ordinal
from analysis.models.regression import Regression as Regression
from analysis.models.regression import regress as regress
