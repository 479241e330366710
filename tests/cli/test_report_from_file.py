"""`commontrust report from-file`: a report from an own file and a map, which no small group shows in."""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path

import pytest

from app.cli.reports import FROM_FILE
from tests.cli.conftest import Run

MAP = """\
about:
  community: River City
  title: Resident Survey
  collection: The city sent a letter to addresses drawn at random.
source: address-sample
probability: true
agency: police
weight: w
missing: {items: [9], sex: [3]}
labels:
  sex: {1: Women, 2: Men}
  q1: {1: Never, 2: Rarely, 3: Sometimes, 4: Often, 5: Always}
index: {name: police, items: [q1, q2, q3], low: 1, high: 5, minimum_answered: 2}
items: {q1: [1, 2, 3, 4, 5]}
groups: {sex: sex}
names: {police: Police, q1: The police treat people fairly., w: the weights of the city}
"""


def write(folder: Path, text: str = MAP, rows: int = 300) -> tuple[str, str]:
    """Write a file of fixed answers and a map; women answer higher and count twice."""
    draw = random.Random(7)
    lines = ["q1,q2,q3,sex,w,age"]
    for number in range(rows):
        sex = 3 if number % 60 == 0 else 1 + number % 2
        answers = [9 if draw.random() < 0.03 else min(5, draw.randint(1, 5) + (sex == 1)) for _ in range(3)]
        lines.append(",".join(map(str, [*answers, sex, 2 if sex == 1 else 1, 1 + number % 3])))
    (folder / "answers.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "map.yaml").write_text(text, "utf-8")
    return str(folder / "answers.csv"), str(folder / "map.yaml")


def shown(folder: Path, table: str) -> dict[str, object]:
    """The cells of a table of the frozen document by group."""
    document = json.loads((folder / "report.json").read_bytes())
    tables = [each for section in document["sections"] for each in section["tables"] if each["id"].endswith(table)]
    return {row["domain"]: row["cell"].get("value") for each in tables for row in each["rows"]}


def test_all_files_of_a_report_are_written(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    code, said, _ = run("report", "from-file", *write(tmp_path), "--output", str(folder))
    assert code == 0
    assert "all: 300 rows, weighted by column w; 2 figures are hidden." in said
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".html", ".json", ".pdf"]
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    page = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text("utf-8"))
    for words in ("River City", "The police treat people fairly.", "Sometimes", "Women", "addresses drawn at random"):
        assert words in page
    assert "sealed and mixed" not in page
    assert "not weighted" not in page


def test_weights_and_missing_codes_enter_the_figures(run: Run, tmp_path: Path) -> None:
    paths, folder = write(tmp_path), tmp_path / "report"
    assert run("report", "from-file", *paths, "--output", str(folder), "--format", "json")[0] == 0
    scores, weights = [], []
    for row in csv.DictReader(Path(paths[0]).read_text().splitlines()):
        answers = [int(row[item]) for item in ("q1", "q2", "q3") if row[item] != "9"]
        if len(answers) >= 2:
            scores.append(25 * (sum(answers) / len(answers) - 1))
            weights.append(int(row["w"]))
    mean = sum(score * weight for score, weight in zip(scores, weights, strict=True)) / sum(weights)
    (value,) = shown(folder, ".index").values()
    assert value == pytest.approx(mean, abs=0.051)


def test_small_groups_are_hidden_in_a_file_report(run: Run, tmp_path: Path) -> None:
    text = MAP.replace("sex: [3]", "sex: []").replace("2: Men}", "2: Men, 3: Another}")
    folder = tmp_path / "report"
    said = run("report", "from-file", *write(tmp_path, text), "--output", str(folder), "--format", "json")[1]
    assert not said.endswith("; 0 figures are hidden.")
    assert b'"sex=Another"' in (folder / "report.json").read_bytes()
    document = json.loads((folder / "report.json").read_bytes())
    cells = [
        row["cell"]
        for section in document["sections"]
        for table in section["tables"]
        for row in table["rows"]
        if "sex=Another" in row["domain"]
    ]
    assert cells
    assert not any(cell["shown"] for cell in cells)


def test_a_report_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    made = ("report", "from-file", *write(tmp_path), "--format", "json", "--output", str(tmp_path / "report"))
    assert run(*made)[0] == 0
    code, _, said = run(*made)
    assert (code, "this file exists; choose another folder" in said) == (2, True)


def test_an_earlier_report_hides_five_changed_people(run: Run, tmp_path: Path) -> None:
    paths = write(tmp_path)
    made = ("report", "from-file", *paths, "--format", "json", "--output")
    assert run(*made, str(tmp_path / "first"))[0] == 0
    Path(paths[0]).write_text("\n".join(Path(paths[0]).read_text().splitlines()[:-5]) + "\n")
    alone = run(*made, str(tmp_path / "alone"))[1]
    together = run(*made, str(tmp_path / "together"), "--earlier", str(tmp_path / "first" / "report.json"))[1]
    assert "; 2 figures are hidden." in alone
    assert "; 17 figures are hidden." in together, together
    # Without the earlier report's women, its everyone minus these men are five people of unknown sex and three others.
    assert list(shown(tmp_path / "alone", ".index_by_sex").values()).count(None) == 1
    assert set(shown(tmp_path / "together", ".index_by_sex").values()) == {None}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("  collection:", "  population:", "about: expected collection"),
        ("address-sample", "letter", "expected one of 'address-sample', 'open-link'"),
        ("address-sample", "open-link", "expected false beside the source 'open-link'"),
        ("sex: [3]", "gender: [3]", "Expected a column named 'gender'"),
        ("q1: [1, 2, 3, 4, 5]", "q1: [1, 2, 3]", "or other codes that are no options"),
        ("groups: {sex", "groups: {agency", "expected a name other than 'agency'"),
        ("groups: {sex", "groups: {q1", "Expected another name for the group 'q1'"),
        ("weight: w", "weight: weights", "Expected a column named 'weights'"),
        ("items: [9]", "items: []", "q1: 4 answers with 9 or other codes that are no options"),
        ("low: 1, high: 5", "low: 1, high: 4", "Expected answers of item 'q1' from 1 to 4"),
    ],
)
def test_a_map_that_cannot_be_followed_exits_2(run: Run, tmp_path: Path, before: str, after: str, problem: str) -> None:
    assert before in MAP
    paths = write(tmp_path, MAP.replace(before, after))
    code, _, said = run("report", "from-file", *paths, "--output", str(tmp_path / "report"), "--format", "html")
    assert (code, problem in said, (tmp_path / "report").exists()) == (2, True, False), said


def test_the_map_in_the_help_makes_a_report(run: Run, tmp_path: Path) -> None:
    example = FROM_FILE.split("\b\n")[1]
    paths = write(tmp_path, "\n".join(line.removeprefix("  ") for line in example.splitlines()))
    assert run("report", "from-file", *paths, "--output", str(tmp_path / "report"), "--format", "html")[0] == 0


def test_the_map_of_the_guide_makes_a_report(run: Run, tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "own-data.md"
    (example,) = (block for block in guide.read_text("utf-8").split("```\n") if block.startswith("about:"))
    folder = tmp_path / "report"
    assert run("report", "from-file", *write(tmp_path, example), "--output", str(folder), "--format", "html")[0] == 0
    page = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text("utf-8"))
    for words in ("Adults who live in River City.", "65 or older", "weighted by the weights of the city"):
        assert words in page


def test_the_form_of_a_text_file_comes_from_the_map(run: Run, tmp_path: Path) -> None:
    paths = write(tmp_path, MAP + 'data: {file: elsewhere.csv, separator: "|"}\n')
    Path(paths[0]).write_text(Path(paths[0]).read_text().replace(",", "|"))
    assert run("report", "from-file", *paths, "--output", str(tmp_path / "report"), "--format", "json")[0] == 0
