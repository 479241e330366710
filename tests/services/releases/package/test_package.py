"""A whole package: the same bytes each time, a fingerprint for each file, scripts that agree, one language per file."""

from __future__ import annotations

import json
import math
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.paths import SURVEYS
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.services.releases.package.about import to_about
from app.services.releases.package.codebook import format_count, write_codebook
from app.services.releases.package.files import PackedFile, store_files
from app.services.releases.package.package import SUMS, plan_package
from app.services.releases.package.questionnaire import write_questionnaire, write_rule
from app.services.releases.package.study import Change
from app.services.releases.package.versions import choose_version, digest_variables
from tests.programs import require
from tests.services.releases.package.making import LANGUAGES, make_data, make_study
from tests.services.releases.package.readers import run_python, run_r

SURVEY = SURVEYS / "community-trust" / "survey.yaml"


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(SURVEY.read_text("utf-8"))


@pytest.fixture(scope="module")
def package(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[PackedFile, ...]]:
    folder = tmp_path_factory.mktemp("package")
    return folder, store_files(folder, plan_package(make_data(), survey))


def test_a_second_package_is_the_first_byte_for_byte(
    package: tuple[Path, tuple[PackedFile, ...]], survey: Survey, tmp_path: Path
) -> None:
    assert store_files(tmp_path, plan_package(make_data(), survey)) == package[1]


def test_every_file_has_its_fingerprint_as_sha256sum_reads_it(package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    folder, files = package
    require("sha256sum")
    checked = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    stated = {line.partition(":")[0] for line in checked.stdout.splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert stated | {SUMS} == there == {file.path for file in files}


def test_each_language_has_its_files(package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    by_language = {
        lang: sorted(file.role for file in package[1] if file.language == lang) for lang in (*LANGUAGES, None)
    }
    assert all(by_language[lang] == by_language["en"] for lang in LANGUAGES)
    assert by_language["en"] == ["codebook", "data", "data", "questionnaire", "report"]


@pytest.mark.slow
def test_the_scripts_in_r_and_python_agree(package: tuple[Path, tuple[PackedFile, ...]], tmp_path: Path) -> None:
    folder, _ = package
    in_r = run_r(f'setwd("{folder}")\nsource("scripts/headline.R")', tmp_path)
    in_python = run_python(folder / "scripts" / "headline.py", folder)
    rows = [[line.split(",") for line in text.split()] for text in (in_r, in_python)]
    assert len(rows[0]) == len(rows[1]) == 2
    for one, other in zip(*rows, strict=True):
        assert one[:2] == other[:2]
        for a, b in zip(map(float, one[2:]), map(float, other[2:]), strict=True):
            assert math.isfinite(a)
            assert a == pytest.approx(b, abs=1e-6)


@pytest.mark.slow
def test_the_scripts_keep_kinds_of_sample_apart(survey: Survey, tmp_path: Path) -> None:
    data = make_data()
    ours = data.weights[0]
    two = (replace(ours, source_code=1), replace(ours, source="open-link", source_code=2))
    store_files(tmp_path, plan_package(replace(data, weights=two), survey))
    in_r = run_r(f'setwd("{tmp_path}")\nsource("scripts/headline.R")', tmp_path)
    assert in_r == run_python(tmp_path / "scripts" / "headline.py", tmp_path)
    assert [line.split(",")[:2] for line in in_r.split()] == [
        ["address-sample", "1"], ["address-sample", "2"], ["open-link", "1"], ["open-link", "2"],
    ]  # fmt: skip


def test_stata_script_names_each_replicate_and_its_multiplier(package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    text = (package[0] / "scripts" / "headline.do").read_text("utf-8")
    assert text.count("jkrweight(") == 20
    assert "multiplier(0.95)" in text
    assert "source ==" not in text
    assert 'use "data/river-city-2026.en.dta"' in text


# --- pages


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_fixed_sentences_are_english_in_no_other_language(survey: Survey, lang: str) -> None:
    ours = [text for (_, text), _ in load_catalog(lang, "data").messages.items() if len(text) > 12 and "{" not in text]
    data = make_data(60)
    for page in (write_codebook(data, lang), write_questionnaire(survey, data.study, lang)):
        text = re.sub(r'<bdi lang="en".*?</bdi>', "", page.decode())
        assert f'<html lang="{lang}"' in text
        assert [sentence for sentence in ours if sentence in text] == []


def test_codebook_shows_rounded_counts_and_no_small_ones() -> None:
    page = write_codebook(make_data(400, seed=1), "en").decode()
    numbers = [int(found) for found in re.findall(r'<td class="number">(\d+)</td></tr>', page)]
    assert numbers
    assert all(number % 5 == 0 and number >= 10 for number in numbers)
    assert [format_count(n, "en") for n in (0, 9, 12, 13)] == ["fewer than 10", "fewer than 10", "10", "15"]


def test_the_questionnaire_shows_every_question_with_its_codes(survey: Survey) -> None:
    page = write_questionnaire(survey, make_study(), "en").decode()
    for code in survey.items:
        assert f'<bdi class="name">{code}</bdi>' in page
    assert "Asked only where D1 = 1, 2, 3, 4, 5" in page


def test_conditions_are_written_in_signs(survey: Survey) -> None:
    rule = survey.items["D7"].show_if
    assert rule is not None
    assert "D6_1 = 3, 4" in write_rule(rule)


# --- versions


def test_version_follows_the_kind_of_change() -> None:
    before = {"age": "1", "B1": "2"}
    assert choose_version(None, {}, before) == ("1.0.0", "first")
    assert choose_version("1.0.0", before, before) == ("1.0.1", "patch")
    assert choose_version("1.0.1", before, {**before, "B2": "3"}) == ("1.1.0", "minor")
    assert choose_version("1.1.0", before, {**before, "age": "9"}) == ("2.0.0", "major")
    assert choose_version("1.1.0", before, {"age": "1"}) == ("2.0.0", "major")


def test_the_order_of_records_changes_no_version() -> None:
    data = make_data(50)
    turned = replace(data, columns={name: column[::-1] for name, column in data.columns.items()})
    assert digest_variables(data) == digest_variables(turned)


def test_changes_are_listed_newest_first(survey: Survey, tmp_path: Path) -> None:
    changes = (Change("1.0.0", date(2026, 5, 2), "First."), Change("1.0.1", date(2026, 6, 1), "Words."))
    data = replace(make_data(50), study=make_study(changes=changes))
    store_files(tmp_path, plan_package(data, survey))
    assert (tmp_path / "CHANGES.txt").read_text() == "1.0.1 (2026-06-01)\n  Words.\n\n1.0.0 (2026-05-02)\n  First.\n"


def test_facts_of_the_release_page_are_json(package: tuple[Path, tuple[PackedFile, ...]]) -> None:
    about = to_about(make_data(), package[1])
    assert json.loads(json.dumps(about)) == about
    assert [each["name"] for each in about["variables"]][:3] == ["source", "agency", "age"]
    assert about["replicates"] == 20
