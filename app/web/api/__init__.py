"""What programs can ask, under `/api/v1`: every request with a key, every status declared."""
