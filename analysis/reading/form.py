"""How a data file is written: what a person may state about it, and what the reader found."""

from dataclasses import dataclass

from analysis.errors import UnknownChoice

SEPARATORS = (",", ";", "\t", "|")
# Errors of spreadsheet programs in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Russian.
SPREADSHEET_ERRORS = (
    "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!",
    "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!",
    "#N/D", "#¡DIV/0!", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#¡NUM!", "#¡NULO!",
    "#VALOR!", "#NOME?", "#NÚM!", "#NULO!",
    "#VALORE!", "#RIF!", "#NULLO!",
    "#N/B", "#DEEL/0!", "#WAARDE!", "#VERW!", "#NAAM?", "#GETAL!", "#LEEG!",
    "#N/D!", "#DZIEL/0!", "#ARG!", "#ADR!", "#NAZWA?", "#LICZBA!", "#ZERO!",
    "#Н/Д", "#ДЕЛ/0!", "#ЗНАЧ!", "#ССЫЛКА!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!",
)  # fmt: skip
TAGGED = tuple(f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")  # of Stata and SAS
MISSING_WORDS = (
    "", "NA", "N/A", "n/a", "NaN", "nan", "NaT", "NULL", "null", ".", "<NA>", "\\N", *TAGGED, *SPREADSHEET_ERRORS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a table is written; None = the reader finds it.

    Parameters
    ----------
    encoding
        Such as ``utf-8``, ``utf-16`` or ``cp1252``.
    separator
        Comma, semicolon, tab or bar.
    decimal
        ``.`` or ``,``.
    header
        The line that holds the column names, counted from 1; lines above it are skipped.
    sheet
        The sheet of a workbook; default the first that is visible.
    missing_words
        Words that stand for a missing value in every format; default `MISSING_WORDS`. An empty cell is always missing.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header: int | None = None
    sheet: str | None = None
    missing_words: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.separator not in (None, *SEPARATORS):
            raise UnknownChoice("the separator", SEPARATORS, self.separator)
        if self.decimal not in (None, ".", ","):
            raise UnknownChoice("the decimal sign", (".", ","), self.decimal)

    @property
    def missing(self) -> frozenset[str]:
        """Every text that stands for a missing value."""
        return frozenset(("", *(MISSING_WORDS if self.missing_words is None else self.missing_words)))


def separator_name(separator: str) -> str:
    r"""A separator as a sentence shows it.

    Examples
    --------
    >>> separator_name("\t"), separator_name(";")
    ('tab', ';')
    """
    return {"\t": "tab"}.get(separator, separator)
