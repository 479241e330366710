"""Contrasts whose labels look like numbers or arithmetic."""

import pytest

from analysis import Design, mean
from analysis.gaps import contrasts
from analysis.gaps.contrasts import EmptyContrast
from analysis.gaps.expressions import BadExpression
from analysis.results import Estimates


def estimates_of(*levels: object) -> Estimates:
    """Means 1.5, 3.5, 5.5 ... of the levels."""
    y = [float(k) for k in range(1, 2 * len(levels) + 1)]
    return mean(Design.of({"y": y, "g": [level for level in levels for _ in range(2)]}), "y", by="g")


@pytest.mark.parametrize(
    ("levels", "expression", "value"),
    [
        ((2021, 2022), "2022 - 2021", 2.0),
        (("2021", "2022"), "(2022 / 2021 - 1)", 4 / 3),
        ((2021.0, 2022.0), "2022 - 2021", 2.0),
        (("18-34", "35+"), "35+ - 18-34", 2.0),
        (("18-34", "35-64", "65+"), "65+ - (18-34 + 35-64) / 2", 3.0),
        (("2021", "B"), "B - 2021", 2.0),
        (("65", "65+"), "65+ - 65", 2.0),
        (("very low", "very low or low"), "very low or low - very low", 2.0),
        (("1", "1.5"), "1.5 - 1", 2.0),
        (("log", "b"), "b - log + 0 * log(b)", 2.0),
        (("-", "b"), "b - `-`", 2.0),
    ],
)
def test_contrast_reads_labels_before_numbers(levels: tuple[object, ...], expression: str, value: float) -> None:
    gaps = contrasts(estimates_of(*levels), {"x": expression})
    assert gaps[0].value == pytest.approx(value)
    assert gaps[0].se > 0
    assert repr(gaps)


@pytest.mark.parametrize(
    ("levels", "expression"),
    [
        (("a", "b"), "2022 - 2021"),
        (("a", "b"), ""),
        (("2021", "2022"), "2022 - 2020"),
        (("18-34", "65+"), "65+ - 18-24"),
        (("a", "b"), "a / (b - b)"),
        (("a", "b"), "log(a - a)"),
        (("a", "b"), "a * True"),
    ],
)
def test_contrast_is_refused_without_its_labels(levels: tuple[object, ...], expression: str) -> None:
    with pytest.raises(BadExpression, match="expected an expression of labels"):
        contrasts(estimates_of(*levels), {"x": expression})


def test_contrast_is_refused_without_coefficients() -> None:
    with pytest.raises(EmptyContrast, match="'x'"):
        contrasts(estimates_of("a", "b"), {"x": {}})
