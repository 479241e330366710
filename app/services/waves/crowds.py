"""Keep a label with an answer only where a crowd of answers of the same opening carries it.

A reader who compares the database before and after an opening sees the labels of the answers that it added. A label
that few of them carry would point at a code, a part of the city or a network. An answer always shows its agency, and a
code chooses one: so the crowd is counted within each agency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from random import Random

from app.records.wave_lifecycle import SMALLEST_BOX
from app.services.ballots.envelopes import Ballot

CROWD = SMALLEST_BOX
OTHER = "other"  # the source of answers whose own source is too small

Step = Callable[[Ballot], Ballot]
Label = Callable[[Ballot], tuple[str, ...]]


def with_crowds(ballots: Sequence[Ballot], chance: Random, crowd: int = CROWD) -> list[Ballot]:
    """Return the answers of one opening with labels that at least `crowd` of them share.

    The crowd is about the same agency. An answer of a small part of the city keeps its source; an answer of a small
    source becomes one of `OTHER`; flags stay only where enough answers of the same kind carry exactly the same ones.
    Where the answers that lost a label would be too few, others lose theirs too, drawn at random. An agency with fewer
    answers in all than `crowd` has no label left.

    Examples
    --------
    >>> north = Ballot("address sample", "north", "", {}, ())
    >>> south = replace(north, stratum="south", flags=("crowd",))
    >>> sorted(Counter(each.stratum for each in with_crowds([north] * 60 + [south], Random(1), 20)).items())
    [('', 20), ('north', 41)]
    >>> Counter(each.stratum for each in with_crowds([north] * 20 + [south] * 20, Random(1), 20))
    Counter({'north': 20, 'south': 20})
    """
    found = _where_few(ballots, _kind_of, _without_stratum, chance, crowd)
    found = _where_few(found, lambda each: (each.source, each.agency), _without_source, chance, crowd)
    found = _where_few(found, _kind_of, _without_stratum, chance, crowd)  # some parts lost answers to another source
    return _where_few(found, lambda each: (*each.kind, *sorted(each.flags)), _without_flags, chance, crowd)


def find_lost_labels(kinds: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the kinds (source and part of the city) that answers of these kinds get where they lose their label.

    >>> sorted(find_lost_labels([("letters", "north"), ("letters", "south")]))
    [('letters', ''), ('other', '')]
    """
    return {(OTHER, ""), *((source, "") for source, _ in kinds)} - {*kinds} if kinds else set()


def _where_few(ballots: Sequence[Ballot], label: Label, to_parent: Step, chance: Random, crowd: int) -> list[Ballot]:
    """Replace the labels that too few share by their parents, and as many others as each parent needs."""
    found = list(ballots)
    sizes = Counter(map(label, found))
    for place, each in enumerate(found):
        if sizes[label(each)] < crowd:
            found[place] = to_parent(each)
    while (short := _short(found, label, to_parent, crowd)) is not None:
        able = [k for k, each in enumerate(found) if label(each) != short and label(to_parent(each)) == short]
        if not able:
            return found
        missing = crowd - sum(label(each) == short for each in found)
        for place in _drawn(found, able, missing, label, chance, crowd):
            found[place] = to_parent(found[place])
    return found


def _short(found: Sequence[Ballot], label: Label, to_parent: Step, crowd: int) -> tuple[str, ...] | None:
    """Return a parent that too few share although others could join it."""
    sizes = Counter(map(label, found))
    parents = {label(to_parent(each)) for each in found if label(to_parent(each)) != label(each)}
    return next((name for name in sorted(parents) if 0 < sizes[name] < crowd), None)


def _drawn(
    found: Sequence[Ballot], able: Sequence[int], missing: int, label: Label, chance: Random, crowd: int
) -> list[int]:
    """Return the answers that join a parent: some of a large crowd, or the whole of one that would become too small."""
    drawn = chance.sample(able, min(missing, len(able)))
    left = Counter(label(found[place]) for place in able) - Counter(label(found[place]) for place in drawn)
    too_small = {name for name, size in left.items() if 0 < size < crowd}
    return [*drawn, *(place for place in able if label(found[place]) in too_small and place not in drawn)]


def _kind_of(ballot: Ballot) -> tuple[str, ...]:
    return ballot.kind


def _without_stratum(ballot: Ballot) -> Ballot:
    return replace(ballot, stratum="")


def _without_source(ballot: Ballot) -> Ballot:
    return replace(ballot, source=OTHER, stratum="")


def _without_flags(ballot: Ballot) -> Ballot:
    return replace(ballot, flags=())
