"""Gaps: differences between groups, from everyone, between waves and from targets, with the covariance they need."""

from analysis.gaps.benchmarks import Asked as Asked
from analysis.gaps.benchmarks import BenchmarkGap as BenchmarkGap
from analysis.gaps.benchmarks import NotComparable as NotComparable
from analysis.gaps.benchmarks import SurveyFigure as SurveyFigure
from analysis.gaps.benchmarks import find_differences as find_differences
from analysis.gaps.benchmarks import gap_to_benchmark as gap_to_benchmark
from analysis.gaps.contrasts import contrasts as contrasts
from analysis.gaps.everyone import gaps_to_everyone as gaps_to_everyone
from analysis.gaps.everyone import gaps_to_everyone_within as gaps_to_everyone_within
from analysis.gaps.gap import Gap as Gap
from analysis.gaps.gap import Gaps as Gaps
from analysis.gaps.pairs import pairwise_gaps as pairwise_gaps
from analysis.gaps.targets import target_gaps as target_gaps
from analysis.gaps.targets import to_shares as to_shares
from analysis.gaps.waves import changes_between as changes_between
from analysis.gaps.waves import wave_changes as wave_changes
