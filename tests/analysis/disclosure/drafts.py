"""Small tables and releases for the tests of publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.disclosure import Catalogue, DraftReport, DraftSection, DraftTable, EarlierRelease, Rules, Shown
from analysis.disclosure.catalogue import domain_id
from analysis.disclosure.tables import protect
from analysis.intervals import Interval
from analysis.results import Estimate, Estimates

Counts = Mapping[str, int]
SEXES = Catalogue.of({"sex": ["w", "m"]})
EXACT = Rules(rounding_base=1)


def make_estimates(
    counts: Counts, values: Mapping[str, float] | None = None, *, term: str = "trust", statistic: str = "mean"
) -> Estimates:
    """Return estimates of one term, for groups named as in the catalog."""
    found = values or {}
    rows = tuple(_row(domain, n, found.get(domain, 50.0), term) for domain, n in counts.items())
    return Estimates(statistic, rows, np.eye(len(rows)), 100)


def _row(domain: str, n: int, value: float, term: str) -> Estimate:
    pairs = () if domain == "everyone" else tuple(tuple(part.split("=", 1)) for part in domain.split(", "))
    se = 0.02 if 0 <= value <= 1 else 2.0
    interval = Interval(value - 2 * se, value + 2 * se, 0.95, "t")
    assert domain_id(pairs) == domain
    return Estimate(pairs, term, value, se, interval, 100, n, float(n))  # type: ignore[arg-type]


def make_count_table(counts: Counts, id: str = "who", **more: object) -> DraftTable:
    return DraftTable(id, "Who answered", "count", tuple(counts.values()), rows=tuple(counts), **more)  # type: ignore[arg-type]


def make_score_table(
    counts: Counts, values: Mapping[str, float] | None = None, id: str = "trust", **more: object
) -> DraftTable:
    estimates = make_estimates(counts, values)
    return DraftTable(id, "Trust", "index", tuple(counts.values()), estimates, **more)  # type: ignore[arg-type]


def make_share_table(domain: str, n: int, shares: Mapping[str, float], id: str = "vote", **more: object) -> DraftTable:
    rows = tuple(_row(domain, n, share, f"{id}={level}") for level, share in shares.items())
    estimates = Estimates("share", rows, np.eye(len(rows)), 100)
    return DraftTable(id, "Vote", "share", (n,) * len(rows), estimates, **more)  # type: ignore[arg-type]


def make_draft(
    catalogue: Catalogue, tables: Sequence[DraftTable], *, wave: str = "spring", data: str = "1"
) -> DraftReport:
    return DraftReport(wave, data, catalogue, (DraftSection("results", tuple(tables)),))


def make_release(tables: Sequence[DraftTable], rules: Rules | None = None, data: str = "1") -> EarlierRelease:
    """Return a careless release: it protects each cell by itself, and ignores subtraction."""
    rules = rules or Rules()
    return EarlierRelease(data, rules, protect(tables, rules))


def with_all_shown(release: EarlierRelease) -> EarlierRelease:
    """A careless release that shows every cell, hidden ones with the figures of the first shown row."""
    example = next(r.cell for table in release.tables for r in table.rows if isinstance(r.cell, Shown))
    tables = (
        table.changed(lambda row: row if isinstance(row.cell, Shown) else replace(row, cell=example))
        for table in release.tables
    )
    return replace(release, tables=tuple(tables))


def with_cell(release: EarlierRelease, position: int, **changes: object) -> EarlierRelease:
    """A careless release whose first table has one cell tampered with."""
    table = release.tables[0]
    rows = list(table.rows)
    cell = rows[position].cell
    assert isinstance(cell, Shown)
    rows[position] = replace(rows[position], cell=replace(cell, **changes))  # type: ignore[arg-type]
    return replace(release, tables=(replace(table, rows=tuple(rows)), *release.tables[1:]))


def called_sensitive(release: EarlierRelease) -> EarlierRelease:
    """A careless release that shows sensitive answers like all others."""
    return replace(release, tables=tuple(replace(table, sensitive=True) for table in release.tables))
