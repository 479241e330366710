"""Missing answers: estimates of multiply imputed files, pooled."""

from analysis.missing.rubin import Pooled as Pooled
from analysis.missing.rubin import pool_imputations as pool_imputations
