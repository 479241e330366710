"""Serve the API for programs under `/api/v1`."""
