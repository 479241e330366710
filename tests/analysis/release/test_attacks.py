"""Intruders who know a lot: true key variables, our methods, the reports, an earlier file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure import DraftMicrodata, ProtectedMicrodata, PublishedReport, Shown, Withheld, publish, release
from analysis.disclosure.audit import EarlierRelease, audit_releases
from analysis.disclosure.catalogue import to_catalogue
from analysis.disclosure.consistency import counts_of
from analysis.disclosure.draft import ALL
from analysis.disclosure.microdata import Variable, refusals
from analysis.disclosure.microdata.beside import known_from_beside
from analysis.disclosure.microdata.ranges import true_counts
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.weights import PublicWeights, make_weights
from analysis.disclosure.rules import Rules
from analysis.frames import Factor, Table
from analysis.release import draft_release
from analysis.replication import bootstrap
from analysis.report import draft_report
from tests.analysis.release.people import (
    KEYS,
    SEED,
    SEVERAL,
    draw_letters,
    draw_volunteers,
    make_city,
    make_draft,
    make_plan,
)

Ints = NDArray[np.int64]


# --- who has these key variables? -------------------------------------------------------------------------------------


def test_intruder_with_true_key_variables_has_no_certain_match() -> None:
    """She also has ten times as many people who did not take part, and knows how each level was merged."""
    draft = make_draft()
    found = release(draft, seed=SEED)
    names = [key.name for key in KEYS if key.name in found.columns]
    records, sizes = np.unique(np.stack([found.columns[name] for name in names]), axis=1, return_counts=True)
    known = np.hstack([true_keys(draft, draft.columns, found, names), true_keys(draft, decoys(draft), found, names)])
    people, same = np.unique(known, axis=1, return_counts=True)
    fits = np.all((records[:, :, None] == people[:, None, :]) | (records[:, :, None] == -6), axis=0)
    candidates = (fits * sizes[:, None]).sum(axis=0)  # records that may be hers, for each person
    assert candidates[candidates > 0].min() >= 5
    assert (fits * same).sum(axis=1).min() >= 5  # people it may be, for each record
    assert known.shape[1] > 10 * found.rows


def true_keys(draft: DraftMicrodata, columns: Mapping[str, Any], found: ProtectedMicrodata, names: list[str]) -> Any:
    """(keys, people) true codes, merged as the file says."""
    stated = {variable["name"]: variable for variable in found.document["variables"]}
    steps = {name: stated[name]["recoding"]["step"] for name in names}
    return np.stack([draft.by_name[name].hierarchy.released(columns[name], steps[name]) for name in names])


def decoys(draft: DraftMicrodata) -> dict[str, NDArray[np.int16]]:
    """Ten people of the city for each who took part."""
    city = make_city().population
    rows = np.random.default_rng(9).choice(city.size, 10 * draft.rows, replace=False)
    codes = {key.name: city.groups[key.item][rows].astype(np.int16) for key in KEYS}
    return codes | {"race": np.where(city.second_race[rows] > 0, SEVERAL, codes["race"]).astype(np.int16)}


# --- what do weights reveal? ------------------------------------------------------------------------------------------


def hidden_strata(draft: DraftMicrodata, strata: int) -> DraftMicrodata:
    """Return the draft with its people in strata that no variable shows, sampled at very different rates."""
    chance = np.random.default_rng(8)
    source = draft.sources[0]
    stratum = chance.integers(0, strata, source.design.rows)
    weights = np.linspace(1, 12, strata)[stratum] * source.design.weights
    table = source.design.table.with_columns(
        {"stratum": Factor(stratum, tuple(map(str, range(strata)))), "raw": weights}
    )
    design = Design.of(table, strata="stratum", weights="raw")
    return replace(draft, sources=(replace(source, design=design), *draft.sources[1:]))


def guessed(stated: NDArray[np.int64], truth: Ints) -> float:
    """How often an intruder is right who guesses for each value the stratum that is most frequent there."""
    table = np.zeros((stated.max() + 1, truth.max() + 1))
    np.add.at(table, (stated, truth), 1)
    return float(table.max(axis=1).sum() / len(truth))


def test_no_stratum_is_recovered_from_public_weights() -> None:
    """With the raw weight she is always right; with the public weight hardly more often than without."""
    draft = hidden_strata(make_draft(7000, 0), 40)
    source = draft.sources[0]
    stratum = source.design.table.factor("stratum").codes
    columns = {key.name: draft.columns[key.name] for key in KEYS}
    shares = {"age": dict(draft.targets["age"]), "gender": dict(draft.targets["gender"])}
    weights = make_weights(source, columns, shares, source.design.psu, MicrodataRules(), np.random.default_rng(1))
    alike = np.unique(np.stack([columns["age"], columns["gender"]]), axis=1, return_inverse=True)[1]
    public = np.unique(weights.column(0), return_inverse=True)[1]
    raw = np.unique(source.design.weights / weights.column(0), return_inverse=True)[1]
    chance = guessed(np.zeros(len(stratum), np.int64), stratum)
    assert guessed(raw, stratum) > 0.9
    assert guessed(public, stratum) <= chance + 0.05
    assert guessed(public, stratum) <= guessed(alike, stratum)


# --- who was drawn together? ------------------------------------------------------------------------------------------

PSUS = 320


def clustered() -> tuple[Ints, PublicWeights, NDArray[np.float64]]:
    """People in 320 PSUs: the PSU of each, public weights, and a bootstrap that gives the PSU away."""
    draft = make_draft(7000, 0)
    source = draft.sources[0]
    psu = np.random.default_rng(5).permutation(np.arange(source.design.rows) % PSUS)
    columns = {"age": draft.columns["age"]}
    weights = make_weights(
        source, columns, {"age": dict(draft.targets["age"])}, psu, MicrodataRules(), np.random.default_rng(2)
    )
    naive = bootstrap(Design.of(Table({"psu": psu}), psu="psu"), 40, np.random.default_rng(3)).replicates
    assert naive is not None
    return psu, weights, naive.multipliers[psu]


def same_psu(replicates: NDArray[np.float64], psu: Ints, tries: int = 1500) -> float:
    """How often the record nearest in its replicate weights (one of the nearest) is of the same PSU."""
    chance = np.random.default_rng(4)
    hits = []
    for row in chance.choice(len(psu), tries, replace=False):
        distance = np.abs(replicates - replicates[row]).sum(axis=1)
        distance[row] = np.inf
        nearest = np.flatnonzero(distance <= distance.min() + 1e-9)
        hits.append(psu[chance.choice(nearest)] == psu[row])
    return float(np.mean(hits))


def test_replicates_show_the_group_and_not_the_drawn_pairs() -> None:
    psu, weights, naive = clustered()
    ratios = np.stack([weights.column(r) / weights.column(0) for r in range(1, weights.groups + 1)], axis=1)
    group = (ratios == 0).argmax(axis=1)
    in_group = np.array([np.mean(psu[group == g][:, None] == psu[group == g][None, :]) for g in range(weights.groups)])
    chance = float(in_group[group].mean())
    assert weights.units.min() >= 8
    assert same_psu(naive, psu) > 0.9
    assert same_psu(ratios, psu) <= chance + 0.02


# --- the reports beside the file --------------------------------------------------------------------------------------


def wave(seed: int, letters: int = 4000, volunteers: int = 600) -> tuple[DraftMicrodata, PublishedReport]:
    chance = np.random.default_rng(seed)
    samples = [draw_letters(letters, chance), draw_volunteers(volunteers, chance)]
    report = publish(draft_report(samples, make_plan().report, data="1"), [])
    return draft_release(samples, make_plan(), data="1"), report


@pytest.mark.parametrize("seed", range(3))
def test_reports_and_file_together_find_no_small_group(seed: int) -> None:
    draft, report = wave(seed)
    found = release(draft, [report], seed=SEED)
    assert found.audit["recovered"] == found.audit["narrow"] == 0
    assert found.audit["cells"] > 5
    assert found.audit["compared"] > 100


def test_official_figure_differences_cover_reported_groups_only() -> None:
    """From a difference the official figure follows, and from two of these that of a hidden group."""
    draft, report = wave(0)
    shown = {
        (row.term, row.domain)
        for table in report.tables
        for row in table.rows
        if table.kind != "count" and isinstance(row.cell, Shown)
    }
    stated = release(draft, [report], seed=SEED).document["loss"]["official"]
    names = {1: "police", 2: "health"}
    groups = {(each["index"], f"source={each['source']}, agency={names[each['code']]}") for each in stated}
    assert len(groups) == 4
    assert groups <= shown
    assert release(draft, seed=SEED).document["loss"]["official"] == ()


def test_careless_file_beside_the_report_is_detected() -> None:
    """With exact frequencies of everything, the audit finds each small group."""
    draft, report = wave(0)
    catalogue = to_catalogue(report.document["catalogue"])
    counts = true_counts(draft, catalogue.domains)
    careless = EarlierRelease("1", Rules(), (), {name: (float(n), float(n)) for name, n in counts.items()})
    places = {(ALL, name): n for name, n in counts.items()}
    audit = audit_releases(catalogue, [report.to_release(catalogue), careless], places)
    assert sum(finding.leak == "exact" for finding in audit.findings) == audit.cells > 5


def test_report_after_the_file_reveals_no_small_group() -> None:
    draft, _ = wave(1)
    found = release(draft, seed=SEED)
    chance = np.random.default_rng(1)
    samples = [draw_letters(4000, chance), draw_volunteers(600, chance)]
    drafted = draft_report(samples, make_plan().report, data="1")
    later = publish(drafted, [found])
    releases = [found.to_release(drafted.catalogue), later.to_release(drafted.catalogue)]
    audit = audit_releases(drafted.catalogue, releases, counts_of(drafted))
    assert audit.is_clean
    assert any(isinstance(row.cell, Withheld) for table in later.tables for row in table.rows)


def test_a_report_on_other_people_than_the_file_is_refused() -> None:
    draft, report = wave(0)
    with pytest.raises(refusals.ContradictsReport):
        release(replace(wave(2)[0], data=draft.data), [report], seed=SEED)


# --- two files of one wave --------------------------------------------------------------------------------------------


def test_second_file_of_a_wave_blanks_the_same_values() -> None:
    draft = make_draft()
    first = release(draft, seed=SEED)
    second = release(draft, [first], seed=SEED)
    assert second.content != first.content
    for name in ("age", "gender", "race"):
        assert sorted(second.columns[name]) == sorted(first.columns[name])
    assert (second.columns["B1"] == first.columns["B1"]).mean() < 0.5


def test_a_second_file_that_blanks_otherwise_is_refused() -> None:
    draft = make_draft()
    first = release(draft, seed=SEED)
    with pytest.raises(refusals.OtherKeysThanBefore):
        release(draft, [first], seed=SEED + 1)


def test_restricted_file_makes_no_record_unique() -> None:
    """An attacker matches the records of both files by the answers; one file may show what the other blanks."""
    draft = with_answers_that_nobody_shares(make_draft())
    public, rules = release(draft, seed=SEED), MicrodataRules(k=3)
    assert smallest_together(draft, public, release(draft, rules=rules, seed=SEED + 1)) < 3
    assert smallest_together(draft, public, release(draft, rules=rules, seed=SEED + 1, beside=[public])) >= 3


def with_answers_that_nobody_shares(draft: DraftMicrodata) -> DraftMicrodata:
    answers = np.random.default_rng(6).integers(0, 1000, draft.rows).astype(np.int16)
    variable = Variable("Z", "item", tuple(range(1000)))
    return replace(draft, variables=(*draft.variables, variable), columns={**draft.columns, "Z": answers})


def smallest_together(draft: DraftMicrodata, *files: ProtectedMicrodata) -> int:
    """Return the fewest records that agree on all shown key variables of a person whom every file holds."""
    known = [known_from_beside(draft, each.document, each.columns) for each in files]
    in_each = np.logical_and.reduce([found["source"] != -1 for found in known])
    stated = np.stack([codes[in_each] for found in known for codes in found.values()])
    return int(np.unique(stated, axis=1, return_counts=True)[1].min())


def test_a_file_of_another_wave_does_not_matter() -> None:
    draft = make_draft()
    other = release(replace(draft, wave="autumn"), seed=SEED + 1)
    assert release(draft, [other], seed=SEED).content == release(draft, seed=SEED).content
