"""Random and broken tables: each value is that of a strict reference reader, or the file is refused with a place."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.frames import Factor
from analysis.reading import MISSING_WORDS, TextForm, load_data, read_grid
from analysis.reading.columns import Columns, make_columns
from analysis.reading.grid import Grid
from tests.analysis.reading.random_tables import Written, broken_tables, tables
from tests.drills import choose

EXAMPLES = choose(200, 2000)
PLACED = re.compile(r"line \d+|empty|binary|at least one line|one decimal sign|encoding")
WHOLE = re.compile(r"[+-]?\d+")


def reference(content: bytes, encoding: str, separator: str) -> dict[int, list[str]]:
    """The records of Python's strict reader by the line that each begins on."""
    text = content.decode(encoding).removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    records, before = {}, 0
    for record in reader:
        records[before + 1] = record
        before = reader.line_num
    return records


def number_of(text: str, decimal: str) -> float:
    """The number by exact arithmetic on its digits."""
    other = "," if decimal == "." else "."
    kept = re.sub(f"[\\s'’{re.escape(other)}]", "", text).replace(decimal, ".")
    return float(Decimal(kept))


def check_is_that_of_the_reference(content: bytes, grid: Grid, made: Columns) -> None:
    assert grid.form.encoding is not None
    assert grid.form.separator is not None
    records = reference(content, grid.form.encoding, grid.form.separator)
    filled = [line for line, record in records.items() if any(cell.strip() for cell in record)]
    header = next(line for line in reversed(filled) if line < grid.lines[0])
    # Names lose marks that no one sees.
    names = [" ".join(name.replace("\ufeff", "").split()) for name in records[header]]
    assert [line for line in filled if line > header] == list(grid.lines)
    for column, held in made.values.items():
        values = values_of_factor(held) if isinstance(held, Factor) else held
        place = 0 if column == "row" else names.index(column)
        for line, value in zip(grid.lines, values, strict=True):
            check_value(records[line][place].strip(), value, made.decimal)


def values_of_factor(factor: Factor) -> list[object]:
    return [None if code < 0 else factor.levels[code] for code in factor.codes]


def check_value(cell: str, value: object, decimal: str) -> None:
    if cell in MISSING_WORDS:
        assert value is None or value != value
    elif isinstance(value, str):
        assert value == cell
    else:
        assert value == number_of(cell, decimal)
        assert not WHOLE.fullmatch(cell) or abs(int(cell)) <= 2**53


def names_no_place(stated: str) -> bool:
    assert PLACED.search(stated), stated
    return False


def check(content: bytes) -> bool:
    """Whether the bytes were read; a refusal must name a place."""
    try:
        grid = read_grid(content)
        made = make_columns(grid, "the file", TextForm())
    except AnalysisError as error:
        return names_no_place(str(error))
    check_is_that_of_the_reference(content, grid, made)
    return True


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables())
def test_random_table_is_read_as_the_reference_reads_it(written: Written) -> None:
    check(written.content)


@settings(max_examples=EXAMPLES, deadline=None)
@given(broken_tables())
def test_broken_table_is_read_rightly_or_refused(written: Written) -> None:
    check(written.content)


@settings(max_examples=EXAMPLES, deadline=None)
@given(written=broken_tables(), ending=st.sampled_from([".csv", ".tsv", ".xlsx", ".txt"]))
def test_broken_file_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, written: Written, ending: str
) -> None:
    path = tmp_path_factory.mktemp("broken") / f"answers{ending}"
    path.write_bytes(written.content)
    try:
        assert load_data(path).table.rows > 0
    except AnalysisError as error:
        names_no_place(str(error).replace("something else", "binary"))


def test_most_random_tables_are_read(tmp_path: Path) -> None:
    """A reader that refuses everything would pass the tests above."""
    read: list[bool] = []

    @settings(max_examples=100, deadline=None, database=None)
    @given(tables())
    def count(written: Written) -> None:
        read.append(check(written.content))

    count()
    assert sum(read) > 0.6 * len(read)
