"""Methods beyond one estimate against populations whose truth is known: a sample of draws; `make drills` takes all."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import (
    Design,
    combine_sources,
    fay_herriot,
    item_dif,
    mean,
    open_link_mean,
    planned_deff,
    sample_size,
    wave_trend,
)
from tests.drills import choose

Floats = NDArray[np.float64]
DRAWS = choose(60, 200)
TREND_DRAWS = choose(150, 4000)
DIF_DRAWS = choose(25, 300)
LINK_DRAWS = choose(80, 400)
AREA_DRAWS = choose(60, 1000)


def near(found: float, wanted: float, slack: float, draws: int) -> bool:
    """Whether a share of draws is the wanted one, within the slack of the full drill or 4 standard errors of chance."""
    return abs(found - wanted) <= max(slack, 4 * math.sqrt(wanted * (1 - wanted) / draws))


def test_planned_margin_is_reached() -> None:
    """400 blocks of 60 homes, intraclass correlation 0.06; 10 homes in each drawn block."""
    chance = np.random.default_rng(1)
    blocks, homes, take, icc, p = 400, 60, 10, 0.06, 0.4
    lean = chance.beta(p * (1 / icc - 1), (1 - p) * (1 / icc - 1), blocks)
    answers = (chance.random((blocks, homes)) < lean[:, None]).astype(float)
    between = homes * float(np.square(answers.mean(axis=1) - answers.mean()).sum()) / (blocks - 1)
    within = float(np.square(answers - answers.mean(axis=1, keepdims=True)).sum()) / (blocks * (homes - 1))
    own_icc = (between - within) / (between + (homes - 1) * within)
    deff = planned_deff(cluster_size=take, icc=own_icc).deff
    plan = sample_size(share=float(answers.mean()), margin=0.05, deff=deff)
    drawn = round(plan.completes / take)
    margins = []
    for _ in range(DRAWS):
        own = chance.choice(blocks, drawn, replace=True)
        taken = np.concatenate([chance.choice(answers[block], take, replace=False) for block in own])
        design = Design.of({"y": taken, "block": np.repeat(np.arange(drawn), take)}, psu="block")
        margins.append(1.96 * mean(design, "y")[0].se)
    assert float(np.mean(margins)) == pytest.approx(0.05, rel=0.05)


def waves(chance: np.random.Generator, slope: float) -> Design:
    """Four waves of the same 60 blocks, five people in each; blocks differ, so waves go together."""
    block, wave = np.meshgrid(np.arange(60), np.arange(4), indexing="ij")
    level = chance.normal(50, 6, (60, 1)) + chance.normal(0, 3, (60, 4)) + slope * wave
    people = level[:, :, None] + chance.normal(0, 20, (60, 4, 5))
    columns = {"y": people, "block": block[:, :, None] + np.zeros(5), "wave": wave[:, :, None] + np.zeros(5)}
    return Design.of({name: values.ravel() for name, values in columns.items()}, psu="block")


def test_trend_keeps_its_size_and_its_interval_covers() -> None:
    chance = np.random.default_rng(2)
    clear = covered = 0
    for _ in range(TREND_DRAWS):
        found = wave_trend(waves(chance, 0.0), "y", "wave")
        clear += found.clear
        slope = wave_trend(waves(chance, 1.5), "y", "wave")["slope"]
        covered += abs(slope.value - 1.5) <= 2.001 * slope.se  # t on 59 degrees of freedom
    assert near(clear / TREND_DRAWS, 0.05, 0.01, TREND_DRAWS)
    assert near(covered / TREND_DRAWS, 0.95, 0.01, TREND_DRAWS)


def test_differing_item_is_found_and_others_are_not_blamed() -> None:
    chance = np.random.default_rng(3)
    found = false = 0
    items = ["a", "b", "c", "d", "e", "f"]
    lang = np.repeat(["en", "es"], 300)
    for _ in range(DIF_DRAWS):
        trust = chance.normal(size=600)
        shift = 0.8 * (lang == "es")
        rows = {
            i: np.digitize(trust + shift * (i == "f") + chance.normal(size=600), [-1.5, -0.5, 0.5, 1.5]) for i in items
        }
        found += item_dif(Design.of({**rows, "lang": lang}), "f", items, "lang").uniform_test.p_value < 0.05
        rows["f"] = np.digitize(trust + chance.normal(size=600), [-1.5, -0.5, 0.5, 1.5])
        false += item_dif(Design.of({**rows, "lang": lang}), "a", items, "lang").uniform_test.p_value < 0.05
    assert found / DIF_DRAWS >= 0.9
    assert false / DIF_DRAWS <= 0.07 + choose(4 * math.sqrt(0.07 * 0.93 / DIF_DRAWS), 0.0)


def squared_errors(bias: float, draws: int = 4000) -> tuple[float, float, float, float]:
    """Mean squared errors of the combined estimate, the address sample and the open link, and the combined bias."""
    chance = np.random.default_rng(4)
    address, link = chance.normal(0, 1.2, draws), chance.normal(bias, 0.4, draws)
    both = np.array([combine_sources(a, 1.44, b, 0.16).value for a, b in zip(address, link, strict=True)])
    return (*(float(np.mean(x**2)) for x in (both, address, link)), float(both.mean()))  # type: ignore[return-value]


@pytest.mark.parametrize("bias", [0.0, 0.5, 1.0, 2.0, 4.0, 8.0])
def test_combined_estimate_gains_much_and_loses_little(bias: float) -> None:
    both, address, link, drift = squared_errors(bias)
    if bias <= 0.5:
        assert both < 0.8 * address
    else:
        assert both < 1.45 * address  # the price where the bias is about the address sample's error, or more
    if bias >= 2:
        assert both < link
    assert abs(drift) < min(bias, 1.2) + 0.1


def open_link_errors(depends: float, draws: int) -> tuple[Floats, float]:
    """Errors of a doubly robust mean and of the plain one; `depends`: how far taking part follows trust itself."""
    chance = np.random.default_rng(5)
    n = 4000
    young = (chance.random(n) < 0.4).astype(float)
    trust = 50 - 8 * young + chance.normal(0, 10, n)
    chances = 1 / (1 + np.exp(2.2 - 1.2 * young - depends * (trust - 50) / 10))
    errors, plain = [], []
    for _ in range(draws):
        part = chance.random(n) < chances
        rows = chance.choice(n, 400, replace=False)
        reference = Design.of({"young": young[rows], "w": np.full(400, n / 400)}, weights="w")
        link = {"y": trust[part], "young": young[part]}
        errors.append(open_link_mean(link, "y", ["young"], reference).value - trust.mean())
        plain.append(float(trust[part].mean() - trust.mean()))
    return np.array(errors), float(np.mean(plain))


def test_open_link_is_repaired_only_where_its_assumption_holds() -> None:
    errors, plain = open_link_errors(0.0, LINK_DRAWS)
    assert abs(plain) > 1.5
    assert abs(float(errors.mean())) < 0.25
    failing, _ = open_link_errors(0.5, max(LINK_DRAWS // 4, 10))
    assert float(failing.mean()) > 2  # people who trust take part more: no model on age repairs that


def test_modeled_areas_beat_direct_ones_and_their_ranges_cover() -> None:
    chance = np.random.default_rng(6)
    m = 30
    x = chance.uniform(0, 1, m)
    variance = chance.uniform(9, 36, m)
    direct = np.zeros((AREA_DRAWS, m))
    modeled = np.zeros((AREA_DRAWS, m))
    covered = np.zeros((AREA_DRAWS, m))
    for k in range(AREA_DRAWS):
        truth = 60 - 12 * x + chance.normal(0, 3, m)
        y = truth + chance.normal(0, np.sqrt(variance))
        found = fay_herriot({"y": y, "v": variance, "x": x}, "y", "v", "x")
        direct[k], modeled[k] = (y - truth) ** 2, (found.values - truth) ** 2
        covered[k] = np.abs(found.values - truth) <= 1.96 * np.sqrt(found.mses)
    assert (modeled.mean(axis=0) < direct.mean(axis=0)).mean() >= 0.9
    assert covered.mean() >= 0.92
