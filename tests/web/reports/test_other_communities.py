"""A page sets published levels beside those of other communities, and states no difference that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.disclosure import publish
from app.records.database import writing
from app.records.reports import Report
from app.records.waves import get_wave
from app.services.reports.publish import FrozenReport
from app.services.reports.queries import list_beside
from app.services.waves.lifecycle import create_wave
from app.services.waves.plan_file import PlannedAgency
from app.web.pdf_files import PdfFiles
from app.web.reports.handlers import ReportPages
from app.web.reports.other_communities import CommunityStanding, compare_communities, read_standing
from app.web.reports.page_set import ReportContext, read_report
from app.web.reports.rendering import render_other_communities
from app.web.reports.routes import make_routes
from app.web.reports.views import ReportLine
from tests.services.making import ACT, make_plan
from tests.web.reports.making import ADDRESS, OPEN, make_draft, make_frozen, make_words
from tests.web.service import Service

Change = Callable[[CommunityStanding], CommunityStanding]
LOWER = {"police": 38.0, "health": 60.0, "housing": 48.0}


@cache
def make_other(community: str = "lakeside", sources: tuple[str, ...] = (ADDRESS,)) -> FrozenReport:
    report = publish(make_draft(sources, levels=LOWER, wave=f"{community}-2026"), [])
    words = make_words(f"{community.capitalize()} (simulated)")
    return FrozenReport(community, f"{community}-2026", 1, date(2026, 6, 2), report, words)


def standing(frozen: FrozenReport, **changes: Any) -> CommunityStanding:
    found = read_standing(frozen, ADDRESS)
    assert found is not None
    return replace(found, **changes)


def lines(context: ReportContext, *others: CommunityStanding) -> dict[str, tuple[ReportLine, ...]]:
    found = compare_communities(context.main, standing(context.frozen), others)
    assert found is not None
    blocks = found.parts[0].figures[0].blocks
    return {block.heading: block.lines for block in blocks}


def findings(*others: CommunityStanding, agency: str = "River City Police") -> list[str]:
    found = lines(read_report(make_frozen(), "en"), *others)
    return [line.entries[2].words for line in found[agency][1:]]


def test_differences_have_words_and_intervals() -> None:
    assert findings(standing(make_other())) == ["clearly more trust: +9.1"]
    assert findings(standing(make_other()), agency="River City Housing") == ["no clear difference: +0.3"]
    line = lines(read_report(make_frozen(), "en"), standing(make_other()))["River City Police"][1]
    low, high = (float(each) for each in line.entries[2].interval.split(" to "))
    assert low < 9.1 - 1.6 < 9.1 + 1.6 < high


def test_levels_are_those_of_each_report() -> None:
    context = read_report(make_frozen(), "en")
    own, other = lines(context, standing(make_other()))["River City Police"]
    assert (own.entries[0].words, other.entries[0].words) == ("47.1", "38.0")
    assert own.label.startswith("River City")
    assert other.label.startswith("Lakeside")


def reworded(found: CommunityStanding, name: str, text: str) -> CommunityStanding:
    return replace(found, words={lang: {**each, name: text} for lang, each in found.words.items()})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda found: reworded(found, "item.B1", "Do they listen?"), "other words in the question"),
        (lambda found: reworded(found, "item.B1.5", "Completely"), "other answers to choose from"),
        (lambda found: replace(found, wording="another rule"), "answers counted in another way"),
        (lambda found: replace(found, index="ITI points"), "answers counted in another way"),
        (lambda found: replace(found, random=False), "people not picked at random"),
        (lambda found: replace(found, weighted_by=found.weighted_by - {"age"}), "weighted by other things"),
        (
            lambda found: replace(found, weighted_by=found.weighted_by ^ {"to everyone", "to adults"}),
            "weighted by other things",
        ),
    ],
)
def test_community_that_counted_otherwise_is_refused(change: Change, reason: str) -> None:
    assert findings(change(standing(make_other()))) == [f"Not compared: {reason}"]


def test_parts_of_a_city_are_its_own() -> None:
    more = standing(make_other())
    assert {"stratum", "area"}.isdisjoint(more.weighted_by)
    assert "age" in more.weighted_by


def test_open_links_are_never_compared() -> None:
    volunteers = standing(make_other("hilltop", (OPEN,)))
    assert findings(volunteers) == ["Not compared: people not picked at random and weighted by other things"]
    found = compare_communities(
        read_report(replace(make_frozen(), report=make_other("hilltop", (OPEN,)).report), "en").main,
        volunteers,
        [replace(volunteers, community="lakeside")],
    )
    assert found is not None
    assert "argin of" not in str(found)
    entries = [line.entries for block in found.parts[0].figures[0].blocks for line in block.lines]
    assert "clearly" not in str(entries)


def test_many_communities_make_intervals_longer() -> None:
    near = standing(make_other(), cells={"police": replace(standing(make_other()).cells["police"], value=44.8)})
    alone = findings(near)
    many = findings(*[replace(near, community=f"town-{k}") for k in range(12)])
    assert alone[0].startswith("clearly more trust")
    assert {each.partition(":")[0] for each in many} == {"no clear difference"}


def test_made_up_and_real_communities_stand_apart() -> None:
    context = read_report(make_frozen(), "en")
    real = standing(make_other(), names={"en": "Lakeside"})
    assert compare_communities(context.main, standing(context.frozen), [real]) is None


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_page_is_in_the_language_of_its_reader(lang: str) -> None:
    rendered = render_other_communities(read_report(make_frozen(), lang), [standing(make_other())])
    assert rendered is not None
    assert ("clearly more trust" in rendered[0]) is (lang == "en")
    assert ("Beside other communities" in rendered[0]) is (lang == "en")
    assert f'href="/reports/lakeside/lakeside-2026?lang={lang}"' in rendered[0]


def add_town(city: Service, community: str, agency: str, year: int) -> None:
    """Store a report of a round of another community in that year."""
    slug, frozen = f"{community}-{year}", make_other(community)
    plan = make_plan(
        slug=slug,
        community=community,
        community_names={"en": community.capitalize()},
        agencies=(PlannedAgency(agency, {"en": agency}),),
    )
    create_wave(city.engine, plan, ACT)
    with writing(city.engine) as session:
        wave = get_wave(session, slug)
        wave.opened_on = date(year, 3, 1)
        found = Report(
            wave_id=wave.id or 0,
            version=1,
            content=frozen.report.content,
            words=frozen.words,
            sha256=frozen.report.sha256,
            published_on=date(2027 - (year - 2025), 6, 1),  # the earlier round was corrected later
        )
        session.add(found)


def test_only_communities_with_a_same_agency_stand_beside(city: Service) -> None:
    page, link = "/compare/river-city/with/communities", 'href="/compare/river-city/with/communities?lang=en"'
    assert city.client.get(page).status_code == 404
    assert link not in city.client.get("/compare/river-city?lang=en").text
    for community, agency, year in (
        ("lakeside", "police", 2026),
        ("lakeside", "police", 2025),
        ("hilltop", "lab", 2026),
    ):
        add_town(city, community, agency, year)
    assert [each.wave for each in list_beside(city.engine, "river-city")] == ["lakeside-2026"]
    assert list_beside(city.engine, "nowhere") == []
    pages = ReportPages(city.engine, "", PdfFiles(), clock=lambda: 1e6)
    client = TestClient(Starlette(routes=make_routes(pages)))
    assert "Lakeside (simulated)" in client.get(page, params={"lang": "en"}).text
    assert link in client.get("/compare/river-city?lang=en").text
