"""Make small reports from figures in this file, and protect and freeze them through the disclosure gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from analysis.disclosure import (
    Catalogue,
    DraftFact,
    DraftReport,
    DraftSection,
    DraftTable,
    PublishedReport,
    Rules,
    publish,
)
from analysis.intervals.interval import Interval
from analysis.results import Estimate, Estimates
from app.questionnaire.loading import freeze, load_survey
from app.records.communities import Agency, Community
from app.services.common.report_names import Words, report_words
from app.services.reports.publish import FrozenReport
from app.services.waves.plan_file import survey_path

ADDRESS, OPEN = "address-sample", "open-link"
LANGUAGES = ("en", "es", "ar")
COMMUNITY = {
    "en": "River City (simulated)",
    "es": "Ciudad del Río (datos simulados)",
    "ar": "مدينة النهر (بيانات محاكاة)",
}
AGENCIES = {
    "police": {"en": "River City Police", "es": "Policía de Ciudad del Río", "ar": "شرطة مدينة النهر"},
    "health": {"en": "River City Clinics", "es": "Clínicas de Ciudad del Río", "ar": "عيادات مدينة النهر"},
    "housing": {"en": "River City Housing", "es": "Vivienda de Ciudad del Río", "ar": "مكتب إسكان مدينة النهر"},
}
AGES, SPOKEN = ("1", "2", "3", "4"), ("1", "2", "3")
GROUPS: dict[str, tuple[str, ...]] = {"age": AGES, "race_3": ("yes", "no"), "language": SPOKEN}
FACETS = ("fair_treatment", "equal_treatment", "reliability", "openness", "legitimacy")
FIELDED = "2026-03-01/2026-04-15"

Rows = Iterable[tuple[str, str, float, float, int]]  # group, term, value, half an interval, people


def make_estimates(rows: Rows, statistic: str = "mean") -> tuple[Estimates, tuple[str, ...], tuple[int, ...]]:
    found = list(rows)
    estimates = tuple(
        Estimate((), term, value, half / 1.96, Interval(value - half, value + half, 0.95, "t"), 200.0, n, 0.8 * n)
        for _, term, value, half, n in found
    )
    covariance = np.full((len(found), len(found)), np.nan)
    return Estimates(statistic, estimates, covariance, 200), tuple(row[0] for row in found), tuple(r[4] for r in found)


def make_table(source: str, name: str, kind: Any, rows: Rows, **options: Any) -> DraftTable:
    """A table whose groups are named within their source."""
    estimates, groups, counts = make_estimates(rows)
    domains = tuple(f"source={source}, {group}".removesuffix(", ") for group in groups)
    if "against" in options:
        options["against"] = tuple(
            None if group is None else f"source={source}, {group}".removesuffix(", ") for group in options["against"]
        )
    return DraftTable(f"{source}.{name}", name, kind, counts, estimates, domains, **options)


def make_catalogue(sources: Sequence[str]) -> Catalogue:
    crossings = [("source", "agency"), *(("source", group) for group in GROUPS)]
    crossings += [("source", "agency", group) for group in GROUPS]
    return Catalogue.of({"source": sources, "agency": tuple(AGENCIES), **GROUPS}, crossings=crossings)


def members(group: str, of: int) -> dict[str, int]:
    """How many of the people of an agency are in each level."""
    parts = {"age": (0.2, 0.3, 0.3, 0.2), "race_3": (0.25, 0.75), "language": (0.76, 0.22, 0.02)}[group]
    counts = [round(part * of) for part in parts]
    counts[0] += of - sum(counts)
    return dict(zip(GROUPS[group], counts, strict=True))


def headline_tables(source: str, people: int, levels: Mapping[str, float]) -> Iterator[DraftTable]:
    def agencies(term: str, shift: float = 0.0) -> Rows:
        return [(f"agency={slug}", term, level + shift, 1.6, people) for slug, level in levels.items()]

    yield make_table(source, "index", "index", agencies("CTI"))
    facets = [row for k, facet in enumerate(FACETS) for row in agencies(f"CTI:{facet}", 3.0 * k - 6)]
    yield make_table(source, "facets", "index", facets)
    others = [
        (f"agency={slug}", f"CTI:{facet}", 3.0 * k - 6, 1.1, people)
        for slug in levels
        for k, facet in enumerate(FACETS)
    ]
    yield make_table(source, "facet_gaps", "gap", others, against=(None,) * len(others), base="facet_gaps")
    pairs = list(combinations(levels, 2))
    gaps = [(f"agency={a}", "CTI", levels[a] - levels[b], 2.7, people) for a, b in pairs]
    yield make_table(source, "agency_gaps", "gap", gaps, against=tuple(f"agency={b}" for _, b in pairs), base="CTI")


def answered_table(base: str, sections: Sequence[DraftSection]) -> DraftTable:
    """How many have a value at all: a public number, so that no group is left over by subtraction."""
    found = {
        domain: n
        for section in sections
        for table in section.tables
        for each, domain, n in zip(table.bases, table.rows, table.counts, strict=True)
        if each == base
    }
    whole = {domain: n for domain, n in found.items() if "," not in domain}
    whole = whole or {domain: n for domain, n in found.items() if domain.count(",") == 1}
    return DraftTable(f"answered {base}", "answered", "count", (sum(whole.values()),), rows=("everyone",), base=base)


def group_tables(source: str, people: int, levels: Mapping[str, float]) -> Iterator[DraftTable]:
    for group in GROUPS:
        stated = [level for level in GROUPS[group] if level != "no"]
        index, gaps, against = [], [], []
        for slug, level in levels.items():
            sizes = members(group, people)
            for k, each in enumerate(stated):
                gap = (-6.4, 1.2, 2.8, 4.9)[k]
                name = f"agency={slug}, {group}={each}"
                index.append((name, "CTI", level + gap, 3.0, sizes[each]))
                gaps.append((name, "CTI", gap, 3.1, sizes[each]))
                against.append(f"agency={slug}")
        yield make_table(source, f"index_by_{group}", "index", index)
        yield make_table(source, f"gaps_by_{group}", "gap", gaps, against=tuple(against), base="CTI")


def change_tables(source: str, people: int) -> Iterator[DraftTable]:
    moves = {"police": (0.9, 2.1), "health": (-4.2, 2.0), "housing": (5.3, 2.2)}
    rows = [(f"agency={slug}", "CTI", move, half, people) for slug, (move, half) in moves.items()]
    rows += [(f"agency={slug}", f"CTI:{FACETS[0]}", move / 2, half, people) for slug, (move, half) in moves.items()]
    yield make_table(source, "changes", "gap", rows, against=(None,) * len(rows))


def other_index_tables(source: str, people: int) -> Iterator[DraftTable]:
    yield make_table(source, "other_indices", "index", [("", "ITI", 53.2, 0.9, people), ("", "HSI", 49.2, 1.0, people)])
    for group in GROUPS:
        sizes = members(group, people)
        rows = [(f"{group}={each}", "HSI", 45.0 + 3 * k, 2.2, sizes[each]) for k, each in enumerate(GROUPS[group])]
        rows = [row for row in rows if not row[0].endswith("=no")]
        yield make_table(source, f"other_indices_by_{group}", "index", rows)


def institution_tables(source: str, people: int) -> Iterator[DraftTable]:
    shares = {"low": 0.42, "neutral": 0.16, "high": 0.39, "dont_know": 0.03}
    rows = [("", f"{code}:band={band}", share, 0.02, people) for code in ("A1", "A2") for band, share in shares.items()]
    yield make_table(source, "institutions", "share", rows)
    means = [("", f"{code}:score", 49.0, 1.2, people) for code in ("A1", "A2")]
    yield make_table(source, "institution_scores", "index", means)
    others = [("", f"{code}:score", gap, 1.3, people) for code, gap in (("A1", -2.4), ("A2", 2.4))]
    yield make_table(source, "institution_gaps", "gap", others, against=(None,) * len(others), base="institution_gaps")


def item_tables(source: str, people: int) -> Iterator[DraftTable]:
    parts = (0.12, 0.23, 0.3, 0.25, 0.1)
    rated = [
        (f"agency={slug}", f"B1:answer={k + 1}", part, 0.03, people)
        for slug in AGENCIES
        for k, part in enumerate(parts)
    ]
    yield make_table(source, "item_B1", "share", rated, base="item_B1")
    scale = [("", f"A1:answer={k}", part, 0.02, people) for k, part in enumerate([0.02, 0.04, *[0.1] * 8, 0.14])]
    yield make_table(source, "item_A1", "share", scale, base="item_A1")
    barriers = [("", f"C5_{k}", part, 0.03, people) for k, part in ((1, 0.21), (2, 0.13), (8, 0.31), (12, 0.29))]
    yield make_table(source, "item_C5", "share", barriers, base="item_C5", sensitive=True)
    stated = [("", "A1", 0.06, 0.01, people), ("", "B1", 0.34, 0.03, people)]
    yield make_table(source, "dont_know", "share", stated)


def share_tables(source: str, people: int) -> Iterator[DraftTable]:
    for name, value, n, sensitive in (
        ("awareness", 0.36, people, False),
        ("language_access", 0.58, 130, False),
        ("reported_to_police", 0.41, 210, True),
    ):
        yield make_table(source, f"share_{name}", "share", [("", name, value, 0.05, n)], sensitive=sensitive)


def respondent_tables(source: str, people: int) -> Iterator[DraftTable]:
    for group in GROUPS:
        sizes = members(group, people)
        for when, move in (("before", 0.0), ("after", 0.03)):
            rows = [
                ("", f"{group}={each}", n / people + move, 0.02, people) for each, n in sizes.items() if each != "no"
            ]
            yield make_table(source, f"composition_{when}_{group}", "share", rows)
    drivers = [("", f"CTI:{facet}", 1.2 - 0.4 * k, 0.5, people) for k, facet in enumerate(FACETS)]
    yield make_table(source, "drivers", "figure", drivers)
    alphas = [("", "alpha", 0.92, 0.01, people), ("language=2", "alpha", 0.64, 0.08, round(people * 0.22))]
    yield make_table(source, "reliability", "figure", alphas)


def make_sections(source: str, people: int, levels: Mapping[str, float]) -> Iterator[DraftSection]:
    random = source == ADDRESS
    facts = [
        DraftFact("respondents", people * len(levels), "count", domain=f"source={source}"),
        DraftFact("probability", "yes" if random else "no", "text"),
        DraftFact("weighted_by", "stratum, age, race_3, language" if random else "age, language", "text"),
        DraftFact("design_effect", 1.19, "constant"),
        DraftFact("weighting_moved", -0.4, "constant"),
        DraftFact("imputed", "A1=47.3", "constant"),
        DraftFact("census_error", 0.12, "constant"),
    ]
    if random:
        facts.append(DraftFact("response_rate", (people * len(levels), 4 * people * len(levels)), "rate"))
        facts.append(DraftFact("response_code", "RR2", "constant"))
        facts += [DraftFact(f"response_rate.{name}", (people, 4 * people), "rate") for name in ("north", "south")]
    evenness = "r_indicator" if random else "pseudo_r"
    for ending, value in (("", 0.63), (".low", 0.58), (".high", 0.69)):
        facts.append(DraftFact(f"{evenness}{ending}", value, "constant"))
    yield DraftSection(f"{source}.method", facts=tuple(facts))
    everyone = people * len(levels)
    for name, tables in {
        "headline": headline_tables(source, people, levels),
        "other_indices": other_index_tables(source, everyone),
        "institutions": institution_tables(source, everyone),
        "groups": group_tables(source, people, levels),
        "items": item_tables(source, people),
        "shares": share_tables(source, everyone),
        "composition": respondent_tables(source, everyone),
        "changes": change_tables(source, people),
    }.items():
        yield DraftSection(f"{source}.{name}", tables=tuple(tables))


LEVELS = {"police": 47.1, "health": 60.2, "housing": 48.3}


# Two waves before: the first asked other questions.
EARLIER = (
    (
        "river-city-2024",
        "2024-03-01/2024-04-15",
        "community-trust 0.9",
        {"police": 44.0, "health": 65.1, "housing": 42.2},
    ),
    (
        "river-city-2025",
        "2025-03-01/2025-04-15",
        "community-trust 1.0",
        {"police": 46.2, "health": 64.4, "housing": 43.0},
    ),
)


def make_draft(
    sources: Sequence[str] = (ADDRESS, OPEN),
    *,
    people: int = 600,
    levels: Mapping[str, float] = LEVELS,
    wave: str = "river-city-2026",
    fielded: str = FIELDED,
    survey: str = "community-trust 1.0",
    earlier: tuple[PublishedReport, ...] = (),
) -> DraftReport:
    codes = " ".join(["A1 A2 B1 C5", "race_3", *(f"{x}" for x in range(13))])
    facts = (
        DraftFact("items", codes, "constant"),
        DraftFact("survey", survey, "constant"),
        DraftFact("contact", "trust@riverside.example", "constant"),
        DraftFact("fielded", fielded, "date"),
        DraftFact("languages", "en, es, ar", "text"),
        DraftFact("population", "Simulated population", "constant"),
        DraftFact("population_year", 2026, "constant"),
        DraftFact("population_universe", "everyone", "constant"),
        DraftFact("population_unused", "education", "constant"),
        DraftFact("agency_chances", "police=33 health=33 housing=34", "constant"),
        DraftFact("open_link_agency", "chosen", "constant"),
        DraftFact("protocol.sponsor", "River City Council", "constant"),
        DraftFact("protocol.list", "Post office list of May 2026", "constant"),
        DraftFact("protocol.selection", "Systematic sample by area", "constant"),
    )
    sections = [DraftSection("method", facts=facts)]
    for source in sources:
        sections += make_sections(source, people, levels)
    bases = sorted({base for section in sections for table in section.tables for base in table.bases})
    answered = tuple(answered_table(base, sections) for base in bases)
    sections[0] = DraftSection("method", tables=answered, facts=facts)
    return DraftReport(wave, "1", make_catalogue(sources), tuple(sections), earlier)


@cache
def make_report(sources: tuple[str, ...] = (ADDRESS, OPEN), people: int = 600) -> PublishedReport:
    return publish(make_draft(sources, people=people), [])


@cache
def make_earlier() -> tuple[PublishedReport, ...]:
    """The reports of the waves before, of an address sample."""
    return tuple(
        publish(make_draft((ADDRESS,), levels=levels, wave=wave, fielded=fielded, survey=survey), [])
        for wave, fielded, survey, levels in EARLIER
    )


@cache
def make_later_report() -> PublishedReport:
    """The report that has waves before it."""
    return publish(make_draft(earlier=make_earlier()), [])


def publish_with(rules: Rules) -> PublishedReport:
    """A report by other rules than ours."""
    return publish(make_draft((OPEN,)), [], rules)


@cache
def make_words(community: str = "") -> Words:
    survey = load_survey(
        freeze(survey_path("community-trust").read_text("utf-8"), {"areas": {1: "North", 2: "South"}}, ())
    )
    names = dict.fromkeys(LANGUAGES, community) if community else COMMUNITY
    agencies = [Agency(community_id=1, slug=slug, names=dict(each)) for slug, each in AGENCIES.items()]
    return report_words(survey, Community(slug="river-city", names=dict(names)), agencies, LANGUAGES)


def make_frozen(
    sources: tuple[str, ...] = (ADDRESS, OPEN), *, version: int = 1, community: str = "", people: int = 600
) -> FrozenReport:
    report = make_report(sources, people)
    return FrozenReport("river-city", "river-city-2026", version, date(2026, 5, 2), report, make_words(community))
