"""Make released records from a draft: recode, hold back, blank, drop, shuffle, weight, in this order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.history import Published
from analysis.disclosure.microdata.classes import Classes
from analysis.disclosure.microdata.coarsening import Coarsening
from analysis.disclosure.microdata.deciding import Decided, decide, steps_of
from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.figures import Figure, figures_of
from analysis.disclosure.microdata.file import in_hundredths
from analysis.disclosure.microdata.holding_back import (
    Rare,
    blank_answers,
    blocks_of,
    keep_records,
    most_held_back,
    secret_more,
)
from analysis.disclosure.microdata.loss import Released
from analysis.disclosure.microdata.refusals import TooFewRecords
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.weights import make_weights

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]

HELD_TRIED = 4  # choices of records held back, for each of the steps


@dataclass(frozen=True, slots=True)
class Secret:
    """Hold the source of all random draws: equal secrets give equal files.

    Parameters
    ----------
    seed
        Seed of the wave: its releases all hold back and blank the same records, and use the same groups.
    number
        Number of the release within the wave; each release draws a new order and new record numbers.
    draw
        Number of times that the choice of records was drawn again because the audit failed.
    """

    seed: int
    number: int = 0
    draw: int = 0

    @property
    def more(self) -> int:
        """Return the number of records held back that a reader cannot know."""
        return secret_more(self.draw)

    def of_choice(self) -> np.random.Generator:
        """Return the generator for records held back and blanked."""
        return self._stream(0, self.draw)

    def of_groups(self, source: int) -> np.random.Generator:
        """Return the generator for the groups of a sample source."""
        return self._stream(1, source)

    def of_order(self) -> np.random.Generator:
        """Return the generator for the order of the records."""
        return self._stream(2, self.number)

    def _stream(self, *place: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=place))


@dataclass(frozen=True, slots=True, eq=False)
class Protection:
    """Hold the decisions of the gate.

    Parameters
    ----------
    before
        Combinations of the key variables as they were asked.
    coarsening
        The steps taken.
    released
        The records of each source, in the order of the draft.
    left_out
        Variables that are not in the file: key variables merged to one level, sensitive items that too few answered,
        and indices made of them.
    sources_left_out
        Sample sources with too few records.
    order
        (m,) the released records of all sources, one source after the other, in the order of the file.
    """

    before: Classes
    coarsening: Coarsening
    released: tuple[Released, ...]
    left_out: tuple[str, ...]
    sources_left_out: tuple[str, ...]
    order: Ints

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the file."""
        return np.concatenate([each.columns[name] for each in self.released])[self.order]

    def weights(self, replicate: int) -> NDArray[np.float64]:
        """Return the weights (0) or a replicate (1..) in the order of the file."""
        return np.concatenate([each.weights.column(replicate) for each in self.released])[self.order]


def most_missing(most: int, rows: int, released: int) -> int:
    """Return the published bound of a source's missing records: the most held back, or more in steps of ten.

    Examples
    --------
    >>> most_missing(104, 2000, 1897), most_missing(104, 2000, 1890)
    (104, 114)
    """
    return most + 10 * max(0, -(-(rows - released - most) // 10))


def protect_records(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    secret: Secret,
    known: Mapping[str, Codes] | None = None,
    rare: Rare = frozenset(),
    reports: Sequence[Published] = (),
) -> Protection:
    """Decide the released values of each record, and weight the released records.

    `known` holds (n,) codes of each record in files of another tier. No one may be found by both files together.
    `rare` names questions (item, source) whose rare answers are all blank. Weights are fitted to the figures of
    `reports` on the same answers.
    """
    sources = [source for source in draft.sources if source.design.rows >= rules.fewest_records]
    if not sources:
        raise TooFewRecords(rules.fewest_records)
    before, steps = steps_of(draft, rules, sources)
    draft, decided = _chosen(draft, rules, sources, steps, known or {}, rare, secret)
    shares = _shares(draft, decided)
    figures = figures_of(draft, reports, decided.coarsening.steps)
    released = tuple(_release(draft, rules, decided, source, shares, figures, secret) for source in sources)
    too_small = tuple(source.name for source in draft.sources if source not in sources)
    order = secret.of_order().permutation(len(decided.rows))
    return Protection(before, decided.coarsening, released, decided.left_out, too_small, order)


def _chosen(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    sources: Sequence[DraftSource],
    steps: Sequence[Coarsening],
    known: Mapping[str, Codes],
    rare: Rare,
    secret: Secret,
) -> tuple[DraftMicrodata, Decided]:
    """Return the cheapest steps, and the first choice of records held back, that leave few values blank.

    Where no choice leaves at most `most_blank`, the first one.
    """
    chance, least = secret.of_choice(), rules.fewest_in_domain
    held: list[tuple[DraftMicrodata, Ints]] = []
    tried: list[tuple[DraftMicrodata, Decided]] = []
    for coarsening in steps:
        for number in range(HELD_TRIED):
            if number == len(held):
                rows = np.concatenate([keep_records(draft, each, least, chance, secret.more) for each in sources])
                held.append((blank_answers(draft, rows, rare, chance), rows))
            blanked, rows = held[number]
            tried.append((blanked, decide(blanked, rules, coarsening, rows, known, chance)))
            if tried[-1][1].blank <= rules.most_blank:
                return tried[-1]
    return tried[0]


def _release(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    decided: Decided,
    source: DraftSource,
    shares: Mapping[str, Mapping[int, float]],
    figures: Sequence[Figure],
    secret: Secret,
) -> Released:
    """Return one source's records, weighted by their released values."""
    own = (decided.rows >= source.rows.start) & (decided.rows < source.rows.stop)
    rows = decided.rows[own]
    keys = {name: column[own] for name, column in decided.keys.items()}
    psu = source.design.psu[rows - source.rows.start]
    columns = {
        name: keys[name] if name in keys else _as_written(draft.columns[name][rows])
        for name in draft.by_name
        if name not in decided.left_out
    }
    weights = make_weights(source, keys, shares, psu, rules, secret.of_groups(source.code))
    return Released(
        source,
        {name: column[source.rows] for name, column in decided.merged.items()},
        columns,
        weights.fitted(columns, [each for each in figures if each.source == source.code]),
        most_missing(_most_held_back(draft, source, secret.more), source.design.rows, len(rows)),
    )


def _as_written(column: NDArray[Any]) -> NDArray[Any]:
    return in_hundredths(column) if column.dtype.kind == "f" else column


def _most_held_back(draft: DraftMicrodata, source: DraftSource, more: int) -> int:
    block = blocks_of(draft, np.arange(source.rows.start, source.rows.stop))
    return most_held_back(np.bincount(block).tolist(), more)


def _shares(draft: DraftMicrodata, decided: Decided) -> dict[str, dict[int, float]]:
    """Return key variable -> released code -> share of the population, for variables with known shares."""
    return {
        key.name: {
            code: sum(draft.targets[key.name].get(part, 0.0) for part in group)
            for code, group in key.hierarchy.levels(decided.coarsening.steps[key.name]).items()
            if any(part in draft.targets[key.name] for part in group)
        }
        for key in draft.keys
        if key.name in decided.merged and draft.targets.get(key.name)
    }
