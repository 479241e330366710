"""A released file holds coarse key variables, weights and codes, and neither small groups nor the order of answers."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import MicrodataRules, ProtectedMicrodata, release
from analysis.disclosure.microdata import Variable
from analysis.disclosure.microdata.classes import answers_by_class, make_classes, tells_answer
from analysis.disclosure.microdata.suppression import suppress
from analysis.release import draft_release
from tests.analysis.release.people import KEYS, SEED, draw_letters, make_draft, make_plan

NAMES = ("source", "age", "gender", "race", "area")


def file(seed: int = SEED) -> ProtectedMicrodata:
    return release(make_draft(), seed=seed)


def keys_of(found: ProtectedMicrodata) -> dict[str, np.ndarray]:
    return {name: found.columns[name] for name in NAMES if name in found.columns}


def test_equal_secrets_give_equal_bytes_and_others_give_others() -> None:
    assert file().content == file().content
    assert file().content != file(seed=1).content


def test_key_variable_combinations_have_five_records() -> None:
    _, sizes = np.unique(np.stack(list(keys_of(file()).values())), axis=1, return_counts=True)
    assert sizes.min() >= 5


def test_few_key_values_are_blank() -> None:
    blank = np.mean([file().columns[name] == -6 for name in ("age", "gender", "race")])
    assert blank < 0.05


def test_most_records_are_present() -> None:
    found = file()
    held_back = sum(found.document["left_out"]["held_back_at_most"].values())
    assert make_draft().rows - found.rows <= held_back + 8  # and left over in a combination of all blanks


def test_codes_are_small_integers_and_weights_have_2_decimals() -> None:
    found = file()
    kinds = {variable["name"]: variable["kind"] for variable in found.document["variables"]}
    for name, values in found.columns.items():
        assert values.dtype == {"key": np.int16, "item": np.int16, "id": np.int32}.get(kinds[name], np.float64)
        if kinds[name] in ("weight", "replicate"):
            np.testing.assert_allclose(values * 100, np.round(values * 100), atol=1e-6)
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1


def test_missing_answer_kinds_keep_their_codes() -> None:
    found, draft = file(), make_draft()
    for item, code in (("B2", -8), ("B3", -7), ("E1", -5)):
        share = float((found.columns[item] == code).mean())
        assert share == pytest.approx(float((draft.columns[item] == code).mean()), abs=0.01)
        assert share > 0


def test_missing_key_variable_is_blank_like_a_suppressed_one() -> None:
    found, draft = file(), make_draft()
    assert found.columns["age"].min() == -6
    assert (found.columns["age"] == -6).sum() > (draft.columns["age"] == -7).sum() - 9 > 20


def test_a_merged_level_has_a_code_of_its_own() -> None:
    race = next(variable for variable in file().document["variables"] if variable["name"] == "race")
    assert race["recoding"]["groups"]["2001"] == (1, 2, 5, 6, 8, 9)
    assert race["codes"] == (2001, 3, 4, 7)


def test_record_order_is_independent_of_answer_order() -> None:
    found, draft = file(), make_draft()
    assert found.columns["case"].tolist() == list(range(1, found.rows + 1))
    np.random.default_rng(1)
    sources = found.columns["source"]
    assert (np.diff(sources) != 0).sum() > 500  # in the draft there is one change
    assert (np.diff(draft.columns["source"]) != 0).sum() == 1


def test_weights_meet_the_population_within_rounding() -> None:
    found = file()
    letters = found.columns["source"] == 1
    weights = found.columns["weight"][letters]
    assert weights.sum() == pytest.approx(60_000, rel=1e-3)
    stated = letters & (found.columns["age"] > 0)
    share = found.columns["weight"][stated & (found.columns["age"] == 4)].sum() / found.columns["weight"][stated].sum()
    assert share == pytest.approx(make_draft().targets["age"][4], abs=0.002)


def test_each_group_is_left_out_of_one_replicate() -> None:
    found = file()
    stated = found.document["weights"]["1"]
    letters = np.flatnonzero(found.columns["source"] == 1)
    replicates = np.stack([v for name, v in found.columns.items() if name.startswith("replicate_")], axis=1)[letters]
    assert stated["groups"] == replicates.shape[1] == 40
    assert ((replicates == 0).sum(axis=1) == 1).all()
    assert min((replicates == 0).sum(axis=0)) >= stated["units_in_group"][0] - 9 >= 8
    np.testing.assert_allclose(replicates.sum(axis=0), 60_000, rtol=2e-3)


def test_a_small_sample_gets_fewer_groups_and_says_so() -> None:
    found = release(make_draft(800, 0), seed=SEED)
    stated = found.document["weights"]["1"]
    assert stated["groups"] == stated["units"] // 8 < 40
    assert stated["units_in_group"][0] >= 8
    assert stated["scale"] == (stated["groups"] - 1) / stated["groups"]


def test_a_source_with_few_people_is_left_out() -> None:
    found = release(make_draft(4000, 40), seed=SEED)
    assert found.document["left_out"]["sources"] == ("open-link",)
    assert set(found.columns["source"]) == {1}


def test_a_key_variable_that_is_merged_to_one_level_is_left_out() -> None:
    found = release(make_draft(1200, 0), seed=SEED)
    assert found.document["left_out"]["variables"] == ("area",)
    assert "area" not in found.columns


def test_laxer_rules_of_a_restricted_file_leave_a_note() -> None:
    found = release(make_draft(), rules=MicrodataRules(k=3), seed=SEED)
    assert found.document["notes"] == ("laxer rule: k",)
    assert file().document["notes"] == ()


def test_risk_report_shows_the_effect_of_protection() -> None:
    document = file().document
    assert document["risk"]["after"]["sample_uniques"] == 0
    assert document["risk"]["before"]["sample_uniques"] > 50
    assert document["risk"]["after"]["expected_matches"] < document["risk"]["before"]["expected_matches"] / 2
    assert document["loss"]["merged"]["age"]["detail_lost"] == 0.0 < document["loss"]["merged"]["race"]["detail_lost"]
    blank = (file().columns["race"] == -6).sum()  # everyone answered the question about race
    assert document["loss"]["variables"]["race"]["suppressed"] == pytest.approx(blank, abs=2)
    assert 0 <= document["loss"]["within_a_quarter_se"] <= document["loss"]["within_one_se"] <= 1


def test_figures_before_protection_are_too_coarse_to_count_by() -> None:
    loss = file().document["loss"]
    figures = [stated["detail_lost"] for stated in loss["merged"].values()]
    figures += [stated["hellinger"] for stated in loss["variables"].values()]
    assert all(figure * 20 == pytest.approx(round(figure * 20)) for figure in figures)
    assert any(figures)


def test_no_count_of_few_people_stands_in_the_document() -> None:
    head = json.loads(file().content.split(b"\n", 1)[0])
    for figures in (head["risk"]["before"], head["risk"]["after"]):
        counts = [figures["sample_uniques"], figures["population_uniques"], *figures["minimal_uniques"].values()]
        assert all(n is None or n == 0 or n >= 10 for n in counts)


# --- blanking ---------------------------------------------------------------------------------------------------------

CODES = st.sampled_from([1, 2, 3, -7])
SENSITIVE = Variable("s", "item", (0, 1), sensitive=True, harmless=frozenset({0}))


@settings(max_examples=200, deadline=None)
@given(
    records=st.lists(st.tuples(CODES, CODES, CODES, st.sampled_from([0, 0, 1, -5])), min_size=1, max_size=80),
    k=st.integers(3, 6),
)
def test_random_records_leave_large_and_varied_groups(records: list[tuple[int, int, int, int]], k: int) -> None:
    table = np.array(records, np.int16)
    classes = make_classes({name: table[:, j] for j, name in enumerate("abc")})
    answers = [(SENSITIVE, answers_by_class(classes, SENSITIVE, table[:, 3]))]
    done = suppress(classes, answers, ["a", "b", "c"], MicrodataRules(k=k))
    kept = ~done.dropped[classes.of_row]
    stated = {name: codes[classes.of_row][kept] for name, codes in done.keys.items()}
    for j, name in enumerate("abc"):
        assert np.isin(stated[name], [-6, *np.unique(table[kept, j])]).all()
        assert ((stated[name] == table[kept, j]) | (stated[name] == -6)).all()
    if kept.any():
        left = make_classes(stated)
        assert left.sizes.min() >= k
        assert not tells_answer(answers_by_class(left, SENSITIVE, table[kept, 3]), SENSITIVE, 2).any()


def test_single_agency_of_a_wave_is_in_the_file() -> None:
    chance = np.random.default_rng(5)
    sample = draw_letters(2400, chance, ("police",))
    draft = draft_release([sample], make_plan(("police",)), data="1")
    assert set(release(draft, seed=SEED).columns["agency"]) == {1}


def test_a_larger_sample_keeps_more_detail() -> None:
    small, large = (release(make_draft(letters, 0), seed=SEED).document["loss"]["merged"] for letters in (1200, 7000))
    assert all(small[key.name]["step"] >= large[key.name]["step"] for key in KEYS)
    assert sum(small[key.name]["step"] for key in KEYS) > sum(large[key.name]["step"] for key in KEYS)
