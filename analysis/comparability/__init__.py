"""Whether items mean the same in several groups or languages."""

from analysis.comparability.alignment import Alignment as Alignment
from analysis.comparability.alignment import align as align
from analysis.comparability.dif import ItemDif as ItemDif
from analysis.comparability.dif import item_dif as item_dif
from analysis.comparability.measurement import FactorModel as FactorModel
from analysis.comparability.measurement import compare_models as compare_models
from analysis.comparability.measurement import factor_model as factor_model
from analysis.comparability.ordered_factors import OrdinalFactorModel as OrdinalFactorModel
from analysis.comparability.ordered_factors import compare_ordinal as compare_ordinal
from analysis.comparability.ordered_factors import ordinal_factor_model as ordinal_factor_model
from analysis.comparability.verdict import Comparability as Comparability
from analysis.comparability.verdict import comparability as comparability
from analysis.comparability.verdict import search_items as search_items
