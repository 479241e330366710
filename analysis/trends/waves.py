r"""The trend of a mean over any number of waves, with the covariance between waves that share PSUs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import mean
from analysis.frames.conditions import rows_where
from analysis.multiplicity import adjusted_p_values
from analysis.results import Estimates, Tabular

Floats = NDArray[np.float64]


class BadWaves(AnalysisError):
    """Waves from which no trend follows."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived}")


@dataclass(frozen=True, slots=True)
class WaveContrast:
    """A combination of the waves' means: its name, value, standard error, t and two-sided p."""

    name: str
    value: float
    se: float
    t: float
    p_value: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Trend(Tabular):
    """Hold the trend over waves.

    Parameters
    ----------
    waves
        The means of the waves, the earliest first, with their covariance.
    contrasts
        ``slope``, ``last_minus_first``, ``last_minus_mean_of_others``; with a break ``slope_before``, ``slope_after``
        and ``change_of_slope``.
    df
        Degrees of freedom of the design.
    no_change_f, no_change_df, no_change_p
        Wald test that all waves are equal.
    broke
        Waves that leave the straight line clearly (Holm's adjustment), the clearest first.
    clear
        Whether the slope differs from 0 clearly.
    """

    waves: Estimates
    contrasts: tuple[WaveContrast, ...]
    df: int
    no_change_f: float
    no_change_df: int
    no_change_p: float
    broke: tuple[str, ...]
    clear: bool

    def __getitem__(self, name: str) -> WaveContrast:
        """The contrast of a name."""
        for each in self.contrasts:
            if each.name == name:
                return each
        raise BadWaves(f"one of {[each.name for each in self.contrasts]}", repr(name))

    @property
    def sentence(self) -> str:
        """One sentence: a rise, a fall or no clear trend, and the waves that broke it."""
        slope = self.contrasts[0].value
        verdict = ("a clear rise" if slope > 0 else "a clear fall") if self.clear else "no clear trend"
        broke = f"; wave {self.broke[0]} leaves the line" if self.broke else ""
        return f"Over {len(self.waves)} waves there is {verdict}{broke}."

    def title(self) -> str:
        """The sentence, and the degrees of freedom."""
        return f"{self.sentence} df {self.df:,}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each contrast."""
        return [
            {"contrast": c.name, "estimate": c.value, "se": c.se, "t": c.t, "df": self.df, "p": c.p_value}
            for c in self.contrasts
        ]


def wave_trend(
    design: Design,
    y: str,
    waves: str,
    *,
    times: Mapping[Any, float] | None = None,
    broken_at: float | None = None,
    where: Any = None,
    level: float = 0.95,
) -> Trend:
    r"""Estimate the trend of a mean over waves.

    The slope is :math:`\sum w_t \bar y_t`, :math:`w_t = (t - \bar t) / \sum (t - \bar t)^2`, over the waves' means with
    their joint covariance V, so that PSUs in several waves count once. Tests take the design's degrees of freedom.

    Parameters
    ----------
    design
        The sample of all waves; strata and PSUs that are the same in several waves have the same codes.
    y
        Numeric column.
    waves
        Column of waves; a number is its own time.
    times
        Wave -> time, where waves are no numbers or have other times. Its order by time is the order of the waves.
    broken_at
        A time at which the slope may change (piecewise linear).
    where
        Filter, as for `analysis.mean`.
    level
        Confidence level of the verdicts.

    Raises
    ------
    BadWaves
        Fewer than two waves, a wave without a time, or two waves with one.

    References
    ----------
    Kish (1965), Survey Sampling, section 12.4; Binder and Hidiroglou (1988), Handbook of Statistics 6.

    Examples
    --------
    >>> rows = {"y": [1.0, 2.0, 2.0, 4.0, 4.0, 5.0], "wave": [1, 1, 2, 2, 3, 3]}
    >>> found = wave_trend(Design.of(rows), "y", "wave")
    >>> found["slope"].value, found.sentence
    (1.5, 'Over 3 waves there is a clear rise.')
    """
    means = mean(design, y, by=waves, where=where, level=level)
    t = _times_of(means, times)
    means = means.picked(np.argsort(t, kind="stable").tolist())
    t = np.sort(t)
    df = _df(design, y, where)
    rows = _contrasts(t, broken_at)
    contrasts = tuple(_contrast(name, np.asarray(row), means, df) for name, row in rows.items())
    f, p = _no_change(means, df)
    clear = contrasts[0].p_value < 1 - level
    return Trend(means, contrasts, df, f, len(t) - 1, p, _broke(t, means, df, 1 - level), clear)


def _times_of(means: Estimates, times: Mapping[Any, float] | None) -> Floats:
    waves = [row.group[0][1] for row in means]
    given = {_key(wave): float(time) for wave, time in (times or {}).items()}
    try:
        found = [given[_key(wave)] if times is not None else float(wave) for wave in waves]
    except (KeyError, TypeError, ValueError):
        raise BadWaves("a number for each wave, or its time in times=", sorted(map(str, waves))) from None
    if len(set(found)) < len(found) or len(found) < 2 or not np.isfinite(means.values).all():
        raise BadWaves("two or more waves with answers, each with a time of its own", found)
    return np.array(found)


def _key(wave: Any) -> str:
    """Return a wave as text, in which 1 and 1.0 are one wave."""
    return f"{wave:g}" if isinstance(wave, int | float | np.number) else str(wave)


def _df(design: Design, y: str, where: Any) -> int:
    keep = rows_where(design.table, where)
    used = ~np.isnan(design.table.numbers(y)) & (design.weights > 0) & (True if keep is None else keep)
    held = np.bincount(design.psu, weights=used, minlength=design.psus) > 0
    return int(design.domain_df(held[:, None])[0])


def _contrasts(t: Floats, broken_at: float | None) -> dict[str, Floats]:
    k, middle = len(t), t - t.mean()
    last = np.eye(k)[-1]
    found = {
        "slope": middle / (middle @ middle),
        "last_minus_first": last - np.eye(k)[0],
        "last_minus_mean_of_others": last - (1 - last) / (k - 1),
    }
    if broken_at is not None:
        columns = np.stack([np.ones(k), t, np.maximum(t - broken_at, 0.0)], axis=1)
        if k < 4 or np.linalg.matrix_rank(columns) < 3:
            raise BadWaves("four or more waves, with two or more on each side of the break", k)
        before, change = np.linalg.pinv(columns)[1:]
        found |= {"slope_before": before, "slope_after": before + change, "change_of_slope": change}
    return found


def _contrast(name: str, row: Floats, means: Estimates, df: int) -> WaveContrast:
    from scipy.special import stdtr

    value, se = float(row @ means.values), float(np.sqrt(max(float(row @ means.covariance @ row), 0.0)))
    t = value / se if se > 0 else np.nan
    return WaveContrast(name, value, se, t, float(2 * stdtr(df, -abs(t))) if df > 0 else np.nan)


def _no_change(means: Estimates, df: int) -> tuple[float, float]:
    from scipy.special import fdtrc

    k = len(means)
    rows = np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
    d, v = rows @ means.values, rows @ means.covariance @ rows.T
    if np.linalg.matrix_rank(v) < k - 1 or df <= 0:
        return np.nan, np.nan
    f = float(d @ np.linalg.solve(v, d)) / (k - 1)
    return f, float(fdtrc(k - 1, df, f))


def _broke(t: Floats, means: Estimates, df: int, alpha: float) -> tuple[str, ...]:
    """Return the waves whose distance from the straight line is clear."""
    if len(t) < 3:
        return ()
    line = np.stack([np.ones(len(t)), t - t.mean()], axis=1)
    off = np.eye(len(t)) - line @ np.linalg.pinv(line)
    found = [_contrast(str(row.group[0][1]), each, means, df) for row, each in zip(means, off, strict=True)]
    p = adjusted_p_values([each.p_value for each in found])
    return tuple(found[k].name for k in np.argsort(p, kind="stable") if p[k] < alpha)


def slope_weights(times: Sequence[float]) -> Floats:
    """The weights of the waves' means in the slope.

    Examples
    --------
    >>> slope_weights([1, 2, 3]).tolist()
    [-0.5, 0.0, 0.5]
    """
    return _contrasts(np.asarray(times, np.float64), None)["slope"]
