"""Attack published shares as counts: find every number of people that all published figures together allow.

The attacker knows the rules, runs the published program for each possible number of people, and keeps those that give
exactly the published cell. The numbers of one question add up to its base. Sums are sets of whole numbers, kept as the
bits of an integer, so that the answer is that of an integer program over all answers of a question at once.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from analysis.disclosure import DraftTable, Rules
from analysis.disclosure.cells import Shown
from analysis.disclosure.tables import protect
from analysis.intervals.shares import share_interval
from analysis.results import Estimate, Estimates

Document = Mapping[str, Any]
Cell = Mapping[str, Any]
Range = tuple[int, int]
SMALL = 10
LEAST = 30  # people behind any published estimate
RULES = Rules()


@dataclass(frozen=True)
class Question:
    """Hold the published cells of one question in one group, and what else is public about its answers.

    Parameters
    ----------
    name, domain
        The question and the group of people who answered it.
    answers
        Name of each answer -> its cells, one for each table that shows it.
    whole
        Whether the answers add up to everyone.
    bounds
        Answer -> bounds of its number of people that follow from other publications.
    """

    name: str
    domain: str
    answers: Mapping[str, tuple[Cell, ...]]
    whole: bool
    bounds: Mapping[str, Range]


@dataclass(frozen=True)
class Recovered:
    """Hold the numbers of people that everything published allows for one answer, and for all other answers."""

    question: Question
    answer: str
    values: tuple[int, ...]
    others: tuple[int, ...]
    guess: float


def solve(question: Question) -> Iterator[Recovered]:
    """Find all possible numbers of people of each answer."""
    answers = list(question.answers)
    found: dict[str, dict[int, int]] = {answer: {} for answer in answers}
    others: dict[str, set[int]] = {answer: set() for answer in answers}
    for n in _sizes(question):
        sets = [_allowed(question, answer, n) for answer in answers]
        kept = _joint(sets, n) if question.whole else sets
        if all(kept):
            for answer, bits in zip(answers, kept, strict=True):
                for k in _members(bits):
                    found[answer][k] = found[answer].get(k, 0) + 1
                    others[answer].add(n - k)
    for answer in answers:
        values = sorted(found[answer])
        guess = float(np.average(values, weights=[found[answer][k] for k in values])) if values else math.nan
        yield Recovered(question, answer, tuple(values), tuple(sorted(others[answer])), guess)


def _sizes(question: Question) -> range:
    """Return the numbers of people that the rounded n of all cells allows."""
    low, high = LEAST, 10**6
    for cell in (cell for cells in question.answers.values() for cell in cells if cell["shown"]):
        low, high = max(low, cell["n"] - 2), min(high, cell["n"] + 2)
        low, high = (low, min(high, 49)) if "few_answers" in cell["flags"] else (max(low, 50), high)
    return range(low, high + 1) if high < 10**6 else range(0)


def _allowed(question: Question, answer: str, n: int) -> int:
    """Return the numbers of people, as bits, for which the program would publish these cells."""
    low, high = question.bounds.get(answer, (0, n))
    bits = ((1 << (min(high, n) + 1)) - 1) & ~((1 << low) - 1)
    for cell in question.answers[answer]:
        bits &= _fitting(tuple(sorted((name, _plain(value)) for name, value in cell.items())), n)
    return bits


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


@lru_cache(maxsize=100_000)
def _fitting(items: tuple[tuple[str, Any], ...], n: int) -> int:
    cell = dict(items)
    if not cell["shown"]:
        return _hidden(cell, n)
    if cell["counted"]:
        return _bits(k for k in range(SMALL, n + 1) if _ratio(k, n) == cell["value"])
    if cell["equal"]:
        return _repeated(cell, n)
    return _weighted(cell, n)


def _repeated(cell: Cell, n: int) -> int:
    """Return the numbers for which the program repeats the cell, or those that round to a cell finer than its own."""
    cells = _oracle(n, cell["step"])
    if not any(made is not None and made.step == cell["step"] for made in cells):
        least, most = _percent(cell)
        return _bits(k for k in range(n + 1) if least <= 100 * k / n <= most)
    whole = _bits(k for k, made in enumerate(cells) if _same(made, cell, True))
    return whole or _bits(k for k, made in enumerate(cells) if _same(made, cell, False))


def _hidden(cell: Cell, n: int) -> int:
    """Return all numbers; for a counted group also use the reason why it is hidden."""
    if not cell["counted"]:
        return (1 << (n + 1)) - 1
    few = (1 << SMALL) - 1
    return few if cell["reason"] == "too_few" else ((1 << (n + 1)) - 1) & ~few


def _ratio(k: int, n: int) -> float:
    """Return the percentage that two numbers rounded to five people make."""
    return float(math.floor(100 * min(_five(k) / _five(n), 1) + 0.5))


def _five(n: int) -> int:
    return (2 * n + 5) // 10 * 5


def _bits(numbers: Iterator[int]) -> int:
    return sum(1 << k for k in numbers)


def _members(bits: int) -> list[int]:
    return [k for k in range(bits.bit_length()) if bits >> k & 1]


@lru_cache(maxsize=10_000)
def _oracle(n: int, step: float) -> tuple[Shown | None, ...]:
    """Return the published cell for each number of people among n who were drawn with equal chances."""
    rows = []
    for k in range(n + 1):
        p = k / n
        variance = p * (1 - p) / (n - 1)
        method = "korn_graubard" if k in (0, n) else "logit"
        interval = share_interval(method, p, variance, n - 1.0, n)
        rows.append(Estimate((), f"q_{k}", p, math.sqrt(variance), interval, n - 1.0, n, float(n)))
    estimates = Estimates("share", tuple(rows), np.zeros((n + 1, n + 1)), n - 1)
    table = DraftTable("q", "q", "share", (n,) * (n + 1), estimates)
    steps = {("q", "everyone", f"q_{k}"): step for k in range(n + 1)}
    cells = [row.cell for row in protect([table], RULES, steps)[0].rows]
    return tuple(cell if isinstance(cell, Shown) else None for cell in cells)


def _same(made: Shown | None, cell: Cell, whole: bool) -> bool:
    if made is None or made.value != cell["value"] or made.step != cell["step"]:
        return False
    ends = {"at_most", "at_least"}
    if set(made.flags) & ends != set(cell["flags"]) & ends:
        return False
    return not whole or (made.low, made.high, made.se) == (cell["low"], cell["high"], cell["se"])


def _weighted(cell: Cell, n: int) -> int:
    r"""Return the numbers that unequal weights allow.

    The spread of the weights between two groups is at most their whole spread: with a share p of the weight, a share f
    of the people and :math:`c^2 = n / n_{eff} - 1`, :math:`(p - f)^2 \le c^2 f (1 - f)`.
    """
    least, most = _percent(cell)
    spread = max(n / max(cell["n_effective"] - 2, 1) - 1, 0.0)
    f = np.arange(n + 1) / n
    away = np.maximum(np.maximum(least / 100 - f, f - most / 100), 0.0)
    return _bits(iter(np.flatnonzero(away**2 <= spread * f * (1 - f) + 1e-12).tolist()))


def _percent(cell: Cell) -> tuple[float, float]:
    if "at_most" in cell["flags"]:
        return 0.0, cell["value"]
    if "at_least" in cell["flags"]:
        return cell["value"], 100.0
    return cell["value"] - cell["step"] / 2, cell["value"] + cell["step"] / 2


def _joint(sets: Sequence[int], n: int) -> list[int]:
    """Return the members of each set for which members of the others exist, such that all add up to n."""
    before, after = [1], [1]
    for bits in sets:
        before.append(_sum(before[-1], bits, n))
    for bits in reversed(sets):
        after.append(_sum(after[-1], bits, n))
    kept = []
    for place, bits in enumerate(sets):
        rest = _sum(before[place], after[len(sets) - 1 - place], n)
        kept.append(_bits(k for k in _members(bits) if rest >> (n - k) & 1))
    return kept


def _sum(one: int, two: int, most: int) -> int:
    """Return all sums of a member of each set, up to the most."""
    total = 0
    for k in _members(one):
        total |= two << k
    return total & ((1 << (most + 1)) - 1)


# --- from documents to questions


def read_questions(document: Document, equal: frozenset[str] = frozenset()) -> Iterator[Question]:
    """Read the questions of a report or of a unit of a scorecard; `equal` names sources whose weights are all equal."""
    cells: dict[tuple[str, str, str], dict[str, list[Cell]]] = {}
    tables = [table for section in document["sections"] for table in section["tables"]]
    for table in tables:
        if table["kind"] == "share":
            source = table["id"].split(".")[0]
            for row in table["rows"]:
                column = row["term"].split("=")[0]
                name = column if "=" in row["term"] else f"{row['base']}|{column}"
                known = source in equal or ".composition_before" in table["id"]
                cell = dict(row["cell"]) | {"equal": known, "counted": bool(row.get("part"))}
                found = cells.setdefault((row["base"], row["domain"], name), {})
                found.setdefault(row["term"], []).append(cell)
    for (_, domain, name), answers in cells.items():
        bounds = _scored(tables, domain, answers)
        yield Question(
            name, domain, {term: tuple(found) for term, found in answers.items()}, "=" in next(iter(answers)), bounds
        )


def _scored(tables: Sequence[Document], domain: str, answers: Mapping[str, Any]) -> dict[str, Range]:
    """Return bounds from the numbers of people with a score, by agency: they are part of each group."""
    least: dict[str, int] = {}
    for table in tables:
        for row in table["rows"] if ".index_by_" in table["id"] else ():
            *place, group = row["domain"].split(", ")
            if place[:1] == [domain] and group in answers and row["cell"]["shown"]:
                least[group] = least.get(group, 0) + max(row["cell"]["n"] - 2, LEAST)
    return {group: (n, 10**6) for group, n in least.items()}


def with_file(question: Question, columns: Mapping[str, Any], document: Document) -> Question:
    """Return the question with the bounds that the public file sets for each answer."""
    source = question.domain.removeprefix("source=")
    codes = {
        label: int(code) for v in document["variables"] if v["name"] == "source" for code, label in v["labels"].items()
    }
    if source not in codes:
        return question
    inside = columns["source"] == codes[source]
    missing = document["left_out"]["held_back_at_most"].get(source, document["rules"]["fewest_records"] - 1)
    bounds = dict(question.bounds)
    for answer in question.answers:
        found = _in_file(answer, columns, inside)
        if found is not None:
            low, high = bounds.get(answer, (0, 10**6))
            bounds[answer] = (max(low, found[0]), min(high, found[1] + missing))
    return Question(question.name, question.domain, question.answers, question.whole, bounds)


def _in_file(answer: str, columns: Mapping[str, Any], inside: Any) -> tuple[int, int] | None:
    """Return how many records have an answer, for certain and at most."""
    name, _, level = answer.partition("=")
    name, code = name.removesuffix(":answer"), int(level or 1)
    if name not in columns or (not (columns[name][inside] == code).any() and (columns[name] >= 1000).any()):
        return None
    column = columns[name][inside]
    withheld = int((column == -6).sum())
    stated = int((column == code).sum())
    return stated, stated + withheld
