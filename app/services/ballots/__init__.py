"""Seal answers in envelopes, mirror them on a second disk, make invitation codes and flag responses."""
