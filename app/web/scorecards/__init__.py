"""Show published scorecards: as a page, on paper, as a table and as JSON."""
