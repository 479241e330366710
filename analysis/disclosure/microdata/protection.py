"""Make released records from a draft: recode, hold back, blank, drop, shuffle, weight, in this order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import Classes, answers_by_class, make_classes
from analysis.disclosure.microdata.coarsening import Coarsening, choose_steps
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.holding_back import Rare, blank_answers, blocks_of, keep_records, most_held_back
from analysis.disclosure.microdata.loss import Released
from analysis.disclosure.microdata.refusals import TooFewRecords
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.small_groups import hide_small_groups
from analysis.disclosure.microdata.suppression import suppress, too_sparse
from analysis.disclosure.microdata.variables import AGENCY, SOURCE
from analysis.disclosure.microdata.visible_items import protect_visible
from analysis.disclosure.microdata.weights import make_weights

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
GIVEN = (SOURCE, AGENCY)  # keys that are never blank


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


def blank_unstated(codes: Codes) -> Codes:
    """Blank missing answers of a key variable like suppressed ones, so that no one can distinguish them."""
    return np.where(codes < 0, SUPPRESSED, codes).astype(np.int16)


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
) -> Protection:
    """Decide the released values of each record, and weight the released records.

    `known` holds (n,) codes of each record in files of another tier. No one may be found by both files together.
    `rare` names questions (item, source) whose rare answers are all blank.
    """
    sources = [source for source in draft.sources if source.design.rows >= rules.fewest_records]
    if not sources:
        raise TooFewRecords(rules.fewest_records)
    chance = secret.of_choice()
    rows = np.concatenate([keep_records(draft, source, rules.fewest_in_domain, chance) for source in sources])
    draft = blank_answers(draft, rows, rare, chance)
    decided = _decide(draft, rules, sources, rows, known or {}, chance)
    shares = _shares(draft, decided)
    released = tuple(_release(draft, rules, decided, source, shares, secret) for source in sources)
    too_small = tuple(source.name for source in draft.sources if source not in sources)
    order = secret.of_order().permutation(len(decided.rows))
    return Protection(decided.before, decided.coarsening, released, decided.left_out, too_small, order)


@dataclass(frozen=True, slots=True, eq=False)
class _Decided:
    """Hold the (m,) rows of the draft that are in the file, and their key variables.

    `merged` holds the key variables of all rows at the steps taken, nothing blank.
    """

    before: Classes
    coarsening: Coarsening
    merged: Mapping[str, Codes]
    rows: Ints
    keys: Mapping[str, Codes]
    left_out: tuple[str, ...]


def _decide(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    sources: Sequence[DraftSource],
    kept: Ints,
    known: Mapping[str, Codes],
    chance: np.random.Generator,
) -> _Decided:
    rows = np.concatenate([np.arange(source.rows.start, source.rows.stop) for source in sources])
    asked = {key.name: blank_unstated(draft.columns[key.name]) for key in draft.keys}
    given = {name: draft.columns[name] for name in GIVEN if name in draft.columns}
    before = make_classes({name: codes[rows] for name, codes in (given | asked).items()})
    coarsening = choose_steps(before, draft.keys, rules)
    levels = {key.name: tuple(key.hierarchy.levels(coarsening.steps[key.name])) for key in draft.keys}
    merged = {
        key.name: key.hierarchy.released(asked[key.name], coarsening.steps[key.name])
        for key in draft.keys
        if len(levels[key.name]) > 1
    }
    rows = kept
    keys = {name: codes[rows] for name, codes in given.items()}
    block = blocks_of(draft, rows)
    for name, codes in merged.items():
        keys[name] = hide_small_groups(codes[rows], levels[name], block, rules.small_group, chance)
    keys, sparse, dropped = _suppressed(draft, rules, rows, keys, known)
    keys, rows = {name: column[~dropped] for name, column in keys.items()}, rows[~dropped]
    seen = {v.name: draft.columns[v.name][rows] for v in draft.variables if v.kind == "item" and v.visible}
    shown, hidden = protect_visible(keys, seen, rules.k, rules.most_blank_visible)
    left_out = _left_out(draft, {*sparse, *hidden, *(levels.keys() - merged.keys())})
    return _Decided(before, coarsening, merged, rows, keys | shown, left_out)


def _release(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    decided: _Decided,
    source: DraftSource,
    shares: Mapping[str, Mapping[int, float]],
    secret: Secret,
) -> Released:
    """Return one source's records, weighted by their released values."""
    own = (decided.rows >= source.rows.start) & (decided.rows < source.rows.stop)
    rows = decided.rows[own]
    keys = {name: column[own] for name, column in decided.keys.items()}
    psu = source.design.psu[rows - source.rows.start]
    columns = {
        name: keys[name] if name in keys else draft.columns[name][rows]
        for name in draft.by_name
        if name not in decided.left_out
    }
    return Released(
        source,
        {name: column[source.rows] for name, column in decided.merged.items()},
        columns,
        make_weights(source, keys, shares, psu, rules, secret.of_groups(source.code)),
        most_missing(_most_held_back(draft, source), source.design.rows, len(rows)),
    )


def _most_held_back(draft: DraftMicrodata, source: DraftSource) -> int:
    block = blocks_of(draft, np.arange(source.rows.start, source.rows.stop))
    return most_held_back(np.bincount(block).tolist())


def _left_out(draft: DraftMicrodata, names: set[str]) -> tuple[str, ...]:
    return tuple(v.name for v in draft.variables if v.name in names or names & set(v.made_of))


def _suppressed(
    draft: DraftMicrodata, rules: MicrodataRules, rows: Ints, keys: Mapping[str, Codes], known: Mapping[str, Codes]
) -> tuple[dict[str, Codes], list[str], Mask]:
    """Return key variables after local suppression, too sparse sensitive items, and the dropped records."""
    classes = make_classes({**keys, **{f"known {name}": codes[rows] for name, codes in known.items()}})
    sensitive = [variable for variable in draft.variables if variable.sensitive]
    answers = [(v, answers_by_class(classes, v, draft.columns[v.name][rows])) for v in sensitive]
    sparse = too_sparse(classes, answers, rules)
    kept = [(variable, found) for variable, found in answers if variable.name not in sparse]
    done = suppress(classes, kept, [name for name in keys if name not in GIVEN], rules)
    stated = {name: done.keys[name][classes.of_row] for name in keys}
    return stated, sparse, done.dropped[classes.of_row]


def _shares(draft: DraftMicrodata, decided: _Decided) -> dict[str, dict[int, float]]:
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
