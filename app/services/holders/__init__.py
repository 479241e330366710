"""Make, store, check and destroy the keys of the two holders: the operator and the second holder."""
