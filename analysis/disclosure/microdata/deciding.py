"""Decide the key variables of a file: coarser steps, small groups, blank values, visible answers, in this order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import Classes, answers_by_class, make_classes
from analysis.disclosure.microdata.coarsening import Coarsening, rank_steps
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.holding_back import blank_scores, blocks_of
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.small_groups import hide_small_groups
from analysis.disclosure.microdata.suppression import suppress, too_sparse
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, spread
from analysis.disclosure.microdata.visible_items import protect_visible

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

GIVEN = (SOURCE, AGENCY)  # keys that are never blank
STEPS_TRIED = 4
MOST_DETAIL = 0.02  # cost of coarser steps that fewer blank values are worth
DRAWS = 5  # of the records that hide a small group; one that leaves few values blank is taken


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Hold the (m,) rows of the draft that are in the file, and their key variables.

    `merged` holds the key variables of all rows at the steps taken, nothing blank; `blank` is the part (0-1) of the
    values of the key variables that is blank.
    """

    coarsening: Coarsening
    merged: Mapping[str, Codes]
    rows: Ints
    keys: Mapping[str, Codes]
    left_out: tuple[str, ...]
    blank: float


@dataclass(frozen=True, slots=True, eq=False)
class _Blanked:
    """Hold key variables after suppression, too sparse sensitive items, dropped records, and the part (0-1) blank."""

    keys: Mapping[str, Codes]
    sparse: list[str]
    dropped: Mask
    blank: float


def blank_unstated(codes: Codes) -> Codes:
    """Blank missing answers of a key variable like suppressed ones, so that no one can distinguish them."""
    return np.where(codes < 0, SUPPRESSED, codes).astype(np.int16)


def steps_of(
    draft: DraftMicrodata, rules: MicrodataRules, sources: Sequence[DraftSource]
) -> tuple[Classes, list[Coarsening]]:
    """Return the combinations of the key variables as asked, and the steps to try, the cheapest first.

    Steps that lose much more detail, or a whole key variable, would cost more than blank values.
    """
    rows = np.concatenate([np.arange(source.rows.start, source.rows.stop) for source in sources])
    asked = _given(draft) | {key.name: blank_unstated(draft.columns[key.name]) for key in draft.keys}
    before = make_classes({name: codes[rows] for name, codes in asked.items()})
    ranked = rank_steps(before, draft.keys, rules)
    shown = _shown_at(draft, ranked[0])
    most = ranked[0].cost + MOST_DETAIL
    near = [each for each in ranked if each.cost <= most and _shown_at(draft, each) >= shown]
    return before, near[:STEPS_TRIED]


def decide(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    coarsening: Coarsening,
    kept: Ints,
    known: Mapping[str, Codes],
    chance: np.random.Generator,
) -> Decided:
    """Decide the released values of the key variables of the kept rows at some steps."""
    names = _shown_at(draft, coarsening)
    merged = {
        key.name: key.hierarchy.released(blank_unstated(draft.columns[key.name]), coarsening.steps[key.name])
        for key in draft.keys
        if key.name in names
    }
    found = _blanked(draft, rules, kept, merged, coarsening, known, chance)
    keys = {name: column[~found.dropped] for name, column in found.keys.items()}
    rows = kept[~found.dropped]
    shown, hidden = _protect_visible(draft, rules, rows, keys)
    one_level = {key.name for key in draft.keys} - names
    left_out = _left_out(draft, {*found.sparse, *hidden, *one_level})
    return Decided(coarsening, merged, rows, keys | shown | _blank_after(draft, rows, shown), left_out, found.blank)


def _protect_visible(
    draft: DraftMicrodata, rules: MicrodataRules, rows: Ints, keys: Mapping[str, Codes]
) -> tuple[dict[str, Codes], list[str]]:
    """Protect answers that others can see, until no blank one is shown by another of them."""
    visible = [each for each in draft.variables if each.kind == "item" and each.visible]
    seen = {each.name: draft.columns[each.name][rows] for each in visible}
    while True:
        shown, hidden = protect_visible(keys, seen, rules.k, rules.most_blank_visible)
        blank = {name: column == SUPPRESSED for name, column in shown.items()}
        wider = spread(blank, [each for each in visible if each.name in shown])
        if all((wider[name] == found).all() for name, found in blank.items()):
            return shown, hidden
        seen |= {name: np.where(found, SUPPRESSED, seen[name]).astype(np.int16) for name, found in wider.items()}


def _blank_after(draft: DraftMicrodata, rows: Ints, shown: Mapping[str, Codes]) -> dict[str, NDArray[Any]]:
    """Return the columns of other items, and of indices made of them, that would show a blank visible answer."""
    items = [each for each in draft.variables if each.kind == "item"]
    blank = spread({name: column == SUPPRESSED for name, column in shown.items()}, items)
    others = {name: found for name, found in blank.items() if name not in shown and found.any()}
    columns: dict[str, NDArray[Any]] = {
        name: np.where(found, SUPPRESSED, draft.columns[name][rows]).astype(np.int16) for name, found in others.items()
    }
    for index in (each for each in draft.variables if each.kind == "index" and set(each.made_of) & others.keys()):
        columns[index.name] = blank_scores(draft.columns[index.name][rows], index.made_of, others)
    return columns


def _given(draft: DraftMicrodata) -> dict[str, Codes]:
    return {name: draft.columns[name] for name in GIVEN if name in draft.columns}


def _shown_at(draft: DraftMicrodata, coarsening: Coarsening) -> frozenset[str]:
    """Return the key variables that have more than one level at some steps."""
    return frozenset(key.name for key in draft.keys if len(key.hierarchy.levels(coarsening.steps[key.name])) > 1)


def _blanked(
    draft: DraftMicrodata,
    rules: MicrodataRules,
    rows: Ints,
    merged: Mapping[str, Codes],
    coarsening: Coarsening,
    known: Mapping[str, Codes],
    chance: np.random.Generator,
) -> _Blanked:
    """Hide small groups among records drawn at random, and suppress; of a few draws, take one that blanks least."""
    block = blocks_of(draft, rows)
    levels = {key.name: tuple(key.hierarchy.levels(coarsening.steps[key.name])) for key in draft.keys}
    given = {name: codes[rows] for name, codes in _given(draft).items()}
    whole = {name: codes[rows] for name, codes in merged.items()}
    best: _Blanked | None = None
    for _ in range(DRAWS):
        hidden = {
            name: hide_small_groups(codes, levels[name], block, rules.small_group, chance)
            for name, codes in whole.items()
        }
        found = _suppressed(draft, rules, rows, given | hidden, known)
        best = found if best is None or found.blank < best.blank else best
        if all(hidden[name] is codes for name, codes in whole.items()):  # nothing was drawn
            break
    assert best is not None
    return best


def _suppressed(
    draft: DraftMicrodata, rules: MicrodataRules, rows: Ints, keys: Mapping[str, Codes], known: Mapping[str, Codes]
) -> _Blanked:
    classes = make_classes({**keys, **{f"known {name}": codes[rows] for name, codes in known.items()}})
    sensitive = [variable for variable in draft.variables if variable.sensitive]
    answers = [(v, answers_by_class(classes, v, draft.columns[v.name][rows])) for v in sensitive]
    sparse = too_sparse(classes, answers, rules)
    kept = [(variable, found) for variable, found in answers if variable.name not in sparse]
    free = [name for name in keys if name not in GIVEN]
    done = suppress(classes, kept, free, rules)
    dropped = done.dropped[classes.of_row]
    stated = {name: done.keys[name][classes.of_row] for name in keys}
    blank = [(stated[name] == SUPPRESSED) | dropped for name in free]
    return _Blanked(stated, sparse, dropped, float(np.mean(blank)) if blank else 0.0)


def _left_out(draft: DraftMicrodata, names: set[str]) -> tuple[str, ...]:
    """Return the variables that are not in the file: these, those that would show them, and indices made of them."""
    out, before = set(names), -1
    while len(out) > before:
        before = len(out)
        out |= {each.name for each in draft.variables if each.shows & out}
    return tuple(v.name for v in draft.variables if v.name in out or out & set(v.made_of))
