"""Faults that were there once, planted back one at a time: the suite must find each of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis import quantile, results, variance
from analysis.design import Design, covariance
from analysis.design.replicates import Replicates
from analysis.estimation import quantiles, variances
from analysis.frames import Factor, arrays, conditions, encoding, pandas_series
from analysis.frames.coding import code_objects
from analysis.frames.numbers import Numbers
from analysis.gaps import gap, order
from analysis.index import scoring
from analysis.index.units import Units
from analysis.report import rest
from tests.analysis.estimation import test_refusals
from tests.analysis.metamorphic import compare
from tests.analysis.metamorphic.makes import MAKES
from tests.analysis.metamorphic.samples import make_sample
from tests.analysis.metamorphic.transforms import TRANSFORMS

Plant = Callable[[pytest.MonkeyPatch], None]


def labels_by_appearance(patch: pytest.MonkeyPatch) -> None:
    """1: the codes of a category beside the values in the order in which they occur."""

    def wrong(series: Any) -> Factor:
        return Factor(series.cat.codes.to_numpy().astype(np.int64), tuple(series.dropna().unique()))

    patch.setattr(pandas_series, "_from_categories", wrong)


def waves_by_alphabet(patch: pytest.MonkeyPatch) -> None:
    """2: waves in words sorted as text."""
    patch.setattr(order, "in_time", sorted)


def residuals_forgotten(patch: pytest.MonkeyPatch) -> None:
    """3: strata without members left out although a calibration has residuals there."""
    patch.setattr(Design, "explains", False)


def unknown_spreads(patch: pytest.MonkeyPatch) -> None:
    """4: one group without scores makes every gap unknown."""
    patch.setattr(gap, "_combined", lambda matrix, v: np.asarray(matrix.toarray() @ v @ matrix.toarray().T))


def rounded_index(patch: pytest.MonkeyPatch) -> None:
    """5: answers turned into rounded points before they are added."""
    patch.setattr(scoring, "units_of", lambda recipe: Units(1.0, 1.0))


def df_of_the_design(patch: pytest.MonkeyPatch) -> None:
    """6: a domain inside one PSU with the df of all replicates."""
    patch.setattr(Replicates, "domain_df", lambda self, multipliers, present: np.full(present.shape[1], self.df))


def average_of_nothing(patch: pytest.MonkeyPatch) -> None:
    """7: the covariance of columns that share no stratum as 0 / 0."""

    def wrong(distance: Any, stratum: Any, scale: Any, alone: Any, held: Any) -> Any:
        usable = (held & ~alone).astype(float)
        known = np.where(usable[stratum] > 0, distance, 0.0)
        strata = held.astype(float).T @ held.astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            return covariance._crossproduct(known, scale[stratum]) * (strata / (usable.T @ usable))

    patch.setattr(covariance, "_averaged", wrong)


def masks_unchecked(patch: pytest.MonkeyPatch) -> None:
    """8: any array taken as a mask, whatever its length and values."""
    patch.setattr(conditions, "_mask", lambda table, where: np.asarray(where).astype(bool))


def na_compared(patch: pytest.MonkeyPatch) -> None:
    """9: `pd.NA` looked for by comparing a value with itself."""

    def wrong(values: Any, hidden: Any = None) -> Any:
        return Factor(*code_objects(np.array([None if x != x else x for x in values], object)))

    patch.setattr(pandas_series, "encode_objects", wrong)


def negative_weights_taken(patch: pytest.MonkeyPatch) -> None:
    """10: quantiles and variances of negative weights."""
    for module in (quantiles, variances):
        patch.setattr(module, "check_weights_not_negative", lambda weights, statistic: None)


def text_from_nan(patch: pytest.MonkeyPatch) -> None:
    """11: lists given to numpy, which writes a missing value as the text ``nan``."""
    patch.setattr(encoding, "encode_sequence", lambda values: arrays.encode_array(np.asarray(values)))


def mask_dropped(patch: pytest.MonkeyPatch) -> None:
    """11: the values behind a numpy mask taken for answers."""

    def wrong(array: Any) -> Numbers | Factor:
        return arrays._encode(np.asarray(array), None)

    patch.setattr(encoding, "encode_array", wrong)


def names_overwritten(patch: pytest.MonkeyPatch) -> None:
    """12: a group column named like a figure lost under the figure."""
    patch.setattr(results, "beside", lambda group, figures: {**dict(group), **figures})


def groups_by_place(patch: pytest.MonkeyPatch) -> None:
    """A report that takes the codes of a group for the places of its levels in the plan."""
    patch.setattr(rest, "_codes", lambda design, column, places: design.table.factor(column).codes)


def blank_as_level(patch: pytest.MonkeyPatch) -> None:
    """Empty text taken for an answer."""
    patch.setattr(encoding, "_without_blank", lambda factor: factor)


def found_by(make: str | None, transform: str | None) -> list[str]:
    """The differences that a part of the suite finds; a traceback counts as found."""
    tally = compare.Tally()
    for seed in range(2):
        sample = make_sample(36, seed, 0.2)
        try:
            if make:
                compare.compare_makes(sample, tally)
            elif transform:
                compare.compare_transforms(sample, tally)
            else:
                compare.compare_masks(sample, tally)
        except (TypeError, KeyError, IndexError, ValueError) as error:
            tally.lines.append(repr(error))
    return tally.lines


PLANTS: list[tuple[Plant, str | None, str | None]] = [
    (labels_by_appearance, "pandas category unsorted", None),
    (waves_by_alphabet, None, "waves in words"),
    (residuals_forgotten, None, "lonely PSUs: adjust"),
    (unknown_spreads, None, "a group without data"),
    (rounded_index, None, "items in another order"),
    (average_of_nothing, None, "lonely PSUs: average"),
    (masks_unchecked, None, None),
    (na_compared, "pandas object with NA", None),
    (text_from_nan, "lists with nan", None),
    (mask_dropped, "numpy masked", None),
    (names_overwritten, None, "columns renamed"),
    (groups_by_place, "pandas category unsorted", None),
    (blank_as_level, None, "blank text for missing text"),
]


@pytest.mark.parametrize(("plant", "make", "transform"), PLANTS, ids=[plant.__name__ for plant, _, _ in PLANTS])
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, make: str | None, transform: str | None
) -> None:
    monkeypatch.setattr(compare, "MAKES", {name: MAKES[name] for name in MAKES if name == make})
    monkeypatch.setattr(compare, "TRANSFORMS", {name: TRANSFORMS[name] for name in TRANSFORMS if name == transform})
    assert found_by(make, transform) == []
    plant(monkeypatch)
    assert found_by(make, transform)


# Faults that do not depend on how a sample is held: the tests of their right values find them.
RIGHT_VALUES: list[tuple[Plant, Callable[[], None]]] = [
    (df_of_the_design, lambda: test_refusals.test_a_domain_inside_one_psu_has_no_df_with_replicates("jk1")),
    (
        negative_weights_taken,
        lambda: test_refusals.test_negative_weights_are_refused_where_they_mean_nothing(
            lambda design: quantile(design, "y")
        ),
    ),
    (
        negative_weights_taken,
        lambda: test_refusals.test_negative_weights_are_refused_where_they_mean_nothing(
            lambda design: variance(design, "y")
        ),
    ),
]


@pytest.mark.parametrize(("plant", "named_test"), RIGHT_VALUES)
def test_a_planted_fault_is_found_by_its_test(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, named_test: Callable[[], None]
) -> None:
    named_test()
    plant(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        named_test()
