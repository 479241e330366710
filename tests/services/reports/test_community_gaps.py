"""Differences between communities hold together, and a page without a true difference seldom states one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.services.reports.community_gaps import Levels, PublishedLevel, judge_gaps
from tests.drills import choose

PAGES = choose(200, 2_000)
AGENCIES, TOWNS = ("police", "health", "housing"), tuple(f"town-{k}" for k in range(5))


def draw_level(truth: float, chance: np.random.Generator) -> PublishedLevel:
    """A level whose stated error is the larger one, so that all pages have one joint distribution, made once."""
    value, half = truth + chance.normal(0, 1.5), 1.9 * 1.5
    return PublishedLevel(round(value, 1), round(value - half, 1), round(value + half, 1), 1.5, 300)


def draw_page(truths: dict[str, float], chance: np.random.Generator) -> tuple[Levels, dict[str, Levels]]:
    own = {agency: draw_level(50.0, chance) for agency in AGENCIES}
    return own, {agency: {town: draw_level(truths[town], chance) for town in TOWNS} for agency in AGENCIES}


def rate(false: int) -> float:
    """Return the share less two standard errors of a sample of that size."""
    return false / PAGES - 2 * (0.05 * 0.95 / PAGES) ** 0.5


def test_few_pages_state_a_false_difference() -> None:
    chance = np.random.default_rng(2051)
    truths = dict.fromkeys(TOWNS, 50.0)
    false = sum(
        any(gap.verdict != "unclear" for gap in judge_gaps(*draw_page(truths, chance)).values()) for _ in range(PAGES)
    )
    assert rate(false) <= 0.05


def test_planted_differences_are_found_and_covered() -> None:
    chance = np.random.default_rng(2052)
    truths = dict.fromkeys(TOWNS, 50.0) | {"town-1": 60.0}
    pages = [judge_gaps(*draw_page(truths, chance)) for _ in range(PAGES)]
    found = [page["police", "town-1"] for page in pages]
    assert np.mean([gap.verdict == "lower" for gap in found]) >= 0.8
    missed = sum(any(not gap.low <= 50 - truths[town] <= gap.high for (_, town), gap in page.items()) for page in pages)
    assert missed / PAGES <= 0.15  # three questions, each of which holds together with 95 %


def test_rounding_of_the_error_is_not_forgotten() -> None:
    level = PublishedLevel(50.0, 49.1, 50.9, 0.4, 1_000)
    assert level.variance > 0.44**2
    assert replace(level, step=5.0).variance > level.variance + 2


def test_agency_without_another_community_has_no_difference() -> None:
    level = PublishedLevel(50.0, 48.0, 52.0, 1.0, 400)
    assert judge_gaps({"police": level}, {"police": {}}) == {}
