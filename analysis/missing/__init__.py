"""Missing answers: items imputed several times, and estimates of imputed files pooled."""

from analysis.missing.items import impute_items as impute_items
from analysis.missing.rubin import Pooled as Pooled
from analysis.missing.rubin import pool_imputations as pool_imputations
from analysis.missing.sensitivity import IndexSensitivity as IndexSensitivity
from analysis.missing.sensitivity import index_sensitivity as index_sensitivity
