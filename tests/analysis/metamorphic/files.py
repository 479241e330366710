"""One sample written to a file of every format and read again."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from analysis.reading import load_data
from tests.analysis.metamorphic.samples import Sample

Writer = Callable[[Sample, Path], Path]


def csv_as(
    delimiter: str = ",", decimal: str = ".", encoding: str = "utf-8", missing: str = "", **options: Any
) -> Writer:
    def text(value: Any) -> str:
        if value is None:
            return missing
        return str(value).replace(".", decimal) if isinstance(value, float) else str(value)

    def write(sample: Sample, folder: Path) -> Path:
        path = folder / "sample.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.writer(file, delimiter=delimiter, **options)
            writer.writerow(sample.columns)
            writer.writerows([text(x) for x in row] for row in zip(*sample.columns.values(), strict=True))
        return path

    return write


def parquet(sample: Sample, folder: Path) -> Path:
    pq.write_table(pa.table(dict(sample.columns)), folder / "sample.parquet")
    return folder / "sample.parquet"


def parquet_of_polars(sample: Sample, folder: Path) -> Path:
    pl.DataFrame(dict(sample.columns), strict=False).write_parquet(folder / "sample.parquet")
    return folder / "sample.parquet"


def parquet_of_categories(sample: Sample, folder: Path) -> Path:
    """Categories in an order of their own, and a named index."""
    frame = pd.DataFrame(dict(sample.columns))
    for name in (sample.name(own) for own in ("g", "s", "h")):
        levels = sorted(frame[name].dropna().unique(), reverse=True)
        frame[name] = pd.Categorical(frame[name], levels)
    frame.set_index(sample.name("g")).to_parquet(folder / "sample.parquet", engine="pyarrow")
    return folder / "sample.parquet"


def workbook(sample: Sample, folder: Path) -> Path:
    pd.DataFrame(dict(sample.columns)).to_excel(folder / "sample.xlsx", index=False)
    return folder / "sample.xlsx"


def labelled(write: Callable[..., None], ending: str) -> Writer:
    """SPSS and Stata know neither booleans nor missing text."""

    def to_file(sample: Sample, folder: Path) -> Path:
        frame = pd.DataFrame(dict(sample.columns))
        write(frame.astype({name: object for name in frame if frame[name].dtype == "str"}), folder / f"sample{ending}")
        return folder / f"sample{ending}"

    return to_file


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "CSV": csv_as(),
        "CSV semicolon, decimal comma": csv_as(";", ","),
        "CSV tab": csv_as("\t"),
        "CSV all quoted": csv_as(quoting=csv.QUOTE_ALL),
        "CSV with mark": csv_as(encoding="utf-8-sig"),
        "CSV UTF-16": csv_as(encoding="utf-16"),
        "CSV CRLF": csv_as(lineterminator="\r\n"),
        "Parquet of Arrow": parquet,
        "Parquet of Polars": parquet_of_polars,
        "Parquet of categories": parquet_of_categories,
        ".xlsx": workbook,
        ".sav": labelled(pyreadstat.write_sav, ".sav"),
        ".dta": labelled(pyreadstat.write_dta, ".dta"),
    }
)
NO_BOOLEANS = (".sav", ".dta")  # SPSS and Stata hold them as numbers


def read_again(sample: Sample, write: Writer, folder: Path) -> Any:
    return load_data(write(sample, folder)).table
