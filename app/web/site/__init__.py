"""Serve the front page and the health checks."""
