"""What a survey is, and what its answers mean. Pure: no tables, no clock, no network."""
