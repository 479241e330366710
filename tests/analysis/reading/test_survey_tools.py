"""Exports of survey tools are read as they are."""

from pathlib import Path

import numpy as np
import pytest

from analysis.reading import load_data, read_grid
from tests.analysis.reading.tables import CASES, read, values_of


def test_three_header_lines_of_qualtrics_are_no_answers() -> None:
    data = load_data(CASES / "qualtrics.csv")
    assert values_of(data, "Q2") == ["North", "South", "North"]
    assert data.table.numbers("Q1_1").tolist() == [4, 2, 3]
    assert data.questions["Q1_2"] == "How much, line break - Court"
    assert data.notes == ("header lines of Qualtrics on lines 2 and 4",)


def test_qualtrics_without_import_ids_loses_its_texts(tmp_path: Path) -> None:
    data = read(tmp_path, "StartDate,ResponseId,Q1\nStart Date,Response ID,Trust?\n2024-01-02,R_1,4\n")
    assert data.table.numbers("Q1").tolist() == [4]


@pytest.mark.parametrize(
    "content",
    [
        "StartDate,ResponseId,Q1\nFecha de inicio,ID de respuesta,¿Confía?\n2024-01-02,R_1,4\n2024-01-03,R_2,5\n",
        "V1,V2,Q1\nResponseID,ResponseSet,Trust?\nR_1,Default,4\nR_2,Default,5\n",
        "V1;V8;Q1\nResponseID;StartDate;Vertrauen?\nR_1;2014-01-02;4\nR_2;2014-01-02;5\n",
    ],
    ids=["in Spanish", "old", "old with semicolons"],
)
def test_second_line_of_qualtrics_is_no_answer(tmp_path: Path, content: str) -> None:
    data = read(tmp_path, content)
    assert data.table.numbers("Q1").tolist() == [4, 5]
    assert "a header line of Qualtrics on line 2" in data.notes


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("q1,q2,area\nHow much do you trust?,How safe?,Part of the city\n4,3,N\n5,1,S\n2,2,N\n", "q1"),
        ("pay;age\nUSD;years\n4,5;3\n5,5;4\n6,5;5\n", "pay"),
        ("q1\tq2\n你信任警察吗\t你住在哪里呢\n4\t3\n5\t\n2\t2\n1\t1\n", "q2"),
    ],
    ids=["questions", "units", "Chinese"],
)
def test_words_above_numbers_are_a_header_line(tmp_path: Path, content: str, column: str) -> None:
    data = read(tmp_path, content)
    assert "a second header line (words above numbers) on line 2" in data.notes
    assert not np.isnan(data.table.numbers(column)).all()
    assert column in data.questions


@pytest.mark.parametrize(
    "content",
    [
        "q1,q2,area\nrefused,refused,N\n4,3,N\n5,1,S\n2,2,N\n",
        "q1,q2,area\nnever,sometimes,north\n4,3,north\n5,1,south\n2,2,north\n",
        "q1,area\nnever asked,north\n4,south\n5,south\n2,west\n",
        "q1,q2\nnever,sometimes\n4,3\n5,1\n",
    ],
    ids=["one word", "a level of others", "one column", "few numbers"],
)
def test_first_person_with_words_stays_a_row(tmp_path: Path, content: str) -> None:
    data = read(tmp_path, content)
    assert data.table.rows == content.count("\n") - 1


def test_two_header_lines_of_surveymonkey_become_one(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        "Respondent ID,Start Date,How much do you trust?,,,Any comment?,Sex\n"
        ",,Police,Court,Schools,Open-Ended Response,Response\n"
        '11,2024-01-02,4,5,3,"good, yes",F\n12,2024-01-02,4,,,,M\n',
    )
    assert data.table.names[2:] == (
        "How much do you trust? - Police",
        "How much do you trust? - Court",
        "How much do you trust? - Schools",
        "Any comment?",
        "Sex",
    )
    assert data.table.numbers("How much do you trust? - Police").tolist() == [4, 4]


def test_table_with_an_empty_first_cell_keeps_its_first_row(tmp_path: Path) -> None:
    assert read(tmp_path, "id,sex,score\n,F,1\n2,M,2\n").table.rows == 2


def test_limesurvey_question_that_was_not_shown_is_missing(tmp_path: Path) -> None:
    data = read(tmp_path, '"id";"G1Q1[SQ001]";"G1Q1[SQ002]";"sex"\n"1";"Y";"";"F"\n"2";"N/A";"N/A";"M"\n')
    assert values_of(data, "G1Q1[SQ001]") == ["Y", None]


def test_kobo_shows_its_questions_with_several_answers(tmp_path: Path) -> None:
    data = read(tmp_path, "services;services/police;services/fire;sex\npolice fire;1;1;F\nfire;0;1;M\n;;;F\n")
    assert data.multiple == {"services": ("police", "fire")}


def test_redcap_and_google_forms_are_read_as_they_are(tmp_path: Path) -> None:
    redcap = read(tmp_path, "record_id,svc___1,svc___2,form_complete\n1,1,0,2\n2,0,0,2\n")
    assert redcap.table.names == ("record_id", "svc___1", "svc___2", "form_complete")
    forms = read(tmp_path, '"Timestamp","Which do you trust?"\n"1/2/2024 3:04:05","Police, Court"\n')
    assert values_of(forms, "Which do you trust?") == ["Police, Court"]


def test_grid_serves_tables_of_operators() -> None:
    content = "sep=;\r\nVariable;Level;Share\r\ngender;man;48,5%\r\ngéndre;woman;51,5%\r\n;;\r\n".encode("latin-1")
    grid = read_grid(content, "population.csv")
    assert grid.header == ("Variable", "Level", "Share")
    assert list(grid.rows)[1] == (4, {"Variable": "géndre", "Level": "woman", "Share": "51,5%"})
    assert grid.notes[0].startswith("encoding cp1252")
