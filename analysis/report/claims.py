"""Judge the claims of a report: all its differences, changes and links, as one family by source.

A question holds claims that are read together: the groups of one variable for one agency, all pairs of agencies, the
changes of the index in all agencies, those of its facets, the facets of all agencies, the institutions, the drivers.
Details are one question each, however many they are, so that they cost the main comparisons little. The procedure of
Benjamini and Bogomolov (2014):

1. One overall test by question: the p-value of its largest |t| under the joint covariance of its claims.
2. The procedure of Benjamini and Hochberg (1995) at 5 % over the m questions of the source selects R of them, from
   p-values over weights w (Genovese, Roeder and Wasserman 2006): all four questions of details together weigh as much
   as one of those that the summary states. Weights have the mean 1.
3. Within a selected question the intervals hold together at the level 1 - 0.05 w R / m, by the critical value of the
   largest |t|: the intervals of Benjamini and Yekutieli (2005) for what was selected. A claim is clear when its
   interval leaves out zero. A question was selected for its largest |t|, so at least one of its claims is clear.
4. Within any other question intervals hold together at 95 %, and nothing is clear.

Where nothing differs, a report makes a false claim with a chance of at most 5 % if the questions are independent or
positively dependent; the mean share of selected questions with a false claim is at most 5 % too. Statistics of
different questions are correlated with either sign, for which there is no proof. ``make truth`` estimates both
rates; the correction of Benjamini and Yekutieli (2001) for any dependence would cost a factor of
1 + 1/2 + ... + 1/m, about 4, against nothing that is measurable. Against an F test as the overall test, the largest |t|
is made for the usual difference: that of one group.

Only figures that are shown are claims. A source whose people were not drawn at random makes no claims.

References
----------
Hothorn, Bretz and Westfall (2008), Biometrical Journal 50; Benjamini and Bogomolov (2014), JRSS B 76; Benjamini and
Yekutieli (2005), JASA 100; Genovese, Roeder and Wasserman (2006), Biometrika 93.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Claims, DraftTable, Judgement, Place, Verdict
from analysis.multiplicity import adjusted_p_values
from analysis.report.contrasts import FACET_GAPS, INSTITUTION_GAPS
from analysis.report.indices import AGENCY_GAPS, CHANGES, REST_GAPS
from analysis.report.respondents import DRIVERS
from analysis.report.rest import family_of
from analysis.report.scores import is_facet
from analysis.report.study import Study
from analysis.results import Estimates
from analysis.simultaneous import critical_value, largest_p_value

Floats = NDArray[np.float64]

RATE = 0.05  # false discoveries among the questions of a source, and the error of the intervals of one question
OF_FACETS = f"{CHANGES} of facets"
DETAILS = (DRIVERS, FACET_GAPS, INSTITUTION_GAPS, OF_FACETS)  # questions that no summary states


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

    @property
    def correlation(self) -> Floats:
        """(k, k) of the claims."""
        return np.asarray(self.covariance / np.outer(self.errors, self.errors))

    @property
    def df(self) -> float:
        """The degrees of freedom of all claims together: the fewest of any."""
        return float(self.freedom.min())

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
        weights = weights_of([each.name for each in asked])
        selected = _selected(asked, weights) if self.may_claim else np.zeros(len(asked), bool)
        errors = np.where(selected, np.minimum(RATE * weights * selected.sum() / len(asked), RATE), RATE)
        judged: dict[Place, Judgement] = {}
        for each, error, is_selected in zip(asked, errors.tolist(), selected.tolist(), strict=True):
            found = _judgements(each, error, is_selected, self.may_claim)
            judged |= dict(zip(each.places, found, strict=True))
        return judged


def weights_of(names: Sequence[str]) -> Floats:
    """Return (m,) weights of questions by their names, with the mean 1: a detail has a quarter of that of others.

    Examples
    --------
    >>> weights_of(["age about police", "drivers"]).tolist()
    [1.6, 0.4]
    """
    weights = np.array([1 / len(DETAILS) if name in DETAILS else 1.0 for name in names])
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def _selected(asked: Sequence[Question], weights: Floats) -> NDArray[np.bool_]:
    """(m,) the questions with a clear answer."""
    p = [largest_p_value(each.values / each.errors, each.correlation, each.df) for each in asked]
    weighted = np.minimum(np.array(p) / weights, 1.0)
    return np.asarray((adjusted_p_values(weighted, "bh") <= RATE) & (np.array(p) <= RATE))


def _judgements(question: Question, error: float, is_selected: bool, may_claim: bool) -> Iterator[Judgement]:
    critical = critical_value(question.correlation, question.df, 1 - error)
    for value, se in zip(question.values.tolist(), question.errors.tolist(), strict=True):
        clear = is_selected and abs(value) > critical * se
        yield Judgement(_verdict(clear, value) if may_claim else None, value - critical * se, value + critical * se)


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
    if name in (AGENCY_GAPS, DRIVERS, FACET_GAPS, INSTITUTION_GAPS):
        yield from (name for _ in table.estimates)
    elif name == CHANGES:
        yield from (OF_FACETS if is_facet(row.term) else f"{name} of {row.term}" for row in table.estimates)
    elif name.startswith(REST_GAPS):
        family = family_of(name.removeprefix(REST_GAPS))
        yield from (f"{family} about {dict(row.group)['agency']}" for row in table.estimates)


def _question(study: Study, name: str, rows: Sequence[tuple[Place, Estimates, int]]) -> Question:
    stated = [found[k] for _, found, k in rows]
    return Question(
        name,
        tuple(place for place, _, _ in rows),
        np.array([row.value for row in stated]),
        np.array([row.se for row in stated]),
        np.array([row.df for row in stated]),
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
