"""Intervals from summary numbers: for means, for shares of a survey, for simple counts."""

from analysis.intervals.counts import COUNT_METHODS as COUNT_METHODS
from analysis.intervals.counts import count_interval as count_interval
from analysis.intervals.interval import BadIntervalInput as BadIntervalInput
from analysis.intervals.interval import Interval as Interval
from analysis.intervals.interval import critical_value as critical_value
from analysis.intervals.interval import t_interval as t_interval
from analysis.intervals.likelihood import InterceptFit as InterceptFit
from analysis.intervals.likelihood import fit_intercept as fit_intercept
from analysis.intervals.shares import SHARE_METHODS as SHARE_METHODS
from analysis.intervals.shares import adjusted_effective_n as adjusted_effective_n
from analysis.intervals.shares import effective_n as effective_n
from analysis.intervals.shares import share_interval as share_interval
