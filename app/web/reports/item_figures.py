"""Show the answers to each question, and the shares and indices beside the headline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.web.reports.published_document import Cell, DocumentRow, DocumentTable
from app.web.reports.row_writer import RowWriter
from app.web.reports.views import Block, Key, ReportFigure, ReportLine, ReportPart

ITEM, SHARE = "item_", "share_"
CodedTable = tuple[str, DocumentTable]  # an item's code and its answers
MOST_IN_A_STACK = 6
OFTEN = 20  # percent of "don't know" from which the report warns its readers
# How many answers a question has -> the tones of a stack, from the first answer to the last.
TONES: dict[int, tuple[str, ...]] = {
    1: ("t5",),
    2: ("t1", "t5"),
    3: ("t1", "t3", "t5"),
    4: ("t1", "t2", "t4", "t5"),
    5: ("t1", "t2", "t3", "t4", "t5"),
    6: ("t1", "t2", "t3", "t4", "t5", "t6"),
}


# --- indices and shares beside the headline


def indices_part(writer: RowWriter) -> ReportPart | None:
    """Help-seeking, contact, safety, voice: the indices that are not about one agency."""
    table = writer.find("other_indices")
    if table is None:
        return None
    text = writer.text
    lines = tuple(
        writer.dotted(writer.phrasing.index(row.term), row.cell, table.unit, writer.points) for row in table.rows
    )
    figure = ReportFigure(
        writer.id("indices-figure"),
        text("Indices that are not about one agency"),
        text("Index"),
        (text("Points"), writer.interval_name, writer.people_name),
        (Block("", lines),),
        writer.how("index"),
        writer.ticks(writer.points, "points"),
    )
    unlike = text("Each index runs from 0 to 100 points. Different indices use different units: do not rank them.")
    return ReportPart(writer.id("indices"), text("Asking for help, safety and voice"), (unlike,), figures=(figure,))


def shares_part(writer: RowWriter) -> ReportPart | None:
    """Barriers, crimes reported, language access and awareness, with the questions they come from."""
    shares = [(table, row) for _, table in writer.source.starting(SHARE) for row in table.rows]
    sensitive = [(code, table) for code, table in writer.source.starting(ITEM) if table.sensitive]
    if not shares and not sensitive:
        return None
    figures = (_shares_figure(writer, shares),) if shares else ()
    introduction = writer.text("Each share counts only the people, or the crimes, that the question applies to.")
    return ReportPart(
        writer.id("shares"),
        writer.text("Barriers, crimes reported, language and awareness"),
        (introduction,),
        figures=(*figures, *list_figures(writer, sensitive)),
    )


def _shares_figure(writer: RowWriter, shares: Sequence[tuple[DocumentTable, DocumentRow]]) -> ReportFigure:
    lines = tuple(
        writer.barred(writer.phrasing.name(f"share.{row.term}"), row.cell, table.unit) for table, row in shares
    )
    return _bars(
        writer, "shares-figure", writer.text("Shares"), writer.text("People or crimes"), (Block("", lines),), "shares"
    )


def _bars(
    writer: RowWriter, id: str, title: str, subject: str, blocks: tuple[Block, ...], recipe: str,
    notes: tuple[str, ...] = (),
) -> ReportFigure:  # fmt: skip
    columns = (writer.text("Share"), writer.interval_name, writer.people_name)
    axis = writer.ticks(writer.points, "percent")
    return ReportFigure(writer.id(id), title, subject, columns, blocks, writer.how(recipe), axis, notes=notes)


# --- every question


def questions_part(writer: RowWriter) -> ReportPart | None:
    """Every question that is not sensitive, with the answers of each agency's respondents."""
    items = [(code, table) for code, table in writer.source.starting(ITEM) if not table.sensitive]
    if not items:
        return None
    text = writer.text
    rated = text("Where a question shows “…”, each person read the name of one agency.")
    return ReportPart(
        writer.id("questions"),
        text("Every question and its answers"),
        (rated,),
        figures=tuple(list_figures(writer, items)),
        fold=text("Show all questions"),
    )


def rated_part(writer: RowWriter) -> ReportPart | None:
    """The questions about one agency: those with the same answers to choose from share a figure."""
    items = [(code, table) for code, table in writer.source.starting(ITEM) if not table.sensitive]
    shared: dict[tuple[str, ...], list[CodedTable]] = {}
    for code, table in items:
        shared.setdefault(_answers_of(writer, code, table), []).append((code, table))
    figures = [
        figure
        for words, coded in shared.items()
        for figure in (_scale_figures(writer, words, coded) if words else list_figures(writer, coded))
    ]
    if not figures:
        return None
    return ReportPart(writer.id("rated"), writer.text("Every question and its answers"), figures=tuple(figures))


def _answers_of(writer: RowWriter, code: str, table: DocumentTable) -> tuple[str, ...]:
    """The words of a question's answers; empty where it does not fit into a stack or has a figure of another kind."""
    options = dict.fromkeys(row.term for row in table.rows)
    is_stack = all(":answer=" in option for option in options) and len(options) <= MOST_IN_A_STACK
    if not is_stack or _figure_of(writer, code):
        return ()
    return tuple(_option(writer, code, option) for option in options)


def _scale_figures(writer: RowWriter, words: tuple[str, ...], items: Sequence[CodedTable]) -> Iterator[ReportFigure]:
    """A line for each question with these answers."""
    tones = TONES[len(words)]
    agency = writer.contents.agencies[0]
    lines = tuple(
        _stack_line(
            writer, table, agency, list(dict.fromkeys(row.term for row in table.rows)), words, tones,
            writer.phrasing.item(code),
        )
        for code, table in items
    )  # fmt: skip
    yield ReportFigure(
        writer.id(f"rated-{items[0][0]}-{agency}"),
        writer.phrasing.agency(agency),
        writer.text("Question"),
        (*words, writer.people_name),
        (Block("", lines),),
        writer.how("items"),
        writer.ticks(writer.points, "percent"),
        tuple(Key(tone, word) for tone, word in zip(tones, words, strict=True)),
    )


def dont_know_part(writer: RowWriter) -> ReportPart | None:
    """The share of "don't know" for each question, and a warning where it is large."""
    table = writer.find("dont_know")
    if table is None:
        return None
    lines = tuple(writer.barred(writer.phrasing.item(row.term), row.cell, table.unit) for row in table.rows)
    apart = writer.text("“Don’t know” and “prefer not to answer” are counted separately and are not part of a score.")
    title = writer.text("Don’t know")
    figure = _bars(writer, "dont-know-figure", title, writer.text("Question"), (Block("", lines),), "items")
    return ReportPart(writer.id("dont-know"), title, (apart,), tuple(dont_know_warnings(writer)), (figure,))


def dont_know_warnings(writer: RowWriter) -> Iterator[str]:
    """The questions to which many people said "don't know"."""
    table = writer.find("dont_know")
    for row in table.rows if table else ():
        if row.cell.shown and row.cell.value > OFTEN:
            share, question = writer.phrasing.value(row.cell, "percent"), writer.phrasing.item(row.term)
            yield writer.text(
                "Read with care: {share} said “don’t know” to “{question}”", share=share, question=question
            )


def list_figures(writer: RowWriter, items: Sequence[CodedTable]) -> Iterator[ReportFigure]:
    """A figure for each question; the items of a grid or ranking share one."""
    shared: dict[tuple[str, str], list[CodedTable]] = {}
    for code, table in items:
        if place := _figure_of(writer, code):
            shared.setdefault(place, []).append((code, table))
    for code, table in items:
        place = _figure_of(writer, code)
        if place is None:
            yield item_figure(writer, code, table)
        elif shared[place][0][0] == code:
            yield from SHARED_FIGURES[place[0]](writer, place[1], shared[place])


def _figure_of(writer: RowWriter, code: str) -> tuple[str, str] | None:
    """The shared figure of an item (its name and the question), by the words that the report holds of it."""
    question, words = code.rpartition("_")[0], writer.phrasing.words
    return next(((name, question) for name in SHARED_FIGURES if f"{name}.{question}.{code}" in words), None)


def _options_of(items: Sequence[CodedTable]) -> list[str]:
    """Return the answers that at least one person gave to any of the items, in the order of the scale."""
    found = {row.term.partition(":")[2] for _, table in items for row in table.rows}
    return sorted(found, key=lambda option: int(option.partition("=")[2]))


def _grid_figures(writer: RowWriter, question: str, items: Sequence[CodedTable]) -> Iterator[ReportFigure]:
    """One figure with a stack for each statement; on a long scale a figure for each."""
    options = _options_of(items)
    if len(options) > MOST_IN_A_STACK:
        yield from (item_figure(writer, code, table) for code, table in items)
    else:
        yield _grid_figure(writer, question, items, options)


def _grid_figure(writer: RowWriter, question: str, items: Sequence[CodedTable], options: Sequence[str]) -> ReportFigure:
    """A stack for each statement: one block for everyone, one for each agency."""
    words = [writer.phrasing.option(items[0][0], option.partition("=")[2]) for option in options]
    tones = TONES[len(options)]
    agencies = list(dict.fromkeys(agency for _, table in items for agency in _agencies(writer, table)))
    blocks = tuple(
        Block(
            writer.phrasing.agency(agency) if agency else "",
            tuple(
                _stack_line(
                    writer, table, agency, [f"{code}:{option}" for option in options], words, tones,
                    writer.phrasing.name(f"grid.{question}.{code}"),
                )
                for code, table in items
            ),
        )
        for agency in agencies
    )  # fmt: skip
    return ReportFigure(
        writer.id(f"item-{question}"),
        writer.phrasing.name(f"grid.{question}"),
        writer.text("Question"),
        (*words, writer.people_name),
        blocks,
        writer.how("items"),
        writer.ticks(writer.points, "percent"),
        tuple(Key(tone, word) for tone, word in zip(tones, words, strict=True)),
    )


def _ranking_figures(writer: RowWriter, question: str, items: Sequence[CodedTable]) -> Iterator[ReportFigure]:
    """The share that ranked each answer first, the largest share first."""
    first = [(code, next(table.of(term=f"{code}:answer=1", agency=""), None)) for code, table in items]
    nobody = Cell(shown=False, reason="too_few")
    cells = [(code, row.cell if row else nobody) for code, row in first]
    cells.sort(key=lambda pair: -pair[1].value if pair[1].shown else 1)
    lines = tuple(writer.barred(writer.phrasing.name(f"ranking.{question}.{code}"), cell) for code, cell in cells)
    note = writer.text("The share who put this answer first, among the people who gave it a number.")
    title = writer.phrasing.name(f"ranking.{question}")
    yield _bars(writer, f"item-{question}", title, writer.text("Answer"), (Block("", lines),), "items", (note,))


def _date_figures(writer: RowWriter, question: str, items: Sequence[CodedTable]) -> Iterator[ReportFigure]:
    """The years alone: months by themselves show only the season, and stand in data sets."""
    yield _bar_item(writer, *items[0])


SHARED_FIGURES: dict[str, Callable[[RowWriter, str, Sequence[CodedTable]], Iterator[ReportFigure]]] = {
    "grid": _grid_figures,
    "ranking": _ranking_figures,
    "date": _date_figures,
}


def item_figure(writer: RowWriter, code: str, table: DocumentTable) -> ReportFigure:
    """The answers to one question: a stack where there are few answers to choose from, otherwise bars."""
    options = list(dict.fromkeys(row.term for row in table.rows))
    several = not any(":answer=" in option for option in options)
    if several or len(options) > MOST_IN_A_STACK:
        return _bar_item(writer, code, table)
    return _stack_item(writer, code, table, options)


def _bar_item(writer: RowWriter, code: str, table: DocumentTable) -> ReportFigure:
    several = not any(":answer=" in row.term for row in table.rows)
    blocks = tuple(
        Block(
            writer.phrasing.agency(agency) if agency else "",
            tuple(writer.barred(_option(writer, code, row.term), row.cell) for row in table.of(agency=agency)),
        )
        for agency in _agencies(writer, table)
    )
    notes = (writer.text("People could choose several answers."),) if several else ()
    return _bars(
        writer, f"item-{code}", writer.phrasing.item(code), writer.text("Answer"), blocks, "items", notes,
    )  # fmt: skip


def _stack_item(writer: RowWriter, code: str, table: DocumentTable, options: Sequence[str]) -> ReportFigure:
    words = [_option(writer, code, option) for option in options]
    tones = TONES[len(options)]
    lines = tuple(_stack_line(writer, table, agency, options, words, tones) for agency in _agencies(writer, table))
    return ReportFigure(
        writer.id(f"item-{code}"),
        writer.phrasing.item(code),
        writer.text("Group"),
        (*words, writer.people_name),
        (Block("", lines),),
        writer.how("items"),
        writer.ticks(writer.points, "percent"),
        tuple(Key(tone, word) for tone, word in zip(tones, words, strict=True)),
    )


def _stack_line(
    writer: RowWriter,
    table: DocumentTable,
    agency: str,
    options: Sequence[str],
    words: Sequence[str],
    tones: Sequence[str],
    label: str = "",
) -> ReportLine:
    found = {row.term: row.cell for row in table.of(agency=agency)}
    # An answer without any choice has no row, and the page treats it like a hidden one.
    cells = [found.get(option, Cell(shown=False, reason="too_few")) for option in options]
    who = writer.phrasing.agency(agency) if agency else writer.text("Everyone")
    return writer.stacked(label or who, list(zip(cells, tones, strict=True)), words)


def _agencies(writer: RowWriter, table: DocumentTable) -> list[str]:
    there = {row.agency for row in table.rows}
    return [agency for agency in ("", *writer.contents.agencies) if agency in there]


def _option(writer: RowWriter, code: str, term: str) -> str:
    option = term.partition("=")[2] or term.removeprefix(f"{code}_")
    return writer.phrasing.option(code, option)
