"""Move blank values between key variables until fewer are blank; each combination stays large and varied enough."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import Classes, cells_of, is_too_alike
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import Variable

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Answers = Sequence[tuple[Variable, Mask]]

PASSES = 10
DROPPED = 1000  # blank values that a dropped record counts for


def with_fewer_blanks(
    classes: Classes,
    answers: Answers,
    order: Sequence[str],
    rules: MicrodataRules,
    found: tuple[Mapping[str, Codes], Mask],
) -> tuple[dict[str, Codes], Mask]:
    """Return (key variable -> (C,) codes, (C,) dropped) with at most as many blanks and dropped records as `found`.

    A combination that no class would fill alone can be filled by several classes that now blank more variables, or
    whose own combinations stay large enough without them. All sums are whole numbers, and no choice is random, so that
    each machine finds the same values.

    Parameters
    ----------
    classes
        The combinations before suppression.
    answers
        Each sensitive item with (C, V) which answers occur.
    order
        The key variables that may be blanked, most important first; ties spare the more important one.
    """
    search = _Search(classes, answers, order, rules, found)
    for _ in range(PASSES):
        if not search.improve():
            break
    return search.result()


class _Search:
    """Hold the chosen set of blank variables of each class, and the sums of the combinations that follow."""

    def __init__(
        self,
        classes: Classes,
        answers: Answers,
        order: Sequence[str],
        rules: MicrodataRules,
        found: tuple[Mapping[str, Codes], Mask],
    ) -> None:
        self.classes, self.answers, self.rules = classes, answers, rules
        names, count = order[::-1], len(classes.sizes)  # the first set of equal cost blanks a less important variable
        blank = [
            tuple(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(2 ** len(names))
        ]
        self.sets = sorted(blank, key=len)
        stacked = {
            name: np.concatenate([_blanked(column, name in each) for each in self.sets])
            for name, column in classes.keys.items()
        }
        cells = cells_of(list(stacked.values()))
        self.cell = cells.codes.reshape(len(self.sets), count)
        fresh = [sum((classes.keys[name] != SUPPRESSED).astype(np.int64) for name in each) for each in self.sets]
        self.cost = np.stack([classes.sizes * np.broadcast_to(number, (count,)) for number in fresh])
        self.cost = np.vstack([self.cost, DROPPED * classes.sizes])  # the last row: a dropped class
        self.cell = np.vstack([self.cell, np.full(count, cells.count)])
        self.occurring = np.hstack([np.ones((count, 1), bool), *(mask for _, mask in answers)]).astype(np.int64)
        self.chosen = self._start(*found)
        self.sizes = np.zeros(cells.count + 1, np.int64)
        self.occurs = np.zeros((cells.count + 1, self.occurring.shape[1]), np.int64)
        held = self.cell[self.chosen, np.arange(count)]
        np.add.at(self.sizes, held, classes.sizes)
        np.add.at(self.occurs, held, self.occurring)
        stated = [(variable, mask.shape[1]) for variable, mask in answers if mask.shape[1]]
        self.first = np.cumsum([0, *(width for _, width in stated)])[:-1]  # (items,) the place of each first answer
        harmful = [code not in variable.harmless for variable, _ in stated for code in variable.codes]
        self.harmful = np.array(harmful, bool)
        self.known: dict[int, bool] = {}  # whether a combination is sound, until a class moves into or out of it

    def _start(self, keys: Mapping[str, Codes], dropped: Mask) -> Ints:
        """Return (C,) the smallest set of blank variables that makes the codes found, or the last row."""
        chosen = np.full(len(dropped), len(self.sets), np.int64)
        for number in range(len(self.sets) - 1, -1, -1):
            same = [
                keys[name] == _blanked(column, name in self.sets[number]) for name, column in self.classes.keys.items()
            ]
            chosen[np.logical_and.reduce(same) & ~dropped] = number
        return chosen

    def improve(self) -> bool:
        """Try to fill each combination that a blanked class could be in; return whether anything became better."""
        open_classes = np.flatnonzero(self.chosen > 0)
        targets: dict[int, list[tuple[int, int]]] = {}
        for number in range(len(self.sets)):
            for each in open_classes.tolist():
                targets.setdefault(int(self.cell[number, each]), []).append((each, number))
        return sum(self._fill(target, members) for target, members in targets.items()) > 0

    def _fill(self, target: int, members: list[tuple[int, int]]) -> bool:
        """Move classes into a combination if that makes fewer values blank; else leave all as it was."""
        able: dict[int, tuple[int, int]] = {}
        for each, number in members:
            gain = int(self.cost[self.chosen[each], each] - self.cost[number, each])
            if gain >= 0 and self.cell[self.chosen[each], each] != target and gain > able.get(each, (-1, 0))[0]:
                able[each] = (gain, number)
        moved: list[tuple[int, int]] = []
        won = 0
        for each, (gain, number) in sorted(able.items(), key=lambda item: (-item[1][0], item[0])):
            if gain == 0 and self._sound(target):
                break
            before = int(self.chosen[each])
            self._move(each, number)
            moved.append((each, before))
            won += gain
        for each, before in list(moved):
            source = int(self.cell[before, each])
            if not self._sound(source):
                won -= int(self.cost[before, each] - self.cost[self.chosen[each], each])
                self._move(each, before)
                moved.remove((each, before))
        if won > 0 and self._sound(target):
            return True
        for each, before in moved:
            self._move(each, before)
        return False

    def _move(self, each: int, number: int) -> None:
        old, new = int(self.cell[self.chosen[each], each]), int(self.cell[number, each])
        self.chosen[each] = number
        for cell, sign in ((old, -1), (new, 1)):
            self.known.pop(cell, None)
            self.sizes[cell] += sign * self.classes.sizes[each]
            self.occurs[cell] += sign * self.occurring[each]

    def _sound(self, cell: int) -> bool:
        """Return whether a combination is empty, or large and varied enough; the dropped are."""
        if cell not in self.known:
            self.known[cell] = self._look(cell)
        return self.known[cell]

    def _look(self, cell: int) -> bool:
        if cell == len(self.sizes) - 1 or self.sizes[cell] == 0:
            return True
        return bool(self.sizes[cell] >= self.rules.k) and not self._tells_answer(cell)

    def _tells_answer(self, cell: int) -> bool:
        """Return whether any sensitive item has too few answers in a combination, and not all harmless.

        This is `tells_answer` for one combination and all items at once.
        """
        if not len(self.first):
            return False
        occurs = self.occurs[cell, 1:] > 0
        stated = np.add.reduceat(occurs, self.first, dtype=np.int64)
        harmful = np.logical_or.reduceat(occurs & self.harmful, self.first)
        return bool(is_too_alike(stated, harmful, self.rules.distinct).any())

    def result(self) -> tuple[dict[str, Codes], Mask]:
        keys = {name: column.copy() for name, column in self.classes.keys.items()}
        for number, each in enumerate(self.sets):
            for name in each:
                keys[name] = np.where(self.chosen == number, np.int16(SUPPRESSED), keys[name])
        return keys, np.asarray(self.chosen == len(self.sets))


def _blanked(column: Codes, blank: bool) -> Codes:
    return np.full_like(column, SUPPRESSED) if blank else column
