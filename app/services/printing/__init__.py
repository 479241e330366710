"""Paper: what a page shows is set by Typst as tagged PDF. What it says is decided elsewhere."""
