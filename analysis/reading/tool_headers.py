"""Further header lines that survey tools write below the names: questions in words, ids of imports, answer options."""

import re
from collections import Counter
from collections.abc import Sequence

from analysis.reading.form import MISSING_WORDS
from analysis.reading.number_text import is_plain_number, parsed_number
from analysis.reading.records import Record

IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']""")
QUALTRICS_TEXTS = {
    "StartDate": "Start Date",
    "EndDate": "End Date",
    "ResponseId": "Response ID",
    "RecordedDate": "Recorded Date",
    "DistributionChannel": "Distribution Channel",
}
RESPONSE, RESPONSE_ID = "ResponseId", re.compile(r"R_\w+")
# Names of old exports of Qualtrics stand on the second line, below V1, V2 and so on.
OLD_TEXTS = frozenset(
    ("ResponseID", "ResponseSet", "ExternalDataReference", "IPAddress", "StartDate", "EndDate", "Finished")
)
ANSWER_WORDS = frozenset(("Response", "Open-Ended Response"))
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
LOOKED_AT = 500  # rows that show whether a column holds numbers
FEWEST = 3  # numbers below a word that make it a header
Rows = list[tuple[int, Record]]


def further_headers(names: Record, rows: Rows) -> tuple[Record, Rows, dict[str, str], list[str]]:
    """Take the second and third header lines of Qualtrics and the second of other tools out of the rows.

    Returns the names, the rows, the questions in words by column, and notes.
    """
    for place in (0, 1):
        if place < len(rows) and _are_import_ids(rows[place][1]):
            texts = rows[0][1] if place == 1 else names
            stated = f"header lines of Qualtrics on lines {' and '.join(str(line) for line, _ in rows[: place + 1])}"
            return names, rows[place + 1 :], _questions(names, texts), [stated]
    if rows and _are_texts_of_qualtrics(names, rows):
        return names, rows[1:], _questions(names, rows[0][1]), [f"a header line of Qualtrics on line {rows[0][0]}"]
    if len(rows) > 1 and _are_options(names, rows[0][1], rows[1][1]):
        stated = f"a second header line (answer options) on line {rows[0][0]}"
        return _with_options(names, rows[0][1]), rows[1:], {}, [stated]
    if _are_words_above_numbers(rows):
        stated = f"a second header line (words above numbers) on line {rows[0][0]}"
        return names, rows[1:], _questions(names, rows[0][1]), [stated]
    return names, rows, {}, []


def _are_import_ids(row: Record) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and all(IMPORT_ID.match(cell) for cell in cells)


def _are_texts_of_qualtrics(names: Record, rows: Rows) -> bool:
    """Whether the first row holds the texts of Qualtrics: in English, in old exports, or above ids of responses."""
    known = [name.strip() for name in names]
    first = dict(zip(known, rows[0][1], strict=True))
    if sum(first.get(name) == text for name, text in QUALTRICS_TEXTS.items()) >= 2:
        return True
    if "V1" in first and len(OLD_TEXTS.intersection(first.values())) >= 2:
        return True
    ids = [row[known.index(RESPONSE)] for _, row in rows[:2]] if RESPONSE in first else []
    return [RESPONSE_ID.fullmatch(cell) is not None for cell in ids] == [False, True]


def _are_words_above_numbers(rows: Rows) -> bool:
    """Whether the first row holds words alone, different ones above two columns of numbers, that no other row holds."""
    first = [cell.strip() for cell in rows[0][1]] if rows else []
    if not first or not all(map(_is_word, first)):
        return False
    below = [row for _, row in rows[1:LOOKED_AT]]
    columns = [[x for row in below if (x := row[k].strip()) not in MISSING_WORDS] for k in range(len(first))]
    above = [word for word, cells in zip(first, columns, strict=True) if len(cells) >= FEWEST and _are_numbers(cells)]
    repeated = any(word in cells for word, cells in zip(first, columns, strict=True))
    return len(set(above)) == len(above) >= 2 and not repeated


def _is_word(cell: str) -> bool:
    letters = sum(map(str.isalpha, cell))
    return letters >= FEWEST and letters > sum(map(str.isdigit, cell)) and cell.lower() not in ("inf", "infinity")


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(any(parsed_number(cell, sign) is not None for sign in ".,") for cell in cells)


def _questions(names: Record, texts: Record) -> dict[str, str]:
    return {one_line(n): one_line(t) for n, t in zip(names, texts, strict=True) if t.strip() and t != n}


def _are_options(names: Record, second: Record, first_row: Record) -> bool:
    """Whether a second line holds answer options: nothing in the first column, and something below each empty name."""
    if second[0].strip() or not first_row[0].strip() or not names[0].strip():
        return False
    gaps = [k for k, cell in enumerate(names) if not cell.strip()]
    stated = [cell.strip() for cell in second if cell.strip()]
    if gaps:
        return all(second[k].strip() for k in gaps) and not any(is_plain_number(cell) for cell in stated)
    return bool(stated) and all(cell in ANSWER_WORDS for cell in stated)


def _with_options(names: Record, options: Record) -> Record:
    """Each question with its option, as in ``Which do you trust? - Police``."""
    asked: Record = []
    for cell in names:
        asked.append(cell.strip() or asked[-1])
    several = Counter(asked)
    return [
        f"{question} - {option.strip()}"
        if option.strip() and (several[question] > 1 or option.strip() not in ANSWER_WORDS)
        else question
        for question, option in zip(asked, options, strict=True)
    ]


def one_line(cell: str) -> str:
    """Return a name without line breaks and marks of direction, which no one sees and no one types."""
    return " ".join(UNSEEN.sub("", cell).split())
