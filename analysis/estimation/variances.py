"""Population variances and covariances, with their own standard errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.design import Design, check_weights_not_negative
from analysis.errors import AnalysisError
from analysis.estimation.domains import make_domains
from analysis.estimation.means import mean, usable_columns
from analysis.frames.table import columns_named
from analysis.results import Estimates


class TooFewRows(AnalysisError):
    """A variance of fewer than two rows."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"expected at least 2 rows with a value and a weight for a population variance, but found {rows}"
        )


def variance(design: Design, y: str | Sequence[str], *, where: Any = None, level: float = 0.95) -> Estimates:
    r"""Population covariance matrix of one or more columns, row by row.

    .. math:: S_{ab} = \frac{n}{n-1} \sum w_i (a_i - \bar a)(b_i - \bar b) / \sum w_i

    Its standard error is that of the mean of the products, with the means taken as known.

    Parameters
    ----------
    design, where, level
        As for `analysis.mean`.
    y
        Column or columns; a row missing in any of them is left out.

    Returns
    -------
    Estimates
        k x k rows; terms read ``a × b``.

    Raises
    ------
    TooFewRows
        Fewer than two rows.
    NegativeWeights
        Weights below 0: a sum of squares under them can be negative.

    References
    ----------
    Lumley (2010), Complex Surveys, section 2.2 (``svyvar``).

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0]})
    >>> variance(design, "y")[0].value
    1.0
    """
    check_weights_not_negative(design.weights, "a population variance")
    names = columns_named(y)
    columns, domains, _ = usable_columns(design, names, make_domains(design, None, where), "omit")
    inside = domains.codes >= 0
    n = int((inside & (design.weights > 0)).sum())
    if n < 2:
        raise TooFewRows(n)
    centres = mean(design, names, where=inside).values
    distances = [np.asarray(column) - centre for column, centre in zip(columns, centres, strict=True)]
    products = {
        f"{a} × {b}": distances[i] * distances[j] * n / (n - 1)
        for i, a in enumerate(names)
        for j, b in enumerate(names)
    }
    result = mean(design.with_columns(products), list(products), where=inside, level=level)
    return Estimates("variance", result.rows, result.covariance, result.df)
