"""A figure says a note of all its cells once, and shows no column that is empty."""

from __future__ import annotations

from app.web.reports.tidy_figures import tidy_figure
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine

NOTE, OTHER = "rounded more coarsely", "few answers"


def make_figure(
    *lines: tuple[ChartEntry, ...], columns: tuple[str, ...] = ("Agree", "Disagree", "People")
) -> ReportFigure:
    made = tuple(ReportLine(f"row {k}", entries=line) for k, line in enumerate(lines))
    return ReportFigure(
        "id", "title", "Question", columns, (Block("", (*made, ReportLine("hidden", withheld="why"))),), "how"
    )


def line(*notes: tuple[str, ...]) -> tuple[ChartEntry, ...]:
    return (*(ChartEntry("10%", "8 to 12%", each) for each in notes), ChartEntry("300"))


def test_note_of_all_cells_stands_once_under_the_table() -> None:
    found = tidy_figure(make_figure(line((NOTE,), (NOTE, OTHER)), line((NOTE,), (NOTE,))))
    assert found.notes == ("Rounded more coarsely",)
    assert [entry.notes for each in found.blocks[0].lines for entry in each.entries] == [(), (OTHER,), (), (), (), ()]
    assert found.blocks[0].lines[-1].withheld == "why"


def test_note_that_one_cell_lacks_stays_at_the_others() -> None:
    figure = make_figure(line((NOTE,), (NOTE,)), line((NOTE,), ()))
    assert tidy_figure(figure) == figure


def test_column_without_any_entry_is_left_out() -> None:
    empty = (ChartEntry("1.0"), ChartEntry("120"), ChartEntry(""))
    found = tidy_figure(make_figure(empty, empty, columns=("Points", "People", "Finding")))
    assert found.columns == ("Points", "People")
    assert {len(each.entries) for each in found.blocks[0].lines} == {2, 0}


def test_column_with_one_entry_stays() -> None:
    empty, filled = (ChartEntry("1.0"), ChartEntry("")), (ChartEntry("1.0"), ChartEntry("", notes=("why",)))
    assert tidy_figure(make_figure(empty, filled, columns=("Points", "Finding"))).columns == ("Points", "Finding")
