"""A data file of any known format as a table. Each format is left to its own neighbour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import EmptyTable
from analysis.frames import Table
from analysis.reading.errors import MissingReader, NoSuchFile, UnknownFormat, UnreadableFile
from analysis.reading.labelled import load_labelled
from analysis.reading.text import TextForm, load_text

TEXT = (".csv", ".tsv", ".txt", ".tab")
LABELLED = (".sav", ".zsav", ".dta")
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True, eq=False, slots=True)
class DataFile:
    """What was read.

    Parameters
    ----------
    table
        The columns.
    labels
        Value labels by column; empty where the format has none.
    form
        How a text file turned out to be written; None for other formats.
    """

    table: Table
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    form: TextForm | None = None


def load_data(path: str | Path, form: TextForm | None = None) -> DataFile:
    """Read CSV (any common encoding, separator and decimal sign), Parquet, SPSS or Stata by the file's ending.

    Raises
    ------
    NoSuchFile, UnknownFormat, UnreadableFile, MissingReader, EmptyTable
    """
    place = Path(path)
    _check_is_file(place)
    suffix = place.suffix.lower()
    if suffix in TEXT:
        columns, found = load_text(place, form or TextForm())
        return DataFile(Table(columns), form=found)
    if suffix in LABELLED:
        values, labels = load_labelled(place)
        return DataFile(_table(values), labels)
    if suffix in PARQUET:
        return DataFile(_load_parquet(place))
    raise UnknownFormat(place, (*TEXT, *PARQUET, *LABELLED))


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


def _table(columns: dict[str, Any]) -> Table:
    if not columns:
        raise EmptyTable()
    return Table(columns)


def _load_parquet(path: Path) -> Table:
    """With fastparquet, or with pyarrow where only that is installed."""
    try:
        import fastparquet
    except ImportError:
        return _load_with_arrow(path)
    try:
        with path.open("rb") as file:  # handed a name, fastparquet leaves the file open
            frame = fastparquet.ParquetFile(file).to_pandas()
    except Exception:  # fastparquet has no error of its own: broken files raise whatever the first bad byte leads to
        raise UnreadableFile(path, "a Parquet file", "something else") from None
    return Table.of(frame)


def _load_with_arrow(path: Path) -> Table:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingReader(path, "fastparquet") from None
    try:
        return Table.of(pq.read_table(path))
    except pa.ArrowException:
        raise UnreadableFile(path, "a Parquet file", "something else") from None
