"""The table and the schema of a report: tidy, safe to open, and true of real documents."""

from __future__ import annotations

import copy
import csv
import io
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.common.formula_guard import guard
from app.web.reports.csv_export import COLUMNS, to_csv
from app.web.reports.handlers import SCHEMA
from tests.web.reports.making import ADDRESS, LANGUAGES, OPEN, make_frozen, make_report, make_words

# Spelled out here: taken from the code, the list would agree with whatever the code holds.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_bytes()))


def read_table(lang: str = "en") -> list[dict[str, str]]:
    frozen = make_frozen()
    return list(csv.DictReader(io.StringIO(to_csv(frozen.report.document, frozen.words, lang).decode("utf-8-sig"))))


def find(rows: list[dict[str, str]], **wanted: str) -> dict[str, str]:
    found = [row for row in rows if wanted.items() <= row.items()]
    assert len(found) == 1
    return found[0]


def test_the_table_has_one_row_for_each_figure_shown_or_withheld() -> None:
    rows = read_table()
    figures = [
        row
        for table in make_report().tables
        if "answered" not in table.title and table.id != "counted"
        for row in table.rows
    ]
    assert len(rows) == len(figures)
    assert sum(row["withheld"] != "" for row in rows) == len(make_report().document["withheld"])
    assert list(rows[0]) == list(COLUMNS)


def test_row_holds_every_detail_of_its_figure() -> None:
    row = find(read_table(), table="gaps_by_age", source=ADDRESS, agency="police", group="age=1")
    assert row == {
        "section": "groups", "table": "gaps_by_age", "source": ADDRESS, "agency": "police", "group": "age=1",
        "term": "CTI", "against": "source=address-sample, agency=police",
        "label": "River City Police · 18 to 29 · Community Trust Index",
        "value": "-6.4", "low": "-9.5", "high": "-3.3", "se": "1.6", "n": "120", "n_effective": "95",
        "unit": "points", "interval": "sampling", "flags": "", "withheld": "", "verdict": "lower",
            "wave": "river-city-2026",
    }  # fmt: skip


def test_a_withheld_row_holds_the_reason_and_no_number() -> None:
    row = find(read_table(), table="index_by_language", source=OPEN, agency="police", group="language=3")
    assert row["withheld"] == "too_few"
    assert [row[name] for name in ("value", "low", "high", "se", "n", "n_effective")] == [""] * 6


def test_labels_are_in_the_language_and_numbers_are_not() -> None:
    tables = {lang: read_table(lang) for lang in LANGUAGES}
    labels = {lang: find(rows, table="item_C5", source=OPEN, term="C5_8")["label"] for lang, rows in tables.items()}
    assert (
        labels["es"]
        == "¿Cuáles de estas cosas podrían hacer que usted no pidiera ayuda a una agencia pública? · El idioma"
    )
    assert len(set(labels.values())) == 3
    assert len({tuple(row["value"] for row in rows) for rows in tables.values()}) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_in_words_keep_their_names_for_programs(lang: str) -> None:
    frozen = make_frozen()
    plain, worded = (
        to_csv(frozen.report.document, frozen.words, lang, in_words=each).decode("utf-8-sig").splitlines()
        for each in (False, True)
    )
    columns = next(csv.reader([worded[0]]))
    assert [name.rpartition(" (")[2].removesuffix(")") for name in columns] == list(COLUMNS)
    assert len({name.rpartition(" (")[0] for name in columns}) == len(COLUMNS)
    assert worded[1:] == plain[1:]


def test_open_links_are_separate_from_random_samples() -> None:
    kinds = {(row["source"], row["interval"]) for row in read_table() if row["interval"]}
    assert kinds == {(ADDRESS, "sampling"), (OPEN, "modelled")}


@given(st.text(min_size=1) | st.builds("{}{}".format, st.sampled_from(FORMULA), st.text()))
def test_no_text_is_ever_a_formula(text: str) -> None:
    guarded = guard(text)
    assert isinstance(guarded, str)
    assert not guarded.startswith(FORMULA)
    assert guarded.removeprefix("'") == text.removeprefix("'")


def test_hostile_community_name_gives_no_formula() -> None:
    words = copy.deepcopy(make_words())
    words["en"]["agency.police"] = '=HYPERLINK("http://example.org")'
    table = to_csv(make_report().document, words, "en").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_real_documents_fit_the_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)
    for report in (make_report(), make_report((OPEN,)), make_report((ADDRESS,), 120)):
        assert list(VALIDATOR.iter_errors(json.loads(report.content))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("audit"),
        lambda document: document.update(schema="commontrust/report/2"),
        lambda document: document.update(extra=1),
        lambda document: document["audit"].update(recovered=1),
        lambda document: document["withheld"].append({"table": "x", "domain": "y", "term": "z", "reason": "mood"}),
        lambda document: document["sections"][2]["tables"][0]["rows"][0]["cell"].update(shown=False),
        lambda document: document["sections"][2]["tables"][0]["rows"][0]["cell"].pop("n"),
        lambda document: document["sections"][0]["facts"]["fielded"].update(value="in spring"),
    ],
)
def test_schema_refuses_invalid_reports(spoil: Any) -> None:
    document = json.loads(make_report().content)
    spoil(document)
    assert list(VALIDATOR.iter_errors(document))
