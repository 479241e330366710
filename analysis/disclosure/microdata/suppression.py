"""Suppress locally: blank as few key variables as possible until each combination is large and varied enough."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.disclosure.microdata.classes import Classes, cells_of, tells_answer
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.fewer_blanks import with_fewer_blanks
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import Variable

Codes = NDArray[np.int16]
Mask = NDArray[np.bool_]
Answers = Sequence[tuple[Variable, Mask]]


@dataclass(frozen=True, slots=True, eq=False)
class Suppressed:
    """Hold the released codes of each combination, key variable -> (C,) codes, and (C,) which records are dropped."""

    keys: Mapping[str, Codes]
    dropped: Mask


def suppress(classes: Classes, answers: Answers, order: Sequence[str], rules: MicrodataRules) -> Suppressed:
    """Blank key variables of combinations that are too small or disclose a sensitive answer; drop records last.

    Blank is a value of its own: records that are blank in the same variables and equal in the others form a combination
    that must again be large and varied enough. One variable is tried before two, a less important one before others;
    then values are exchanged until no exchange leaves fewer blank.

    Parameters
    ----------
    classes
        The combinations.
    answers
        Each sensitive item with (C, V) which answers occur.
    order
        The key variables that may be blanked, most important first.
    """
    keys = dict(classes.keys)
    for blank in _choices(order):
        bad = ~_sound(keys, classes, answers, rules)
        if not bad.any():
            break
        trial = keys | {name: np.where(bad, np.int16(SUPPRESSED), keys[name]) for name in blank}
        better = bad & _sound(trial, classes, answers, rules)
        keys = {name: np.where(better, trial[name], keys[name]) for name in keys}
    found = with_fewer_blanks(classes, answers, order, rules, (keys, ~_sound(keys, classes, answers, rules)))
    return Suppressed(*found)


def _choices(order: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(order) + 1):
        yield from combinations(order[::-1], size)


def _sound(keys: Mapping[str, Codes], classes: Classes, answers: Answers, rules: MicrodataRules) -> Mask:
    """Return (C,) whether the combination that each would belong to is large and varied enough."""
    cells = cells_of(list(keys.values()))
    count = len(classes.sizes)
    joins = sparse.csr_array((np.ones(count), (cells.codes, np.arange(count))), shape=(cells.count, count))
    sound = joins @ classes.sizes >= rules.k
    for variable, occurring in answers:
        sound &= ~tells_answer(joins @ occurring > 0, variable, rules.distinct)
    return np.asarray(sound[cells.codes])


def too_sparse(classes: Classes, answers: Answers, rules: MicrodataRules) -> list[str]:
    """Return sensitive items that would blank too many keys; they are left out of the file.

    Items are kept, the cheapest first, as long as all together touch at most `most_for_answers` of the records.
    """
    limit = rules.most_for_answers * classes.sizes.sum()
    touched = np.zeros(len(classes.sizes), bool)
    left_out = []
    giving = {variable.name: tells_answer(found, variable, rules.distinct) for variable, found in answers}
    for name, gives in sorted(giving.items(), key=lambda each: int(classes.sizes[each[1]].sum())):
        together = touched | (gives & (classes.sizes >= rules.k))
        if classes.sizes[together].sum() > limit:
            left_out.append(name)
        else:
            touched = together
    return left_out
