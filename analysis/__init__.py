"""Survey statistics for community trust: designs, weights, indices, estimates, gaps, and what may be published."""

from analysis.design import Design as Design
from analysis.errors import AnalysisError as AnalysisError
from analysis.estimation import count as count
from analysis.estimation import mean as mean
from analysis.estimation import quantile as quantile
from analysis.estimation import ratio as ratio
from analysis.estimation import share as share
from analysis.estimation import total as total
from analysis.frames import Condition as Condition
from analysis.frames import Table as Table
from analysis.gaps import Gap as Gap
from analysis.gaps import Gaps as Gaps
from analysis.gaps import contrasts as contrasts
from analysis.gaps import gaps_to_everyone as gaps_to_everyone
from analysis.gaps import pairwise_gaps as pairwise_gaps
from analysis.gaps import wave_changes as wave_changes
from analysis.reading import load_data as load_data
from analysis.results import Estimate as Estimate
from analysis.results import Estimates as Estimates
