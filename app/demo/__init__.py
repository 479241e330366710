"""Simulate a community with a known truth: its residents, their answers over HTTP, its waves and reports.

Everything that this package publishes is labelled as simulated.
"""
