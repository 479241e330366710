"""HTTP only: what arrives, what is shown. What a person can do lives in `services`."""
