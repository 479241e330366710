"""Set pages as PDF."""
