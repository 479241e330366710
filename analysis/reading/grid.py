"""Read the bytes of a text table or a workbook as a header, rows of text with their lines, and notes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.reading.encodings import decoded, detected_encoding, is_guess
from analysis.reading.errors import UnreadableFile
from analysis.reading.form import TextForm, separator_name
from analysis.reading.layout import TextLayout, laid_out
from analysis.reading.records import declared_separator, detected_separator, records_of

USUAL = ("utf-8", "utf-8-sig", "ascii")


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """A table of text.

    Parameters
    ----------
    header
        The column names, stripped; each is there once.
    lines
        The line (of a workbook: the row) that each row begins on, counted from 1.
    cells
        Rows of text as wide as the header, as they are written.
    form
        The encoding and separator that the reader found.
    notes
        The reader's assumptions, in a few words each.
    questions
        Column -> the question in words, where a survey tool wrote a line of them.
    """

    header: tuple[str, ...]
    lines: Sequence[int]
    cells: Sequence[Sequence[str]]
    form: TextForm
    notes: tuple[str, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Each line with its cells by column, without spaces around them."""
        for line, cells in zip(self.lines, self.cells, strict=True):
            yield line, {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}


def read_grid(content: bytes, name: object = "the file", form: TextForm | None = None) -> Grid:
    r"""Read a delimited text or an .xlsx workbook, known by its first bytes.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        The name of the file in refusals.
    form
        The known part of its format; the reader finds the rest.

    Raises
    ------
    UnreadableFile
        Bytes that are not of the encoding, broken quotes, records of unequal width, names that repeat or are empty;
        each with its line.
    UnknownChoice
        For an encoding that does not exist.

    Examples
    --------
    >>> grid = read_grid(b"area;share\nNorth;12,5\n;\n")
    >>> grid.header, list(grid.rows)
    (('area', 'share'), [(2, {'area': 'North', 'share': '12,5'})])
    >>> grid.notes
    ("separated by ';'",)
    """
    wanted = form or TextForm()
    if content.startswith(b"PK\x03\x04"):
        from analysis.reading.workbook import workbook_records

        lines, records, notes = workbook_records(content, name, wanted.sheet)
        return _grid(laid_out(name, lines, records, ",", wanted.header), wanted, notes)
    return _text_grid(content, name, wanted)


def _text_grid(content: bytes, name: object, wanted: TextForm) -> Grid:
    if not content.strip():
        raise UnreadableFile(name, "a header line and data", "an empty file")
    content = _without_end_mark(content)
    encoding = wanted.encoding or detected_encoding(content)
    if encoding is None:
        raise UnreadableFile(name, "text with columns", "binary data")
    declared, text = declared_separator(decoded(name, content, encoding))
    separator = wanted.separator or declared or detected_separator(text)
    lines, records = records_of(name, text, separator)
    layout = laid_out(name, lines, records, separator, wanted.header)
    return _grid(layout, replace(wanted, encoding=encoding, separator=separator), _assumed(wanted, encoding, separator))


def _without_end_mark(content: bytes) -> bytes:
    """Return the bytes without the control character by which old programs end a text file."""
    return (
        content.removesuffix(b"\x1a") if content[-2:] in (b"\n\x1a", b"\r\x1a") and b"\x00" not in content else content
    )


def _assumed(wanted: TextForm, encoding: str, separator: str) -> tuple[str, ...]:
    """Return notes on the encoding and separator that the caller did not state."""
    notes = []
    if wanted.encoding is None and encoding.lower() not in USUAL:
        notes.append(f"encoding {encoding}{', a guess: state another under encoding' if is_guess(encoding) else ''}")
    if wanted.separator is None and separator != ",":
        notes.append(f"separated by '{separator_name(separator)}'")
    return tuple(notes)


def _grid(layout: TextLayout, form: TextForm, notes: tuple[str, ...]) -> Grid:
    return Grid(layout.header, layout.lines, layout.rows, form, (*notes, *layout.notes), layout.questions)
