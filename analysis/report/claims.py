"""Judge the claims of a report: all its differences, changes and links, as one family by source.

Within a question (the groups of one variable for one agency, all pairs of agencies, one index in all agencies, the
drivers) intervals hold together: their half-widths are the standard error times the critical value of the largest |t|
under the joint covariance. A claim stands when four conditions hold:

1. the question's overall F test rejects at 5 %;
2. the simultaneous interval leaves out zero;
3. the claim survives the procedure of Benjamini and Hochberg (1995) at 5 % over all claims of the source, in which a
   claim that fails 1 or 2 counts with p = 1;
4. its interval at the level 1 - 0.05 R / m leaves out zero, R of m claims having survived (Benjamini and Yekutieli
   2005). The third condition implies this one.

A p-value that is raised to 1 stays valid, so conditions 1 and 2 do not weaken 3. The statistics of groups of different
questions are correlated with either sign. The procedure is proven for independent and positively dependent ones only,
and ``make truth`` measures that its rate of false discoveries holds here; the correction of Benjamini and Yekutieli
(2001) for any dependence would cost a factor of 1 + 1/2 + ... + 1/m, about 5, for nothing that is measurable.

Only figures that are shown are claims. A source whose people were not drawn at random makes no claims.

References
----------
Hothorn, Bretz and Westfall (2008), Biometrical Journal 50; Benjamini and Yekutieli (2005), JASA 100.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Claims, DraftTable, Judgement, Place, Verdict
from analysis.multiplicity import adjusted_p_values
from analysis.report.indices import AGENCY_GAPS, CHANGES, REST_GAPS
from analysis.report.respondents import DRIVERS
from analysis.report.rest import family_of
from analysis.report.study import Study
from analysis.results import Estimates
from analysis.simultaneous import critical_value, overall_test

Floats = NDArray[np.float64]

RATE = 0.05  # false discoveries among all claims of a source, and the error of the intervals of one question


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Hold claims that are made together.

    Parameters
    ----------
    name
        Its name.
    places
        (k,) where each claim stands.
    values, errors, freedom
        (k,) estimates, standard errors and degrees of freedom.
    covariance
        (k, k); NaN where it is not known.
    """

    name: str
    places: tuple[Place, ...]
    values: Floats
    errors: Floats
    freedom: Floats
    covariance: Floats

    def at(self, kept: Sequence[int]) -> "Question":
        """Return some of the claims."""
        rows = list(kept)
        return Question(
            self.name,
            tuple(self.places[k] for k in rows),
            self.values[rows],
            self.errors[rows],
            self.freedom[rows],
            self.covariance[np.ix_(rows, rows)],
        )

    def shown(self, shown: frozenset[Place]) -> "Question":
        """Return the claims that are shown and have an error."""
        known = np.isfinite(self.values) & (self.errors > 1e-9 * np.maximum(1.0, np.abs(self.values)))
        return self.at(
            [k for k, place in enumerate(self.places) if place in shown and known[k] and self.freedom[k] > 0]
        )


@dataclass(frozen=True, eq=False, slots=True)
class SourceClaims:
    """Hold all questions of one sample source, and whether it may answer them for residents."""

    source: str
    questions: tuple[Question, ...]
    may_claim: bool

    def judged(self, shown: frozenset[Place]) -> dict[Place, Judgement]:
        """Return the verdict and the interval of each shown claim."""
        asked = [question for each in self.questions if len((question := each.shown(shown)).places)]
        if not asked:
            return {}
        wide = [np.full(len(each.places), _critical(each)) for each in asked]
        survive, level = _survivors(asked, wide) if self.may_claim else (None, 0.0)
        judged: dict[Place, Judgement] = {}
        start = 0
        for each, critical in zip(asked, wide, strict=True):
            stop = start + len(each.places)
            clear = None if survive is None else survive[start:stop]
            judged |= dict(zip(each.places, _judgements(each, critical, clear, level), strict=True))
            start = stop
        return judged


def _critical(question: Question) -> float:
    errors = question.errors
    return critical_value(question.covariance / np.outer(errors, errors), float(question.freedom.min()), 1 - RATE)


def _survivors(asked: Sequence[Question], wide: Sequence[Floats]) -> tuple[NDArray[np.bool_], float]:
    """Return (m,) which claims survive, and the error 0.05 R / m of their intervals."""
    p = np.concatenate([_p_values(each, critical) for each, critical in zip(asked, wide, strict=True)])
    survive = adjusted_p_values(p, "bh") <= RATE
    return survive, RATE * int(survive.sum()) / len(p)


def _p_values(question: Question, critical: Floats) -> Floats:
    """Return (k,) two-sided p, or 1 where the question's own tests do not reject."""
    from scipy.special import stdtr

    t = np.abs(question.values / question.errors)
    p = 2 * stdtr(question.freedom, -t)
    return np.where((t > critical) & (_overall_p(question, p) <= RATE), p, 1.0)


def _overall_p(question: Question, p: Floats) -> float:
    if np.isnan(question.covariance).any():
        return float(min(1.0, len(p) * p.min()))
    return overall_test(question.values, question.covariance, float(question.freedom.min())).p_value


def _judgements(
    question: Question, critical: Floats, clear: NDArray[np.bool_] | None, error: float
) -> Iterator[Judgement]:
    from scipy.special import stdtrit

    for k, (value, se) in enumerate(zip(question.values, question.errors, strict=True)):
        found = critical[k]
        if clear is not None and clear[k]:
            found = max(found, float(stdtrit(question.freedom[k], 1 - error / 2)))
        verdict = None if clear is None else _verdict(bool(clear[k]), float(value))
        yield Judgement(verdict, float(value - found * se), float(value + found * se))


def _verdict(clear: bool, value: float) -> Verdict:
    return "unclear" if not clear else "higher" if value > 0 else "lower"


def make_claims(studies: Sequence[Study], tables: Sequence[DraftTable]) -> Claims:
    """Make the claims of a report over all its sources. The disclosure gate judges those that it shows."""
    sources = [claims_of(study, [t for t in tables if t.id.startswith(f"{study.source}.")]) for study in studies]
    places = frozenset(place for each in sources for question in each.questions for place in question.places)
    return Claims(places, partial(judged_by, sources))


def judged_by(sources: Sequence[SourceClaims], shown: frozenset[Place]) -> Mapping[Place, Judgement]:
    """Return the judgments of all sources, each source by itself."""
    found: dict[Place, Judgement] = {}
    for source in sources:
        found |= source.judged(shown)
    return found


def claims_of(study: Study, tables: Iterable[DraftTable]) -> SourceClaims:
    """Return the questions that the tables of a source answer."""
    questions: dict[str, list[tuple[Place, Estimates, int]]] = {}
    for table in tables:
        for k, name in enumerate(_questions(study, table)):
            assert table.estimates is not None
            questions.setdefault(name, []).append(((table.id, k), table.estimates, k))
    made = tuple(_question(study, name, rows) for name, rows in questions.items())
    return SourceClaims(study.source, made, study.sample.probability)


def _questions(study: Study, table: DraftTable) -> Iterator[str]:
    """Return the question of each row of a table; none for a table without claims."""
    name = table.id.removeprefix(f"{study.source}.")
    if table.estimates is None:
        return
    if name in (AGENCY_GAPS, DRIVERS):
        yield from (name for _ in table.estimates)
    elif name == CHANGES:
        yield from (f"{name} of {row.term}" for row in table.estimates)
    elif name.startswith(REST_GAPS):
        family = family_of(name.removeprefix(REST_GAPS))
        yield from (f"{family} about {dict(row.group)['agency']}" for row in table.estimates)


def _question(study: Study, name: str, rows: Sequence[tuple[Place, Estimates, int]]) -> Question:
    told = [found[k] for _, found, k in rows]
    return Question(
        name,
        tuple(place for place, _, _ in rows),
        np.array([row.value for row in told]),
        np.array([row.se for row in told]),
        np.array([row.df for row in told]),
        _covariance(study, rows),
    )


def _covariance(study: Study, rows: Sequence[tuple[Place, Estimates, int]]) -> Floats:
    """Return (k, k) of the rows of one table, or of the columns of one question that fill several tables."""
    first = rows[0][1]
    if all(found is first for _, found, _ in rows):
        places = [k for _, _, k in rows]
        return first.covariance[np.ix_(places, places)]
    together = study.gaps[family_of(first[0].group[1][0])]
    at = {row.group: k for k, row in enumerate(together)}
    places = [at[found[k].group] for _, found, k in rows]
    return together.covariance[np.ix_(places, places)]
