"""A report shows the index with and without flagged answers, unless few answers have a flag."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Opened, Response
from app.services.reports import publish as report_publishing
from app.services.reports.samples import to_samples
from app.services.waves.flag_counts import count_flags
from app.settings import Settings
from tests.services.making import ACT
from tests.services.reported import SHORT, make_closed_wave


def publish(engine: Engine, settings: Settings, marked: int, flags: str = "crowd") -> tuple[dict[str, Any], bytes]:
    """The tables by name of a report on 240 answers about two agencies, so many of which carry a flag."""
    slug = make_closed_wave(engine, settings, people=240)
    layout = layout_of(load_survey(SHORT))
    with Session(engine) as session:
        for response in session.exec(select(Response).order_by(Response.key).limit(marked)):
            response.flags = flags
            response.codes = layout.pack(layout.unpack(response.codes) | {"B1": 5, "B2": 5})
        session.commit()
    content = report_publishing.publish_report(engine, slug, ACT).report.content
    sections = json.loads(content)["sections"]
    return {table["id"]: table["rows"] for section in sections for table in section["tables"]}, content


def test_many_flagged_answers_add_an_index_without_them(engine: Engine, settings: Settings) -> None:
    tables, content = publish(engine, settings, marked=100)
    every = {row["domain"]: row["cell"] for row in tables["open-link.index"]}
    clear = {row["domain"]: row["cell"] for row in tables["open-link.index_without_doubtful"]}
    assert len(clear) == 2
    for domain, cell in clear.items():
        whole = every[domain.removesuffix(", quality=clear")]
        assert cell["shown"]
        assert whole["shown"]
        assert cell["value"] < whole["value"]
        assert cell["n"] < whole["n"]
    facts = {name: fact for each in json.loads(content)["sections"] for name, fact in each["facts"].items()}
    assert facts["doubtful"]["value"] == 100


@pytest.mark.parametrize("marked", [0, 1, 3, 9, 15, 40])
def test_few_flagged_answers_leave_the_report_unchanged(engine: Engine, settings: Settings, marked: int) -> None:
    tables, content = publish(engine, settings, marked)
    assert "open-link.index_without_doubtful" not in tables
    assert b"doubtful" not in content
    assert all(row["cell"]["shown"] for row in tables["open-link.index"])


@pytest.mark.parametrize("marked", range(60, 130, 10))
def test_difference_of_both_indices_is_no_small_group(engine: Engine, settings: Settings, marked: int) -> None:
    tables, _ = publish(engine, settings, marked)
    every = {row["domain"]: row["cell"]["n"] for row in tables["open-link.index"]}
    for row in tables.get("open-link.index_without_doubtful", []):
        assert every[row["domain"].removesuffix(", quality=clear")] - row["cell"]["n"] >= 25


def test_quick_answer_is_noted_and_not_doubtful(engine: Engine, settings: Settings) -> None:
    tables, _ = publish(engine, settings, marked=100, flags="quick")
    assert "open-link.index_without_doubtful" not in tables


def test_straight_lines_and_twins_are_found_after_opening() -> None:
    from analysis.report.quality import quality_of
    from app.services.reports.samples import to_plan
    from app.services.waves.plan_file import survey_path

    survey = load_survey(survey_path("community-trust").read_text("utf-8"))
    items = [item for item in survey.items.values() if not item.kind.takes_several]

    def answer(number: int) -> dict[str, int]:
        return {item.code: item.options[(number + place) % len(item.options)].code for place, item in enumerate(items)}

    rated = next(index for index in survey.indices if index.rated)
    line = answer(1) | {code: survey.items[code].options[1].code for facet in rated.facets for code in facet.items}
    codes = tuple(layout_of(survey).pack(x) for x in (answer(0), answer(1), answer(0), line))
    opened = Opened.of([(each, "open link", "", "police", "") for each in codes])
    (sample,) = to_samples(survey, opened, {}, {})
    found = quality_of(sample.table, to_plan("w", survey, ["police"], []))
    assert found.codes.tolist() == [0, 0, 1, 1]


def test_flags_are_counted_in_tens_for_operators(engine: Engine, settings: Settings) -> None:
    slug = make_closed_wave(engine, settings, people=60)
    with Session(engine) as session:
        for place, response in enumerate(session.exec(select(Response))):
            response.flags = "crowd hasty" if place < 9 else "crowd" if place < 38 else ""
        session.commit()
    assert count_flags(engine, slug) == {"crowd": 30, "unproved": None, "trap": None, "hasty": None, "quick": None}
