"""Reference cases that no function of `analysis` answers yet, or answers otherwise, each with its reason."""

# {kind: reason}
UNCOVERED: dict[str, str] = {}
# {case id: reason}; each must differ, or its reason has gone
DIFFERENT: dict[str, str] = {
    "imputation.glm_logit": "R takes the working weights from before its last step: one covariance is "
    "-9.062673e-3 in R and -9.062672e-3 at the solution; all other figures agree to 1e-7",
}
