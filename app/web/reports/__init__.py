"""Show published reports: as a page, PDF, CSV and JSON."""
