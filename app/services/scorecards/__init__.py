"""Turn uploaded outcome measures, staffing and waves into a published scorecard."""
