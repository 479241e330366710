"""Contrasts of estimates by label: linear ones, and smooth expressions by the delta method."""

from collections.abc import Mapping

from analysis.errors import AnalysisError
from analysis.gaps.expressions import slopes_of
from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, make_gaps
from analysis.results import Estimates, name_of


class EmptyContrast(AnalysisError):
    """Refuse a contrast without a label."""

    def __init__(self, name: str) -> None:
        super().__init__(f"expected at least one label in the contrast '{name}', but it names none; name one")


def contrasts(
    estimates: Estimates,
    wanted: Mapping[str, Mapping[str, float] | str],
    *,
    df: DegreesOfFreedom = "domain",
    level: float = 0.95,
    adjust: str = "none",
) -> Gaps:
    r"""Combinations of estimates, with the covariance between them.

    A linear contrast has value :math:`c'\hat\theta` and covariance :math:`C V C'`. For an expression :math:`g`, C holds
    its slopes :math:`\partial g / \partial \theta` at the estimates (delta method).

    Parameters
    ----------
    estimates
        Estimates made together: their covariance is used.
    wanted
        Name -> coefficients by label, such as ``{"E": 1, "H": -1}``, or an expression of labels, such as
        ``"log(api00)"`` or ``"65+ / 18-24"``: numbers, ``+ - * / ^``, log, exp, sqrt. Text that matches a label is that
        label, also a number; a label may stand in backticks.
    df
        ``domain`` (Satterthwaite, not more than the design), ``design`` (as in R), or a number; infinite = normal.
    level
        Confidence level.
    adjust
        p-value adjustment over the contrasts; see `analysis.multiplicity`.

    Raises
    ------
    UnknownEstimate
        A label that was not estimated.
    BadExpression
        An expression that cannot be read, or holds no label.
    EmptyContrast
        Coefficients of no label.

    References
    ----------
    Lumley (2010), Complex Surveys, section 2.2; R survey, `svycontrast`.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> design = Design.of({"y": [1.0, 3.0, 6.0, 8.0], "g": ["a", "a", "b", "b"]})
    >>> [row.value for row in contrasts(mean(design, "y", by="g"), {"gap": {"b": 1, "a": -1}, "ratio": "b / a"})]
    [5.0, 3.5]
    """
    comparisons = [_comparison(estimates, name, terms) for name, terms in wanted.items()]
    return make_gaps("contrast", estimates, comparisons, df=df, level=level, adjust=adjust)


def _comparison(estimates: Estimates, name: str, terms: Mapping[str, float] | str) -> Comparison:
    value = None
    if isinstance(terms, str):
        known = [name for row in estimates for name in (name_of(row), row.term)]
        value, terms = slopes_of(terms, lambda label: estimates[label].value, known)
    if not terms:
        raise EmptyContrast(name)
    coefficients = {estimates.position(str(label)): float(c) for label, c in terms.items()}
    return Comparison(coefficients, (), estimates.statistic, name, value=value)
