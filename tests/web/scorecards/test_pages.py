"""Pages of a scorecard: five steps, every question and measure, and each figure with its uncertainty."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import TestClient

from app.services.scorecards.definitions import STEPS, load_definitions
from app.web.scorecards import handlers

SCHEMA = Path("app/web/scorecards/scorecard.schema.json")
CARD = "/scorecard/river-city"


def visible_text(page: str) -> str:
    """The words of a page as they stand one after the other."""
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", "", page.partition("<body")[2], flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", "<body" + body)).split())


def read(client: TestClient, address: str = CARD, lang: str = "en") -> str:
    answer = client.get(f"{address}?lang={lang}")
    assert answer.status_code == 200
    return visible_text(answer.text)


def test_the_five_steps_hold_every_measure_and_all_17_questions(scorecards: TestClient) -> None:
    page = scorecards.get(f"{CARD}?lang=en").text
    words = read(scorecards)
    assert re.findall(r'<section id="(\w+)" class="source" aria', page) == list(STEPS)
    definitions = load_definitions()
    for measure in definitions.measures.values():
        assert f"{measure.id} {measure.title}" in words
        assert measure.trap in words
    for question in definitions.questions:
        assert question.text in words
    assert words.count("Not yet measured.") > 20


def test_figure_shows_its_quality_its_change_and_its_source(scorecards: TestClient) -> None:
    words = read(scorecards)
    assert "60% 58 to 62%, because counts are rounded" in words
    assert "Q1 2026 · 120 of 200 · higher than in Q4 2025" in words
    assert "Training log. Confirmed by Training office, April 10, 2026." in words
    assert "Target: 90% by 2028. Higher is better." in words
    assert "Definition 1.1, version 1." in words


def test_small_numbers_are_absent_from_the_page(scorecards: TestClient) -> None:
    words = read(scorecards)
    assert "supervisor" in words
    assert "not shown: too few people" in words
    for ending in (".json", ".csv", ""):
        content = scorecards.get(f"{CARD}{ending}").text
        assert not re.search(r"[\"',:> ]4 of 12\b", content)
        assert '"numerator":4' not in content


def test_staff_stand_beside_residents(scorecards: TestClient) -> None:
    words = read(scorecards)
    assert "the police, by race or ethnicity" in words
    assert "groups too small to show are taken together" in words
    assert "all other groups together" in words


def test_answers_and_log_are_shown_in_their_own_language(scorecards: TestClient) -> None:
    page = scorecards.get(f"{CARD}?lang=ar").text
    assert '<span lang="en" dir="ltr">The office of violence prevention, since March.</span>' in page
    assert "The Arabic form came too late." in page
    assert '<html lang="ar" dir="rtl">' in page


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_another_language_has_all_words_of_the_page(scorecards: TestClient, lang: str) -> None:
    words = read(scorecards, lang=lang)
    for english in ("Not yet measured", "Higher is better", "The questions", "because counts are rounded"):
        assert english not in words


def test_frozen_document_fits_its_schema_and_fingerprint(scorecards: TestClient) -> None:
    answer = scorecards.get(f"{CARD}.json")
    stated = answer.json()
    schema = scorecards.get("/api/scorecard.schema.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(stated, schema)
    canonical = json.dumps(stated["scorecard"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == stated["sha256"]
    assert stated["sha256"] in scorecards.get(CARD).text


def test_the_table_holds_every_figure_at_every_time(scorecards: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(scorecards.get(f"{CARD}.csv?lang=es").content.decode("utf-8-sig"))))
    trained = [row for row in rows if row["figure"] == "1.1" and not row["level"]]
    assert [(row["period"], row["value"], row["low"], row["high"]) for row in trained] == [
        ("2025-Q4", "45.0", "43.0", "47.0"),
        ("2026-Q1", "60.0", "58.0", "62.0"),
    ]
    assert trained[0]["title"] == "Personal y contratistas formados para responder al trauma"
    hidden = [row for row in rows if row["level"] == "supervisor"]
    assert [(row["value"], row["withheld"]) for row in hidden] == [("", "too_few")]
    assert {row["unit"] for row in rows if row["figure"] == "1.4" and row["level"] == "white"} >= {
        "gap in points",
        "ratio",
    }


@pytest.mark.usefixtures("noto_fonts")
def test_the_paper_is_tagged_and_holds_the_figures(scorecards: TestClient) -> None:
    for lang in ("en", "ar"):
        answer = scorecards.get(f"{CARD}.pdf?lang={lang}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-1.7")


def test_agency_has_a_scorecard_of_its_own_measures(scorecards: TestClient) -> None:
    assert "Agencies with a scorecard of their own" in read(scorecards)
    words = read(scorecards, f"{CARD}/police")
    assert "1.1 Staff and contractors trained to respond to trauma" in words
    assert "Not yet measured." not in words


def test_communities_are_compared_on_equal_definitions_by_name(scorecards: TestClient) -> None:
    words = read(scorecards, "/scorecards")
    assert "1.1 Staff and contractors trained to respond to trauma" in words
    table = words[words.index("Measures counted in the same way") :]
    assert table.index("Hill Town") < table.index("River City")


def test_front_page_links_scorecards_in_translated_languages(
    scorecards: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "River City: Shared Safety scorecard" in visible_text(scorecards.get("/?lang=en").text)
    monkeypatch.setattr(handlers, "complete_languages", lambda asked: ["en"])
    assert "/scorecard/river-city" not in scorecards.get("/?lang=es").text


@pytest.mark.parametrize("address", ["/scorecard/nowhere", f"{CARD}/health", f"{CARD}?version=9", f"{CARD}?version=x"])
def test_unpublished_scorecard_is_not_found(scorecards: TestClient, address: str) -> None:
    assert scorecards.get(address).status_code == 404


def test_unchanged_page_is_answered_with_304(scorecards: TestClient) -> None:
    first = scorecards.get(CARD)
    again = scorecards.get(CARD, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert scorecards.get(f"{CARD}?version=1").headers["cache-control"] == "public, max-age=86400"


def test_anyone_comments_without_an_account(scorecards: TestClient) -> None:
    page = scorecards.get("/say/river-city?lang=es")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    form = {"about": "1.1", "kind": "dispute", "words": "It is fewer."}
    assert scorecards.post("/say/river-city?lang=en", data={**form, "about": "nothing"}).status_code == 422
    assert scorecards.post("/say/river-city?lang=en", data={**form, "words": " "}).status_code == 422
    assert scorecards.post("/say/river-city?lang=en", data={**form, "words": "x" * 1001}).status_code == 422
    sent = scorecards.post("/say/river-city?lang=en", data=form)
    assert [(each.status_code, each.content) for each in sent.history] == [(303, b"")]
    assert sent.status_code == 200
    assert "Two people read it" in sent.text
    assert "It is fewer." not in scorecards.get("/scorecard/river-city").text
    assert scorecards.get("/say/nowhere").status_code == 404
    many = "&".join(f"a{number}=1" for number in range(30))
    assert scorecards.post("/say/river-city", content=many).status_code == 400
    assert scorecards.post("/say/river-city", content="x" * 50_000).status_code == 413


def test_meetings_and_registers_are_files(scorecards: TestClient) -> None:
    calendar = scorecards.get("/scorecard/river-city/meetings.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.startswith("BEGIN:VCALENDAR\r\n")
    table = scorecards.get("/scorecard/river-city/registers/commitments.csv")
    assert table.text.lstrip("\ufeff").startswith("entry,agency,lang,what,after")
    assert scorecards.get("/scorecard/river-city/registers/nothing.csv").status_code == 404
