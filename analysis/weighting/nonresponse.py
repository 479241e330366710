"""Adjust for nonresponse: raise the weights of people who answered, to represent those who did not.

The design holds everyone drawn; afterwards those who did not answer have weight 0 and stay in the design.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design import CarriedAdjustment, CellAdjustment, Design
from analysis.errors import AnalysisError
from analysis.frames import Factor, crossed
from analysis.frames.table import columns_named
from analysis.weighting.margins import MissingMarginValue, sums_by
from analysis.weighting.propensity import read_responded, response_propensity
from analysis.weighting.record import make_step
from analysis.weighting.targets import level_name

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class ClassWithoutRespondents(AnalysisError):
    """Refuse a class without respondents, because no one can represent it."""

    def __init__(self, columns: str, name: str, drawn: int) -> None:
        self.columns, self.name, self.drawn = columns, name, drawn
        super().__init__(
            f"expected respondents in each class, but none of the {drawn} drawn in '{columns}' = {name} answered; "
            "merge it with another class"
        )


def nonresponse_classes(design: Design, responded: str, by: str | Sequence[str]) -> Design:
    r"""Within each class, multiply the weights of those who answered so that they sum to those of all drawn.

    .. math:: w_i' = w_i \sum_{j \in c} w_j / \sum_{j \in c, answered} w_j

    The linearized variance takes the new weights as they are; replicates are adjusted again.

    Parameters
    ----------
    design
        Everyone drawn, with base weights.
    responded
        Column of 1 (answered) and 0.
    by
        Column or columns known of everyone; their crossing forms the classes.

    Raises
    ------
    NotYesOrNo, MissingMarginValue, ClassWithoutRespondents

    References
    ----------
    Kalton and Flores-Cervantes (2003), Journal of Official Statistics 19, 81-97.

    Examples
    --------
    >>> design = Design.of({"answered": [1, 0, 1, 1], "area": ["N", "N", "S", "S"]})
    >>> nonresponse_classes(design, "answered", "area").weights
    array([2., 0., 1., 1.])
    """
    names = columns_named(by)
    factors = [design.table.factor(name) for name in names]
    for name, factor in zip(names, factors, strict=True):
        if factor.missing.any():
            raise MissingMarginValue(name, int(factor.missing.sum()))
    classes = crossed(factors)
    return _in_classes(design, read_responded(design, responded), classes, " x ".join(names))


def nonresponse_propensity(
    design: Design, responded: str, predictors: Sequence[str], *, weighted: bool = True, classes: int | None = None
) -> Design:
    r"""Divide the weights of those who answered by their response propensity, or adjust in classes of it.

    Parameters
    ----------
    design, responded, predictors, weighted
        As for `response_propensity`.
    classes
        Number of classes of equal size by propensity (five as a rule), each adjusted by its weighted response rate;
        None divides by the propensity itself.

    Raises
    ------
    NotYesOrNo, MissingMarginValue, NoPropensity, ClassWithoutRespondents

    Notes
    -----
    Replicates carry the factors of the whole sample, or with classes are adjusted again in the same classes.

    References
    ----------
    Little (1986), International Statistical Review 54, 139-157; Rosenbaum and Rubin (1984), JASA 79, 516-524.

    Examples
    --------
    >>> design = Design.of({"answered": [1, 0, 1, 1, 1, 0], "area": ["N", "N", "N", "N", "S", "S"]})
    >>> nonresponse_propensity(design, "answered", ["area"]).weights.round(3)
    array([1.333, 0.   , 1.333, 1.333, 2.   , 0.   ])
    """
    answered = read_responded(design, responded)
    fit = response_propensity(design, responded, predictors, weighted=weighted)
    if classes is not None:
        return _in_classes(design, answered, _by_rank(fit.values, classes), "propensity class")
    ratio = np.where(answered, 1 / fit.values, 0.0)
    weights = design.weights * ratio
    detail = f"divided by the propensity given {', '.join(predictors)}"
    return design.adjusted(weights, CarriedAdjustment(ratio), make_step("nonresponse", detail, weights))


def _by_rank(values: Floats, count: int) -> Factor:
    """Return classes of equal size by rank, ties in the order of the rows."""
    rank = np.empty(len(values), np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    codes = -(-rank * count // len(values)) - 1
    return Factor(codes, tuple((k + 1,) for k in range(count)))


def _in_classes(design: Design, answered: Mask, classes: Factor, name: str) -> Design:
    count = len(classes.levels)
    codes = classes.codes * 2 + answered
    held = sums_by(codes, design.weights, 2 * count).reshape(count, 2)
    silent = (held[:, 1] == 0) & (held[:, 0] > 0)
    if silent.any():
        worst = int(np.argmax(silent))
        raise ClassWithoutRespondents(name, level_name(classes.levels[worst]), int((classes.codes == worst).sum()))
    weights = design.weights * _class_factors(held.reshape(-1, 1))[codes, 0]
    adjustment = CellAdjustment(codes, 2 * count, _class_factors)
    return design.adjusted(weights, adjustment, make_step("nonresponse", f"{count} classes of {name}", weights))


def _class_factors(sums: Floats) -> Floats:
    """Return (2K, R) factors from the sums of nonrespondents and respondents, class by class."""
    silent, answered = sums[0::2], sums[1::2]
    factors = np.zeros_like(sums)
    factors[1::2] = np.divide(silent + answered, answered, out=np.zeros_like(answered), where=answered != 0)
    return factors
