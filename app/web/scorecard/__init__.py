"""How a published scorecard is told: as a page, on paper, as a table, and as figures for programs."""
