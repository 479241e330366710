"""Count pages and answers, rounded down to fives, without times and in memory alone.

Each worker process counts for itself; a scrape sees one of them.
"""

from __future__ import annotations

from collections import Counter

STEP = 5
PREFIX = "commontrust_"


class RoundedCounters:
    """Counts by name, shown only in whole fives."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        self._counts[name] += 1

    def rounded(self) -> dict[str, int]:
        return {name: count - count % STEP for name, count in sorted(self._counts.items())}

    def to_text(self) -> str:
        """The counters in Prometheus' text format."""
        lines = ["# Rounded down to whole fives: a single resident never shows."]
        for name, count in self.rounded().items():
            lines += [f"# TYPE {PREFIX}{name}_total counter", f"{PREFIX}{name}_total {count}"]
        return "\n".join(lines) + "\n"
