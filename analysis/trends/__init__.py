"""Trends over any number of waves: slopes, contrasts, a test of no change, and one sentence."""

from analysis.trends.waves import Trend as Trend
from analysis.trends.waves import slope_weights as slope_weights
from analysis.trends.waves import wave_trend as wave_trend
