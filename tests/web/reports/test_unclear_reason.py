"""An interval without zero whose difference is not clear stands beside the rule that keeps it so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.web.reports.group_gaps import groups_part
from app.web.reports.index_figures import agencies_part
from app.web.reports.matrix import make_matrix
from app.web.reports.published_document import Cell
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import AMONG_ALL
from tests.web.reports.making import OPEN
from tests.web.reports.test_findings import CLEAR, make_writer, one_gap, with_tables

UNCLEAR = replace(CLEAR, verdict="unclear")
CASES = [(CLEAR, False), (UNCLEAR, True), (replace(UNCLEAR, high=1.0), False), (replace(CLEAR, verdict=None), False)]


def one_pair(cell: Cell) -> RowWriter:
    """A report in which two agencies have this difference."""
    writer = make_writer()
    table = writer.source.tables["agency_gaps"]
    return with_tables(writer, agency_gaps=replace(table, rows=(replace(table.rows[0], cell=cell),)))


@pytest.mark.parametrize(("cell", "is_said"), CASES)
def test_groups_state_the_rule_beside_a_seeming_contradiction(cell: Cell, is_said: bool) -> None:
    part = groups_part(one_gap(cell))
    assert part is not None
    assert (AMONG_ALL in part.paragraphs) is is_said


@pytest.mark.parametrize(("cell", "is_said"), CASES)
def test_matrix_states_the_rule_above_a_seeming_contradiction(cell: Cell, is_said: bool) -> None:
    matrix = make_matrix(one_gap(cell))
    assert matrix is not None
    assert (AMONG_ALL in matrix.notes) is is_said


@pytest.mark.parametrize(("cell", "is_said"), CASES)
def test_pairs_of_agencies_state_the_rule_too(cell: Cell, is_said: bool) -> None:
    part = agencies_part(one_pair(cell))
    assert part is not None
    assert (AMONG_ALL in part.paragraphs) is is_said


def test_an_open_link_has_no_such_rule() -> None:
    part = groups_part(one_gap(UNCLEAR, source=OPEN))
    assert part is not None
    assert AMONG_ALL not in part.paragraphs
