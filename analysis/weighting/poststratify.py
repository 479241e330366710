"""Post-stratification: weights that meet the population total of each cell of one margin."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CellAdjustment, Design, LazyDesign, Projection
from analysis.errors import AnalysisError, listed
from analysis.weighting.goals import reachable_totals
from analysis.weighting.margins import BoundMargin, bind_margin, check_levels_have_respondents, columns_of, sums_by
from analysis.weighting.record import make_step
from analysis.weighting.targets import Margin, PopulationTargets

Floats = NDArray[np.float64]
TOLERANCE = 1e-8


class NotOneMargin(AnalysisError):
    """Post-stratification meets one margin; several are raked."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(
            f"expected one margin for post-stratification, but got {len(names)}: {listed(names)}; rake instead"
        )


def poststratify(design: Design, targets: PopulationTargets | Margin) -> Design:
    r"""Scale the weights of each post-stratum to its population total.

    .. math:: w_i' = w_i N_h / \sum_{j \in h} w_j

    The variance takes the residual about the post-stratum mean, weighted by the weights from before.

    Parameters
    ----------
    design
        The sample.
    targets
        One margin: totals of the levels of a column, or of the crossing of several (a level is then a tuple).

    Raises
    ------
    NotOneMargin, UnknownColumn, MissingMarginValue, LevelWithoutTarget, LevelWithoutRespondents

    Notes
    -----
    A replicate that lost a post-stratum altogether gives its total to the others in proportion.

    References
    ----------
    Holt and Smith (1979), JRSS A 142, 33-46; Valliant (1993), JASA 88, 89-96.

    Examples
    --------
    >>> design = Design.of({"sex": ["F", "F", "M"]})
    >>> poststratify(design, Margin.of_totals("sex", {"F": 50, "M": 50})).weights
    array([25., 25., 50.])
    """
    whole = PopulationTargets((targets,)) if isinstance(targets, Margin) else targets
    if len(whole.margins) != 1:
        raise NotOneMargin(tuple(margin.name for margin in whole.margins))
    if isinstance(design, LazyDesign):
        return design.weighted(columns_of(whole.margins), lambda own: poststratify(own, targets))
    whole.check_margins_agree(TOLERANCE)
    bound = bind_margin(design, whole.margins[0], whole.population(float(design.weights.sum())))
    held = sums_by(bound.codes, design.weights, len(bound.levels))
    check_levels_have_respondents(bound, held)
    return poststratified(design, bound, f"{bound.name}: {len(bound.levels)} levels")


def poststratified(design: Design, bound: BoundMargin, detail: str) -> Design:
    """The design with its weights scaled to the totals of a bound margin."""
    count = len(bound.levels)
    held = sums_by(bound.codes, design.weights, count)

    def factors(sums: Floats) -> Floats:
        return _quotient(reachable_totals(bound.totals, sums), sums)

    weights = design.weights * factors(held[:, None])[bound.codes, 0]
    means = sparse.diags_array(_quotient(np.ones(count), held))
    projection = Projection(design.weights, weights, sparse.eye_array(count, format="csr"), means)
    adjustment = CellAdjustment(bound.codes, count, factors, projection)
    return design.adjusted(weights, adjustment, make_step("poststratify", detail, weights))


def _quotient(numerator: Floats, denominator: Floats) -> Floats:
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator != 0)
