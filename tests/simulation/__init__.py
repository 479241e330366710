"""Reports on populations whose truth is known: how often an interval holds it, and what an open link misses."""
