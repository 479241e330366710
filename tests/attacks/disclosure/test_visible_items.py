"""An attacker who knows everything that others can see of everyone finds no one in a public file."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure import DraftMicrodata, ProtectedMicrodata, release, restore_microdata
from analysis.disclosure.microdata.refusals import SmallClass
from analysis.disclosure.microdata.visible_items import show_where_many
from tests.analysis.release.people import make_draft

SEEN = ("B2", "D5_2", "E1")
SEED = 10**12 + 29
FEWEST = 5


@pytest.fixture(scope="module")
def draft() -> DraftMicrodata:
    drawn = make_draft()
    return replace(drawn, variables=tuple(replace(v, visible=v.name in SEEN) for v in drawn.variables))


@pytest.fixture(scope="module")
def data(draft: DraftMicrodata) -> ProtectedMicrodata:
    return release(draft, seed=SEED)


def _sizes(columns: list[np.ndarray]) -> np.ndarray:
    return np.unique(np.stack(columns), axis=1, return_counts=True)[1]


def test_visible_answers_make_no_combination_under_five(data: ProtectedMicrodata, draft: DraftMicrodata) -> None:
    seen = [v["name"] for v in data.document["variables"] if v["kind"] == "key" or v.get("visible")]
    assert "agency" in seen
    assert _sizes([data.columns[name] for name in seen]).min() >= FEWEST
    keys = [v.name for v in draft.variables if v.kind == "key" or v.visible or v.name == "agency"]
    assert (_sizes([draft.columns[name] for name in keys]) == 1).sum() > 20


def test_visible_item_that_would_be_mostly_blank_is_left_out(data: ProtectedMicrodata) -> None:
    for name in SEEN:
        if name in data.columns:
            blank = (data.columns[name] == -6).mean()
            assert blank <= 0.35, (name, blank)
        else:
            assert name in data.document["left_out"]["variables"]


def test_one_record_in_twenty_is_held_back(data: ProtectedMicrodata, draft: DraftMicrodata) -> None:
    assert data.rows <= 0.95 * draft.rows
    for source in draft.sources:
        stated = data.document["left_out"]["held_back_at_most"][source.name]
        assert stated >= 0.05 * (source.rows.stop - source.rows.start)


def test_stored_file_with_a_small_visible_combination_is_refused(data: ProtectedMicrodata) -> None:
    from analysis.disclosure.microdata.file_checks import File, check_file
    from analysis.disclosure.microdata.rules import MicrodataRules

    columns = {name: column.copy() for name, column in data.columns.items()}
    columns["agency"][:1] = 3 - columns["agency"][:1]
    document = dict(data.document)
    with pytest.raises(SmallClass):
        check_file(File(document, columns, MicrodataRules(k=200)))
    assert restore_microdata(data.content, data.sha256).rows == data.rows


@pytest.mark.parametrize("seed", range(20))
def test_shown_levels_and_blank_ones_are_each_large(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rows = chance.integers(0, 6, 200)
    column = chance.choice([-6, 1, 2, 3, 4], 200, p=[0.02, 0.6, 0.3, 0.05, 0.03]).astype(np.int16)
    shown = show_where_many(rows, column, FEWEST)
    sizes = np.unique(np.stack([rows, shown]), axis=1, return_counts=True)[1]
    whole = np.bincount(rows)
    assert sizes.min() >= min(FEWEST, whole.min())
    assert ((shown == column) | (shown == -6)).all()
