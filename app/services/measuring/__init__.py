"""Outcome measures, staffing and the scorecard: from a table that somebody answers for to a published page."""
