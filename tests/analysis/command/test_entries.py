"""Sections of a plan beyond one estimate: the same figures as the functions give, and refusals."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import (
    Stratum,
    allocate,
    draw_sample,
    item_dif,
    mean,
    open_link_mean,
    pool_imputations,
    sample_size,
    wave_trend,
)
from analysis.comparability import comparability
from analysis.missing import index_sensitivity
from analysis.plan import load_plan
from analysis.plan.sample import PlanSample, make_sample
from analysis.small_areas import fay_herriot
from tests.analysis.command.plans import PLAN, Desk

Rows = list[dict[str, Any]]
SMALL = "data: answers.csv\n"


def tables(desk: Desk, command: str, section: str, plan: str = PLAN) -> tuple[list[Rows], PlanSample | None]:
    """The tables of a command with a title of their own, and the sample they are of."""
    path = desk.write("plan.yaml", plan + section)
    status, out, err = desk.run(command, "--format", "json")
    assert status == 0, err
    found = [s["rows"] for s in json.loads(out)["sections"] if s["title"] not in ("", "Weighting")]
    return found, make_sample(load_plan(path)) if "data:" in plan else None


def test_planning_needs_no_data_and_equals_the_functions(desk: Desk) -> None:
    section = """\
planning:
  - sample_size: {share: 0.5, margin: 0.05, deff: 1.4}
  - allocate: {strata: {n: {population: 900, sd: 2}, s: {population: 100}}, n: 50, minimum: 12, method: neyman}
"""
    (size, strata), _ = tables(desk, "planning", section, "title: Before the field\n")
    assert size[0]["completes"] == sample_size(share=0.5, margin=0.05, deff=1.4).completes
    expected = allocate([Stratum("n", 900, 2), Stratum("s", 100)], "neyman", n=50, minimum=12)
    assert [row["completes"] for row in strata] == list(expected.completes)


def test_drawing_equals_the_function_and_shows_its_protocol(desk: Desk) -> None:
    desk.write("plan.yaml", SMALL + "id: id\ndrawing: [{draw: {north: 3, south: 2}, strata: district, seed: x}]\n")
    out = json.loads(desk.run("drawing", "--format", "json")[1])["sections"][-1]
    frame = make_sample(load_plan(desk.folder / "plan.yaml")).design.table
    expected = draw_sample(frame, {"north": 3, "south": 2}, seed="x", strata="district")
    assert [row["row"] for row in out["rows"]] == (expected.selection.rows + 1).tolist()
    assert [row["id"] for row in out["rows"]] == [str(row["row"]) for row in out["rows"]]
    assert f'list_sha256: "{expected.protocol["list_sha256"]}"' in out["notes"]


def test_trend_equals_the_function_with_times_of_waves(desk: Desk) -> None:
    section = "trends: [{trend: trust, waves: wave, times: {2021: 0, 2022: 2}}]\n"
    (_, contrasts), sample = tables(desk, "trend", section)
    assert sample is not None
    expected = wave_trend(sample.design, "trust", "wave", times={2021.0: 0, 2022.0: 2})
    assert contrasts[0]["estimate"] == pytest.approx(expected["slope"].value)
    assert contrasts[0]["se"] == pytest.approx(expected["slope"].se)


def test_comparability_turns_reversed_items(desk: Desk) -> None:
    chance = np.random.default_rng(4)
    rows = ["lang,a1,a2,a3,a4"]
    for k in range(300):
        trust = chance.normal()
        a = [int(np.clip(round(3 + trust + 0.8 * chance.normal()), 1, 5)) for _ in range(4)]
        rows.append(f"{'en' if k % 2 else 'es'},{a[0]},{a[1]},{6 - a[2]},{a[3]}")
    desk.write("answers.csv", "\n".join(rows) + "\n")
    plan = SMALL + "index: {name: trust, items: [a1, a2, a3, a4], reversed: [a3], low: 1, high: 5}\n"
    section = "comparability: [{comparable: trust, between: lang}, {dif: trust, between: lang}]\n"
    (steps, _, model, dif), sample = tables(desk, "comparability", section, plan)
    assert sample is not None
    items = ["a1", "a2", "a3", "a4"]
    design = sample.design.with_columns({"a3": 6 - sample.design.table.numbers("a3")})
    expected = comparability(design, items, "lang", low=1, high=5)
    assert steps[0]["chi_square"] == pytest.approx(expected.steps[0][1].chi_square)
    assert min(row["estimate"] for row in model if row["parameter"] == "loading") > 0
    assert dif[6]["f"] == pytest.approx(item_dif(design, "a3", items, "lang").uniform_test.f)


def test_comparability_outside_an_index_asks_for_the_scale(desk: Desk) -> None:
    desk.write("plan.yaml", SMALL + "comparability: [{comparable: [a1, a2, a3], between: sex}]\n")
    assert "low" in desk.refusal("comparability")


def test_imputation_equals_the_functions(desk: Desk) -> None:
    section = "imputation: [{index: trust, by: sex, imputations: 3, seed: 5}, {mean: income, files: wave}]\n"
    (index, pooled), sample = tables(desk, "imputation", section)
    assert sample is not None
    assert sample.plan.index is not None
    found = index_sensitivity(sample.labelled(["sex"]), sample.plan.index, by="sex", imputations=3, seed=5)
    assert [row["estimate"] for row in index] == pytest.approx([row["estimate"] for row in found.to_rows()])
    waves = [mean(sample.design, "income", where=sample.design.table.numbers("wave") == w) for w in (2021, 2022)]
    assert pooled[0]["se"] == pytest.approx(pool_imputations(waves).estimates[0].se)


def test_open_link_equals_the_function(desk: Desk) -> None:
    rows = desk.folder.joinpath("answers.csv").read_text().splitlines()
    desk.write("link.csv", "\n".join([rows[0], *rows[1:13]]) + "\n")
    section = "open_link: [{mean: trust, data: link.csv, terms: [voted], method: mass_imputation, combined: true}]\n"
    (link, both), sample = tables(desk, "open-link", section)
    assert sample is not None
    table = make_sample(load_plan(desk.folder / "plan.yaml"), desk.folder / "link.csv").design.table
    expected = open_link_mean(table, "trust", ["voted"], sample.design, method="mass_imputation")
    assert link[0]["estimate"] == pytest.approx(expected.value)
    assert both[0]["address_sample"] == pytest.approx(mean(sample.design, "trust")[0].value)


def test_small_areas_take_direct_estimates_of_the_sample(desk: Desk) -> None:
    rows = desk.folder.joinpath("answers.csv").read_text().splitlines()
    named = [f"{rows[0]},area", *(f"{row},{'abcdef'[k % 6]}" for k, row in enumerate(rows[1:]))]
    desk.write("answers.csv", "\n".join(named) + "\n")
    x = {"a": 1, "b": 2, "c": 4, "d": 3, "e": 5, "f": 2, "new": 3}
    desk.write("areas.csv", "\n".join(["area,x,n", *(f"{k},{v},{10 * v}" for k, v in x.items())]) + "\n")
    section = "small_areas: [{areas_of: income, by: area, areas: areas.csv, terms: x, people: n}]\n"
    (areas, _), sample = tables(desk, "small-areas", section, SMALL + "design: {weights: w}\n")
    assert sample is not None
    direct = mean(sample.design, "income", by="area")
    frame = {
        "y": [*direct.values.tolist(), None], "v": [*(direct.se**2).tolist(), None], "x": list(x.values()),
    }  # fmt: skip
    expected = fay_herriot(frame, "y", "v", "x")
    assert [row["eblup"] for row in areas] == pytest.approx(expected.values.tolist())
    people = np.array(list(x.values()))
    agreed = sum(row["benchmarked"] * n for row, n in zip(areas, people, strict=True)) / people.sum()
    assert agreed == pytest.approx(mean(sample.design, "income")[0].value)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("planning: [{sample_size: {shares: 0.5}}]", "did you mean 'share'"),
        ("planning: [{sizes: {share: 0.5}}]", "one of 'sample_size'"),
        ("drawing: [{draw: 3}]", "the key 'seed'"),
        ("trends: [{trend: trust}]", "the key 'waves'"),
        ("open_link: [{mean: income, data: link.csv}]", "the key 'terms'"),
        ("small_areas: [{areas_of: income, by: sex, areas: a.csv, terms: x, method: XX}]", "'REML'"),
    ],
)
def test_entry_that_cannot_be_read_is_refused(desk: Desk, section: str, expected: str) -> None:
    desk.write("plan.yaml", PLAN + section + "\n")
    assert expected in desk.refusal("planning")


def test_command_without_its_section_says_so(desk: Desk) -> None:
    assert "open_link" in desk.refusal("open-link")
