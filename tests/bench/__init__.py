"""Measure speed and memory as ratios to a floor that the same run measures. This package holds no tests."""
