"""Simulate a community with a known truth: its residents, their answers over HTTP, its waves and reports.

This package labels everything that it publishes as simulated.
"""
