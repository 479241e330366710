"""Commontrust: residents answer, agencies read, researchers check."""
