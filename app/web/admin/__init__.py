"""Serve the operators' console at `/staff`."""
