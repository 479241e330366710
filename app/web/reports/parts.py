"""The parts of a report, in order: the tables that each one shows, and the page where it stands.

A part gets only the tables of its row. A table that no row names is therefore on no page, and a test of a report with
every table fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from app.web.reports.composition import composition_part, drivers_part, reliability_part
from app.web.reports.flag_sensitivity import quality_part
from app.web.reports.group_gaps import (
    GAP_TABLES,
    INDEX_TABLES,
    OLD_GAP_TABLES,
    OTHER_TABLES,
    groups_part,
    other_groups_part,
)
from app.web.reports.index_figures import agencies_part, changes_part, facets_part, headline_part, institutions_part
from app.web.reports.item_figures import dont_know_part, indices_part, questions_part, shares_part
from app.web.reports.published_document import DocumentContents
from app.web.reports.row_writer import RowWriter
from app.web.reports.tidy_figures import tidy_part
from app.web.reports.trend import waves_part
from app.web.reports.views import ReportPart

SUMMARY, AGENCY, DETAILS = "summary", "agency", "details"


@dataclass(frozen=True)
class PartOfPage:
    """A part, its page and the names of its tables. A name that ends in `_` stands for all that begin with it."""

    make: Callable[[RowWriter], ReportPart | None]
    tables: tuple[str, ...]
    page: str = DETAILS

    def shows(self, table: str) -> bool:
        return any(table.startswith(name) if name.endswith("_") else table == name for name in self.tables)

    def build(self, writer: RowWriter) -> ReportPart | None:
        """Make the part from its own tables alone."""
        tables = {name: table for name, table in writer.source.tables.items() if self.shows(name)}
        part = self.make(replace(writer, source=replace(writer.source, tables=tables)))
        return tidy_part(part) if part else None


PARTS = (
    PartOfPage(headline_part, ("index",), SUMMARY),
    PartOfPage(agencies_part, ("agency_gaps",)),
    PartOfPage(facets_part, ("facets", "facet_gaps"), AGENCY),
    PartOfPage(institutions_part, ("institutions", "institution_scores", "institution_gaps")),
    PartOfPage(groups_part, (GAP_TABLES, OLD_GAP_TABLES, INDEX_TABLES), AGENCY),
    PartOfPage(changes_part, ("changes",), AGENCY),
    PartOfPage(waves_part, ("index",), AGENCY),
    PartOfPage(indices_part, ("other_indices",)),
    PartOfPage(shares_part, ("share_", "item_")),
    PartOfPage(questions_part, ("item_",)),
    PartOfPage(dont_know_part, ("dont_know",)),
    PartOfPage(other_groups_part, (OTHER_TABLES, "other_indices")),
    PartOfPage(composition_part, ("composition_before_", "composition_after_")),
    PartOfPage(drivers_part, ("drivers",)),
    PartOfPage(reliability_part, ("reliability",)),
    PartOfPage(quality_part, ("index", "index_without_doubtful")),
)


def build_parts(writer: RowWriter, *pages: str) -> tuple[ReportPart, ...]:
    """Build the parts that stand on the pages; without a page, all of them."""
    built = (part.build(writer) for part in PARTS if part.page in pages or not pages)
    return tuple(part for part in built if part is not None)


def find_unshown(contents: DocumentContents) -> Iterator[str]:
    """Yield the id of each table that no part of the page shows."""
    for source in contents.sources:
        for name, table in source.tables.items():
            if not any(part.shows(name) for part in PARTS):
                yield table.id
