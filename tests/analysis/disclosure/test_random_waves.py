"""Reports of random waves obey the rules, hide every small group from an attacker, and are the same each time."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import DraftReport, PublishedReport, Rules, publish
from analysis.disclosure.tables import protect
from tests.analysis.disclosure.attacker import Attacker
from tests.analysis.disclosure.waves import Wave, make_wave, make_wave_draft
from tests.drills import choose

SEEDS = range(choose(2, 20))


@cache
def _published(seed: int) -> tuple[Wave, list[PublishedReport]]:
    """Three reports of a wave: one item, then both on the same answers, then both with many more answers."""
    wave = make_wave(seed, 2 * (150 + 60 * seed))
    early = wave.first(wave.size // 2)
    reports: list[PublishedReport] = []
    for draft in (
        make_wave_draft(early, items=("police",)),
        make_wave_draft(early),
        make_wave_draft(wave, data="2"),
    ):
        reports.append(publish(draft, reports))
    return wave, reports


@pytest.fixture(scope="module", params=SEEDS)
def published(request: pytest.FixtureRequest) -> tuple[Wave, list[PublishedReport]]:
    return _published(request.param)


def _true_counts(wave: Wave, data: str) -> dict[tuple[str, str], int]:
    return {(base, group): n for base, group, n in make_wave_draft(wave, data=data).counted()}


def _cells(report: PublishedReport) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    document = json.loads(report.content)
    return [(table, row) for section in document["sections"] for table in section["tables"] for row in table["rows"]]


@pytest.mark.slow
def test_no_small_group_is_recovered_or_narrow_for_an_attacker(
    published: tuple[Wave, list[PublishedReport]],
) -> None:
    wave, reports = published
    attacker = Attacker(reports)
    attacked = 0
    for data, answers in (("1", wave.first(wave.size // 2)), ("2", wave)):
        for (base, group), n in _true_counts(answers, data).items():
            if n < 10 and (data, base) in attacker.blocks:
                low, high = attacker.range_of(data, base, group, is_member=n > 0)
                assert high - low >= 5, (data, base, group, n, low, high)
                assert not n > 0 or not attacker.can_compute(data, base, group), (data, base, group, n)
                attacked += 1
    assert attacked or wave.size > 1000


@dataclass(frozen=True)
class Careless:
    """A report whose cells obey the rules one by one, with nothing done against subtraction."""

    content: bytes

    @classmethod
    def of(cls, draft: DraftReport) -> "Careless":
        tables = [table.to_document() for table in protect(draft.tables, Rules())]
        document = {"data": draft.data, "rules": Rules().to_document(), "catalogue": draft.catalogue.to_document()}
        return cls(json.dumps(document | {"sections": [{"tables": tables}]}).encode())


@pytest.mark.slow
def test_attacker_finds_the_leaks_of_careless_reports() -> None:
    narrow = computed = 0
    for seed in range(3):
        draft = make_wave_draft(make_wave(seed, 400), items=())
        attacker = Attacker([Careless.of(draft)])
        for base, group, n in draft.counted():
            if 0 < n < 10:
                low, high = attacker.range_of("1", base, group, is_member=True)
                narrow += high - low < 5
                computed += attacker.can_compute("1", base, group)
    assert narrow
    assert computed


@pytest.mark.slow
def test_no_two_nested_groups_with_estimates_differ_by_few(published: tuple[Wave, list[PublishedReport]]) -> None:
    wave, reports = published
    attacker, counts = Attacker(reports), _true_counts(wave, "2")
    for base in ("trust", "police", "schools"):
        for one, two in combinations(attacker.shown_estimates("2", base), 2):
            inside, outside = sorted((one, two), key=lambda group: attacker.indicator(group).sum())
            if (attacker.indicator(inside) <= attacker.indicator(outside)).all():
                assert not 0 < counts[base, outside] - counts[base, inside] < 10, (base, inside, outside)


@pytest.mark.slow
def test_every_published_cell_obeys_the_rules() -> None:
    checked = 0
    for seed in SEEDS:
        wave, reports = _published(seed)
        for report, answers in zip(
            reports, (wave.first(wave.size // 2), wave.first(wave.size // 2), wave), strict=True
        ):
            counts = _true_counts(answers, "1")
            for table, row in _cells(report):
                _check_cell(table, row["cell"], counts[row["base"], row["domain"]])
                checked += 1
    assert checked >= 500 * len(SEEDS)


def _check_cell(table: dict[str, Any], cell: dict[str, Any], n: int) -> None:
    if not cell["shown"]:
        return
    least = 10 if table["kind"] == "count" else 30
    assert n >= least
    assert cell["n"] % 5 == 0
    assert abs(cell["n"] - n) <= 2
    if table["kind"] == "count":
        return
    assert cell["n_effective"] % 5 == 0
    assert cell["n_effective"] >= 20
    assert ("few_answers" in cell["flags"]) == (n < 50)
    if table["kind"] == "share":
        assert 5 <= cell["value"] <= 95
        assert cell["value"] == int(cell["value"])
        assert not {"at_most", "at_least"} & set(cell["flags"]) or cell["low"] is None
        assert not table["sensitive"] or cell["step"] * cell["n"] >= 500 or cell["step"] == 20
    else:
        assert all(round(cell[name], 1) == cell[name] for name in ("value", "low", "high", "se"))


@pytest.mark.slow
@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(30, 900))
def test_second_report_without_new_answers_has_equal_bytes(seed: int, n: int) -> None:
    draft = make_wave_draft(make_wave(seed, n))
    first = publish(draft, [])
    assert publish(draft, [first]).content == first.content
    assert publish(draft, [first, first]).sha256 == first.sha256


@pytest.mark.slow
@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(30, 900))
def test_the_order_of_respondents_does_not_matter(seed: int, n: int) -> None:
    wave = make_wave(seed, n)
    order = np.random.default_rng(seed).permutation(n)
    shuffled = Wave({name: column[order] for name, column in wave.columns.items()})
    assert publish(make_wave_draft(shuffled), []).content == publish(make_wave_draft(wave), []).content
