"""Compare the claims of published reports with the known truth of a simulated city."""
