"""Compute, preview, publish and query reports."""
