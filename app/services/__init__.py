"""Hold what a person can do: one package for each journey. Only this floor imports `analysis`."""
