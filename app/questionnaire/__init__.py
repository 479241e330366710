"""Surveys and the meaning of their answers. Pure: no tables, no clock, no network."""
