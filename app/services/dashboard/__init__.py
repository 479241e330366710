"""Summarize what staff see first: the overview and the page of a wave."""
