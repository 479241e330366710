"""How the sample was drawn, and the variance that follows from it."""

from analysis.design.design import Adjustment as Adjustment
from analysis.design.design import Design as Design
from analysis.design.design import Step as Step
from analysis.design.stages import Stage as Stage
