"""How the sample was drawn, and the variance that follows from it."""

from analysis.design.adjustments import Adjustment as Adjustment
from analysis.design.adjustments import CarriedAdjustment as CarriedAdjustment
from analysis.design.adjustments import CellAdjustment as CellAdjustment
from analysis.design.adjustments import CellRule as CellRule
from analysis.design.adjustments import Projection as Projection
from analysis.design.design import MOST_LEVERAGE as MOST_LEVERAGE
from analysis.design.design import Design as Design
from analysis.design.design import Step as Step
from analysis.design.indexed import with_index as with_index
from analysis.design.lazy import LazyDesign as LazyDesign
from analysis.design.lazy import gathered as gathered
from analysis.design.negative import NegativeWeights as NegativeWeights
from analysis.design.negative import check_weights_not_negative as check_weights_not_negative
from analysis.design.profiles import Scores as Scores
from analysis.design.replicates import Replicates as Replicates
from analysis.design.stages import Stage as Stage
