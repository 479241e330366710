"""A source that cannot be weighted as planned is reported all the same, and changes nothing in another."""

import numpy as np
import pytest

from analysis.disclosure import PublishedReport
from analysis.report import Sample, analyse, weigh
from tests.drills import choose
from tests.truth.city import NOTHING, City, draw_letters, draw_volunteers, make_city, make_plan

SOURCES = choose(2, 200)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(NOTHING, np.random.default_rng(6))


@pytest.mark.parametrize("seed", range(3))
def test_skewed_source_is_weighted_by_feasible_margins(city: City, seed: int) -> None:
    chance = np.random.default_rng([7, seed])
    study = weigh(draw_volunteers(city, 250, chance, skew=3.0), make_plan(city))
    names = {margin.columns[0] for margin in make_plan(city).targets.margins}  # type: ignore[union-attr]
    used = {name.removesuffix(":margin") for name in study.design.table.names if name.endswith(":margin")}
    assert used | set(study.dropped) | set(study.unused) == names
    assert study.design.weights.max() <= 6.001 * study.design.weights.mean()


@pytest.fixture(scope="module")
def good(city: City) -> Sample:
    return draw_letters(city, 1200, np.random.default_rng(8))


@pytest.fixture(scope="module")
def alone(city: City, good: Sample) -> PublishedReport:
    return analyse([good], make_plan(city), data="1")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SOURCES))
def test_skewed_source_leaves_the_good_one_as_it_is(
    city: City, good: Sample, alone: PublishedReport, seed: int
) -> None:
    chance = np.random.default_rng([9, seed])
    people, skew = int(chance.integers(40, 400)), float(chance.uniform(1.0, 5.0))
    skewed = draw_volunteers(city, people, chance, skew=skew)
    beside = analyse([good, skewed], make_plan(city), data="1")
    tables = {table.id: table for table in beside.tables}
    assert any(table.id.startswith("open-link.") for table in beside.tables)
    for table in alone.tables:
        if table.id.startswith("address-sample."):
            assert tables[table.id].to_document() == table.to_document()
