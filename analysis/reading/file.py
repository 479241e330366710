"""A data file of any known format as a table."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.errors import EmptyTable
from analysis.frames import Table
from analysis.reading.columns import Word, make_columns
from analysis.reading.errors import NoSuchFile, UnknownFormat, UnreadableFile
from analysis.reading.form import TextForm
from analysis.reading.grid import read_grid
from analysis.reading.labelled import load_labelled
from analysis.reading.multiple import found_questions
from analysis.reading.parquet import load_parquet
from analysis.reading.words import without_words

EMPTY = frozenset(("",))  # typed files are read with their words, so that a note can count those for missing


@dataclass(frozen=True, eq=False, slots=True)
class DataFile:
    """A table that was read.

    Parameters
    ----------
    table
        The columns.
    labels
        Value labels by column; empty where the format has none.
    form
        How a text file is written; None for other formats.
    questions
        Column -> the question in words, where the file holds it.
    words
        Column of text -> its first cell that is no number.
    multiple
        Column of several codes in each cell -> its options.
    notes
        The reader's assumptions, in a few words each.
    """

    table: Table
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    form: TextForm | None = None
    questions: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Word] = field(default_factory=dict)
    multiple: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def load_data(path: str | Path, form: TextForm | None = None, *, as_text: Collection[str] = ()) -> DataFile:
    """Read CSV (any common encoding, separator and decimal sign), .xlsx, Parquet, SPSS or Stata by the file's ending.

    A value is missing where the cell is empty, holds one of `analysis.reading.MISSING_WORDS`, or is missing in the
    format's own way (null, NaN, user-missing, tagged missing): the same in every format and every type of column.

    Parameters
    ----------
    path
        The file.
    form
        How it is written, where that must be stated.
    as_text
        Columns of a text file or workbook whose cells stay as they are written, such as ids.

    Raises
    ------
    NoSuchFile, UnknownFormat, UnreadableFile, MissingReader, EmptyTable
    """
    place = Path(path)
    _check_is_file(place)
    reader = next((read for endings, read in READERS.items() if place.suffix.lower() in endings), None)
    if reader is None:
        raise UnknownFormat(place, (ending for endings in READERS for ending in endings))
    return reader(place, form or TextForm(), as_text)


def _check_is_file(path: Path) -> None:
    if path.is_dir():
        raise NoSuchFile(path, "a directory")
    if not path.exists():
        raise NoSuchFile(path, "nothing there")
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise NoSuchFile(path, f"a file that cannot be read ({error.strerror})") from None
    if not first:
        raise UnreadableFile(path, "a header line and data", "an empty file")


def _load_text(path: Path, form: TextForm, as_text: Collection[str]) -> DataFile:
    content = path.read_bytes()
    grid = read_grid(content, path, form)
    made = make_columns(grid, path, form, as_text)
    found = replace(grid.form, decimal=made.decimal)
    multiple = found_questions(grid.header, grid.cells)
    several = [
        f"several answers in each cell of {column} ({', '.join(options)})" for column, options in multiple.items()
    ]
    return DataFile(
        Table(made.values),
        form=found,
        questions=grid.questions,
        words=made.words,
        multiple=multiple,
        notes=(*grid.notes, *made.notes, *several),
    )


def _load_workbook(path: Path, form: TextForm, as_text: Collection[str]) -> DataFile:
    if not path.read_bytes().startswith(b"PK\x03\x04"):
        raise UnreadableFile(path, "an .xlsx workbook", "something else")
    return replace(_load_text(path, form, as_text), form=None)


def _load_labelled(path: Path, form: TextForm, as_text: Collection[str]) -> DataFile:
    found = load_labelled(path, EMPTY)
    values, note = without_words(found.values, form.missing)
    return DataFile(_table(values), found.labels, questions=found.questions, notes=(note,) if note else ())


def _load_parquet(path: Path, form: TextForm, as_text: Collection[str]) -> DataFile:
    values, note = without_words(load_parquet(path, EMPTY), form.missing)
    return DataFile(_table(values), notes=(note,) if note else ())


def _table(columns: Mapping[str, Any]) -> Table:
    if not columns:
        raise EmptyTable()
    return Table(columns)


Reader = Callable[[Path, TextForm, Collection[str]], DataFile]
READERS: Mapping[tuple[str, ...], Reader] = MappingProxyType(
    {
        (".csv", ".tsv", ".txt", ".tab"): _load_text,
        (".xlsx", ".xlsm"): _load_workbook,
        (".parquet", ".pq"): _load_parquet,
        (".sav", ".zsav", ".dta"): _load_labelled,
    }
)
