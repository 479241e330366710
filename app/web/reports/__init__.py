"""A published report as a reader meets it: pure functions from its document and words to what a page may show."""
