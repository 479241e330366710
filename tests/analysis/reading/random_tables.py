"""Random tables as text in random dialects, whole and broken."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

TEXTS = st.text(alphabet="abcdéßЖ ,;|\"'\n\t.-0123456789\u2028\x0b", max_size=6)
NUMBERS = st.one_of(
    st.integers(-10_000, 10_000).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: f"{x:.2f}"),
    st.sampled_from(["", "NA", ".", "1e-05", "-0.5"]),
)
CODES = st.one_of(
    st.integers(0, 999).map(lambda x: f"{x:05d}"),
    st.integers(10**17, 10**19).map(str),
    st.sampled_from(["12_1", "1e2", "inf", "nan", "NA", "-", "1,250", "1.250"]),
)
WORDS = st.sampled_from(["north", "south", "NA", "", "N/A", "yes", "no"])
COLUMN = st.sampled_from([NUMBERS, CODES, WORDS, TEXTS])
BREAKS = ("\n", "\r\n", "\r")


@dataclass(frozen=True)
class Written:
    """A table as bytes, and how it was written."""

    content: bytes
    separator: str
    encoding: str


@st.composite
def tables(draw: Any) -> Written:
    """A table with names and one row at least, in some dialect."""
    columns = draw(st.lists(COLUMN, min_size=2, max_size=5))
    rows = draw(st.lists(st.tuples(*columns), min_size=1, max_size=8))
    separator, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(BREAKS))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows([[f"c{k}" for k in range(len(columns))], *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return Written(file.getvalue().encode(encoding), separator, encoding)


INSERTED = [
    b'"',
    b'""',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b"\xe9",
    b"\t",
    b" ",
    b"=",
    b"'",
    b"\\",
    b"1",
    b"NA",
]


@st.composite
def broken_tables(draw: Any) -> Written:
    """A table with a few bytes put in, taken out, or cut off."""
    written = draw(tables())
    content = written.content
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(content)))
        how = draw(st.sampled_from(["insert", "insert", "delete", "cut", "repeat"]))
        if how == "insert":
            content = content[:place] + draw(st.sampled_from(INSERTED)) + content[place:]
        elif how == "delete":
            content = content[:place] + content[place + draw(st.integers(1, 4)) :]
        elif how == "cut":
            content = content[:place] or content
        else:
            content = content[:place] + content[max(0, place - 20) :]
    return Written(content, written.separator, written.encoding)
