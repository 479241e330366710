"""Survey statistics for community trust: designs, weights, indices, estimates, gaps, and what may be published."""

from analysis.design import Design as Design
from analysis.errors import AnalysisError as AnalysisError
from analysis.estimation import count as count
from analysis.estimation import mean as mean
from analysis.estimation import ratio as ratio
from analysis.estimation import share as share
from analysis.estimation import total as total
from analysis.frames import Condition as Condition
from analysis.frames import Table as Table
from analysis.results import Estimate as Estimate
from analysis.results import Estimates as Estimates
