"""What people answered, question by question with its wording, and the shares and indices beside the headline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.web.reports.published_document import Cell, Row, Table
from app.web.reports.row_writer import Teller
from app.web.reports.views import Block, Figure, Key, Line, Part

ITEM, SHARE = "item_", "share_"
MOST_IN_A_STACK = 6
OFTEN = 20  # per cent of "don't know" from which a reader is warned
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


def indices_part(teller: Teller) -> Part | None:
    """Help-seeking, contact, safety, voice: the indices that are not about one agency."""
    table = teller.find("other_indices")
    if table is None:
        return None
    text = teller.text
    lines = tuple(
        teller.dotted(teller.speech.index(row.term), row.cell, table.unit, teller.points) for row in table.rows
    )
    figure = Figure(
        teller.id("indices-figure"),
        text("Indices that are not about one agency"),
        text("Index"),
        (text("Points"), teller.interval_name, teller.people_name),
        (Block("", lines),),
        teller.how("index"),
        teller.ticks(teller.points, "points"),
    )
    unlike = text(
        "Each index runs from 0 to 100 points. Different indices are not measured in one unit: do not rank them."
    )
    return Part(teller.id("indices"), text("Asking for help, safety and voice"), (unlike,), figures=(figure,))


def shares_part(teller: Teller) -> Part | None:
    """Barriers, crimes reported, language access and awareness, with the questions they come from."""
    shares = [(table, row) for _, table in teller.source.starting(SHARE) for row in table.rows]
    sensitive = [(code, table) for code, table in teller.source.starting(ITEM) if table.sensitive]
    if not shares and not sensitive:
        return None
    figures = (_shares_figure(teller, shares),) if shares else ()
    introduction = teller.text("Each share counts only the people, or the crimes, that the question applies to.")
    return Part(
        teller.id("shares"),
        teller.text("Barriers, crimes reported, language and awareness"),
        (introduction,),
        figures=(*figures, *(item_figure(teller, code, table) for code, table in sensitive)),
    )


def _shares_figure(teller: Teller, shares: Sequence[tuple[Table, Row]]) -> Figure:
    lines = tuple(teller.barred(teller.speech.name(f"share.{row.term}"), row.cell, table.unit) for table, row in shares)
    return _bars(
        teller, "shares-figure", teller.text("Shares"), teller.text("Who or what"), (Block("", lines),), "shares"
    )


def _bars(
    teller: Teller, id: str, title: str, subject: str, blocks: tuple[Block, ...], recipe: str,
    notes: tuple[str, ...] = (),
) -> Figure:  # fmt: skip
    columns = (teller.text("Share"), teller.interval_name, teller.people_name)
    axis = teller.ticks(teller.points, "percent")
    return Figure(teller.id(id), title, subject, columns, blocks, teller.how(recipe), axis, notes=notes)


# --- every question


def questions_part(teller: Teller) -> Part | None:
    """Every question that is not sensitive, with the answers of each agency's respondents."""
    items = [(code, table) for code, table in teller.source.starting(ITEM) if not table.sensitive]
    if not items:
        return None
    text = teller.text
    rated = text("Where a question shows “…”, each person read the name of one agency.")
    return Part(
        teller.id("questions"),
        text("Every question and its answers"),
        (rated,),
        tuple(dont_know_warnings(teller)),
        tuple(item_figure(teller, code, table) for code, table in items),
        fold=text("Show all questions"),
    )


def dont_know_warnings(teller: Teller) -> Iterator[str]:
    """The questions to which many people said "don't know"."""
    table = teller.find("dont_know")
    for row in table.rows if table else ():
        if row.cell.shown and row.cell.value > OFTEN:
            share, question = teller.speech.value(row.cell, "percent"), teller.speech.item(row.term)
            yield teller.text(
                "Read with care: {share} said “don’t know” to “{question}”", share=share, question=question
            )


def item_figure(teller: Teller, code: str, table: Table) -> Figure:
    """The answers to one question: a stack where there are few answers to choose from, otherwise bars."""
    options = list(dict.fromkeys(row.term for row in table.rows))
    several = not any(":answer=" in option for option in options)
    if several or len(options) > MOST_IN_A_STACK:
        return _bar_item(teller, code, table)
    return _stack_item(teller, code, table, options)


def _bar_item(teller: Teller, code: str, table: Table) -> Figure:
    several = not any(":answer=" in row.term for row in table.rows)
    blocks = tuple(
        Block(
            teller.speech.agency(agency) if agency else "",
            tuple(teller.barred(_option(teller, code, row.term), row.cell) for row in table.of(agency=agency)),
        )
        for agency in _agencies(teller, table)
    )
    notes = (teller.text("People could choose several answers."),) if several else ()
    return _bars(
        teller, f"item-{code}", teller.speech.item(code), teller.text("Answer"), blocks, "items",
        (*notes, *_dont_know(teller, code)),
    )  # fmt: skip


def _stack_item(teller: Teller, code: str, table: Table, options: Sequence[str]) -> Figure:
    words = [_option(teller, code, option) for option in options]
    tones = TONES[len(options)]
    lines = tuple(_stack_line(teller, table, agency, options, words, tones) for agency in _agencies(teller, table))
    return Figure(
        teller.id(f"item-{code}"),
        teller.speech.item(code),
        teller.text("Who"),
        (*words, teller.people_name),
        (Block("", lines),),
        teller.how("items"),
        teller.ticks(teller.points, "percent"),
        tuple(Key(tone, word) for tone, word in zip(tones, words, strict=True)),
        _dont_know(teller, code),
    )


def _stack_line(
    teller: Teller, table: Table, agency: str, options: Sequence[str], words: Sequence[str], tones: Sequence[str]
) -> Line:
    found = {row.term: row.cell for row in table.of(agency=agency)}
    # An answer that nobody chose at all has no row: nobody is told about it, as little as of one that is hidden.
    cells = [found.get(option, Cell(shown=False, reason="too_few")) for option in options]
    label = teller.speech.agency(agency) if agency else teller.text("Everyone")
    return teller.stacked(label, list(zip(cells, tones, strict=True)), words)


def _agencies(teller: Teller, table: Table) -> list[str]:
    there = {row.agency for row in table.rows}
    return [agency for agency in ("", *teller.contents.agencies) if agency in there]


def _option(teller: Teller, code: str, term: str) -> str:
    option = term.partition("=")[2] or term.removeprefix(f"{code}_")
    return teller.speech.option(code, option)


def _dont_know(teller: Teller, code: str) -> tuple[str, ...]:
    table = teller.find("dont_know")
    row = next(table.of(term=code), None) if table else None
    if row is None:
        return ()
    if not row.cell.shown:
        return (teller.text("“Don’t know”: not shown, {reason}.", reason=teller.speech.reason(row.cell.reason)),)
    share = teller.speech.value(row.cell, "percent")
    told = teller.text("“Don’t know”: {share}. These people are not counted in the shares above.", share=share)
    many = teller.text("More than {limit}: read with care.", limit=teller.speech.number(OFTEN, "percent"))
    return (told, many) if row.cell.value > OFTEN else (told,)
