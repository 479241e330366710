"""Find small numbers of people that follow from the shares of a question, because its answers add up to everyone."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.disclosure.audit.findings import Finding
from analysis.disclosure.cells import Shown, range_of_rounded
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import counted_range, share_range
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

Range = tuple[float, float]
Answers = Mapping[tuple[str, str], Range]  # (group, term) -> the range of its number of people in a data set
NOTHING: Answers = {}


def column_of(term: str) -> str:
    """Return the question of a share's term: ``vote`` of ``vote=yes``."""
    return term.split("=", 1)[0]


def find_known_ends(
    tables: tuple[ProtectedTable, ...], rules: Rules, answers: Answers = NOTHING, *, with_counted: bool = True
) -> Iterator[Finding]:
    """Find answers that provably no one or everyone in a group gave, and those whose small number is nearly known.

    The audit of counts handles shares of counted groups. They also bound the weighted shares of the same groups, unless
    `with_counted` is false.

    Parameters
    ----------
    tables, rules
        Published tables and their rules.
    answers
        The numbers of people that a data set shows for answers.
    """
    answers = _joined(answers, _counted(tables, rules)) if with_counted else answers
    for table in tables:
        if table.kind == "share":
            for rows in _distributions(table).values():
                yield from _known_ends(table, rows, rules, answers)


def _counted(tables: tuple[ProtectedTable, ...], rules: Rules) -> Answers:
    """Return the numbers of people that shares of counted groups allow, hidden ones included."""
    found: dict[tuple[str, str], Range] = {}
    for row in (row for table in tables if table.kind == "share" for row in table.rows if row.part is not None):
        if isinstance(row.cell, Shown):
            found[row.domain, row.term] = counted_range(row.cell, rules)
        elif row.cell.reason == "too_few":
            found[row.domain, row.term] = (0.0, rules.count_threshold - 1.0)
    return found


def _joined(one: Answers, two: Answers) -> Answers:
    """Return what both know; where they disagree, the first."""
    both = {
        place: (max(one[place][0], two[place][0]), min(one[place][1], two[place][1])) for place in one if place in two
    }
    return {**two, **one, **{place: ends for place, ends in both.items() if ends[0] <= ends[1]}}


def _distributions(table: ProtectedTable) -> dict[tuple[str, str], list[ProtectedRow]]:
    found: dict[tuple[str, str], list[ProtectedRow]] = {}
    for row in table.rows:
        found.setdefault((row.domain, column_of(row.term)), []).append(row)
    return found


def _known_ends(table: ProtectedTable, rows: list[ProtectedRow], rules: Rules, answers: Answers) -> Iterator[Finding]:
    cells = [row.cell for row in rows if isinstance(row.cell, Shown) and row.part is None]
    known = [answers.get((row.domain, row.term)) for row in rows]
    if len(cells) < len(rows) or (len(cells) < 2 and known == [None]):
        return
    questions = [_Question(cells, known, rules, least) for least in (False, True)]
    for k, row in enumerate(rows):
        for people, others in (question.people(k) for question in questions):
            if any(_tells(ends, rules) for ends in (people, others)):
                place = (row.base, row.domain)
                yield Finding("share", row.base, f"{row.domain}: {row.term}", *people, (place,), table.id)
                break


@dataclass(frozen=True, slots=True)
class _Question:
    """Hold the shown cells of all answers to a question, and what else shows their numbers.

    `is_wide` takes weights as unequal as the rounded effective n allows. Without it, weights that look equal after
    rounding are taken as equal, because a reader may know that they are.
    """

    cells: list[Shown]
    known: list[Range | None]
    rules: Rules
    is_wide: bool

    def people(self, k: int) -> tuple[Range, Range]:
        """Return the range of the number of people who gave answer k, and of all others, over all possible sizes."""
        found = [(n, *self._within(k, n)) for n in self._sizes()]
        possible = [(n, low, high) for n, low, high in found if low <= high]
        if not possible:
            return (0.0, math.inf), (0.0, math.inf)
        own = (min(low for _, low, _ in possible), max(high for _, _, high in possible))
        return own, (min(n - high for n, _, high in possible), max(n - low for n, low, _ in possible))

    def _sizes(self) -> range:
        low, high = range_of_rounded(self.cells[0].n, self.rules.rounding_base)
        least = self.rules.score_unflagged
        few = "few_answers" in self.cells[0].flags
        return range(low, min(high, least - 1) + 1) if few else range(max(low, least), high + 1)

    def _within(self, k: int, n: int) -> Range:
        """Return the range of answer k among n people: what its own cell and those of all others leave."""
        ends = [self._own(j, n) for j in range(len(self.cells))]
        low, high = ends[k]
        if len(ends) < 2:
            return low, high
        lowest, highest = sum(low for low, _ in ends), sum(high for _, high in ends)
        return max(low, n - (highest - high)), min(high, n - (lowest - low))

    def _own(self, j: int, n: int) -> Range:
        least, most = (share / 100 for share in share_range(self.cells[j], self.rules))
        known = self.known[j]
        if known is not None:
            spread = self._spread(j, n)
            least, most = _unweighted(least, spread, -1), _unweighted(most, spread, 1)
        low, high = math.ceil(least * n - 1e-9), math.floor(most * n + 1e-9)
        return (max(low, known[0]), min(high, known[1])) if known else (low, high)

    def _spread(self, j: int, n: int) -> float:
        """Return the squared spread of the weights of n people."""
        effective = self.cells[j].n_effective or n
        if not self.is_wide:
            return 0.0 if effective == self.cells[j].n else max(n / max(effective, 1) - 1, 0.0)
        least = range_of_rounded(effective, self.rules.rounding_base)[0]
        return max(n / max(least, 1) - 1, 0.0)


def _unweighted(share: float, spread: float, sign: int) -> float:
    r"""Return the end of the share of people, from a share of the weight and the squared spread of the weights.

    A share p of the weight and f of the people have :math:`(p - f)^2 \le c^2 f (1 - f)`.
    """
    root = math.sqrt(max(spread * spread / 4 + spread * share * (1 - share), 0.0))
    return (share + spread / 2 + sign * root) / (1 + spread)


def _tells(people: Range, rules: Rules) -> bool:
    """Return whether no one can be in the group, or its size is small and nearly known."""
    if people[1] < 1:
        return True
    return people[0] < rules.count_threshold and people[1] - people[0] < rules.narrowest_range
