"""The command reports each fault of a plan or its data in one sentence, with status 2 and without a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.command.plans import Desk, answers

ROOT = Path(__file__).parents[3]


def test_missing_data_file_is_refused(desk: Desk) -> None:
    (desk.folder / "answers.csv").unlink()
    assert "answers.csv', but found nothing there" in desk.refusal()


def test_directory_instead_of_a_file_is_refused(desk: Desk) -> None:
    assert "but found a directory" in desk.refusal("estimate", "--data", str(desk.folder))


def test_missing_plan_and_directory_as_plan_are_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run("estimate", plan="nothing.yaml")[0] == 2
    status, _, err = desk.run("estimate", plan=".")
    assert status == 2
    assert "found a directory" in err


@pytest.mark.parametrize(
    "change",
    [
        ("{mean: trust, by: sex}\n  - {share", "{mean: trust, by: region}\n  - {share"),
        ("strata: district", "strata: region"),
        ("items: [a1, a2, a3]", "items: [a1, a2, region, a3]"),
        ("{total: income}", "{total: region}"),
        ("{total: income}", "{total: income, where: region == 4}"),
        ("missing: {all: [9]}", "missing: {region: [9]}"),
        ("sex: {F: 52, M: 48}", "region: {F: 52, M: 48}"),
    ],
)
def test_unknown_column_is_refused_with_the_known_ones(desk: Desk, change: tuple[str, str]) -> None:
    desk.change_plan(*change)
    assert "expected a column named 'region', but the table has 'id', 'district'" in desk.refusal()


def test_text_in_place_of_numbers_is_refused(desk: Desk) -> None:
    desk.write("answers.csv", answers().replace("1,north,1,1,F,2021,1,1,1", "1,north,1,1,F,2021,often,1,1"))
    assert "expected numbers in column 'a1', but row 1 holds 'often'" in desk.refusal()


@pytest.mark.parametrize(("weight", "found"), [("-2", "negative ones in 1 row"), ("", "missing ones in 1 row")])
def test_negative_and_missing_weights_are_refused(desk: Desk, weight: str, found: str) -> None:
    desk.write("answers.csv", answers().replace("1,north,1,1,F", f"1,north,1,{weight},F", 1))
    assert f"expected weights of zero or more in column 'w', but found {found}" in desk.refusal()


def test_one_psu_in_a_stratum_is_refused(desk: Desk) -> None:
    desk.write("answers.csv", answers().replace(",south,5", ",south,4").replace(",south,6", ",south,4"))
    assert "stratum 'south' at stage 1 has one; choose a lonely PSU rule" in desk.refusal()


def test_empty_group_is_refused(desk: Desk) -> None:
    desk.change_plan("{total: income}", "{total: income, where: district == west}")
    assert "expected at least one row with a value in the rows that meet the filter, but found none" in desk.refusal()


def test_column_without_a_value_is_refused(desk: Desk) -> None:
    lines = answers().splitlines()
    desk.write("answers.csv", "\n".join([lines[0], *(line.rsplit(",", 1)[0] + "," for line in lines[1:])]) + "\n")
    assert "expected" in desk.refusal()


def test_margin_without_respondents_is_refused(desk: Desk) -> None:
    desk.change_plan("sex: {F: 52, M: 48}", "sex: {F: 51, M: 48, X: 1}")
    assert "expected respondents in 'sex' = X" in desk.refusal("weights", "--output", str(desk.folder / "w.csv"))
    assert not (desk.folder / "w.csv").exists()


def test_level_without_a_target_is_refused(desk: Desk) -> None:
    desk.change_plan("sex: {F: 52, M: 48}", "sex: {F: 100}")
    assert "expected a target for each level of 'sex'" in desk.refusal()


def test_margin_shares_that_sum_to_106_are_refused(desk: Desk) -> None:
    desk.change_plan("sex: {F: 52, M: 48}", "sex: {F: 58, M: 48}")
    assert "to sum to 100 %, but they sum to 106 %" in desk.refusal()


def test_target_shares_that_sum_to_106_are_refused(desk: Desk) -> None:
    desk.change_plan("percent: {women: 51, men: 49}", "percent: {women: 57, men: 49}")
    assert "expected shares that sum to 100 percent (give or take 0.5), but they sum to 106.0" in desk.refusal("gaps")


def test_broken_yaml_is_refused_with_its_line(desk: Desk) -> None:
    desk.change_plan("weighting:", "weighting: [")
    assert "line 9: expected a plan in YAML" in desk.refusal()


def test_repeated_key_in_a_plan_is_refused(desk: Desk) -> None:
    desk.change_plan("id: id", "id: id\nid: wave")
    assert "line 4: expected each key once" in desk.refusal()


def test_unknown_key_is_refused_with_the_likely_one(desk: Desk) -> None:
    desk.change_plan("estimates:", "estimate:")
    err = desk.refusal()
    assert "line 10: expected one of 'title', 'data'" in err
    assert "but found the unknown key 'estimate' (did you mean 'estimates'?)" in err


def test_all_problems_of_a_plan_are_listed_by_line(desk: Desk) -> None:
    changed = desk.write(
        "plan.yaml",
        "data: 7.csv\ndesign: {weights: [w], nest: maybe}\nestimates:\n"
        "  - {mean: a, by: }\n  - {median: x}\n  - {mean: trust, level: 95}\n",
    )
    status, out, err = desk.run("estimate")
    lines = err.splitlines()
    assert (status, out) == (2, "")
    assert [line.split(", ")[1].split(":")[0] for line in lines] == ["line 2", "line 2", "line 4", "line 5", "line 6"]
    assert all(line.startswith(str(changed)) for line in lines)
    assert "expected true or false in 'design.nest', but found 'maybe'" in err
    assert "a confidence level between 0 and 1" in err


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{total: income}", "{total: income, interval: wilson}", "expected one of 't', 'normal'"),
        ("{total: income}", "{total: income, where: sex F}", "expected a condition such as 'age >= 65'"),
        (
            "{total: income}",
            "{total: income, where: income > lots}",
            "expected a number or a date such as 2024-01-31 or Jan 2024 after >",
        ),
        ("{total: income}", "{total: income, mean: income}", "together"),
        ("{ratio: [income, w]}", "{ratio: income}", "expected two columns"),
        ("p: [0.25, 0.5]", "p: 50", "between 0 and 1, such as 0.5, but got 50"),
        ("{mean: trust, between: sex}", "{mean: trust}", "expected what to compare"),
        ("{total: income}", "{share: voted, levels: perhaps}", "but 'voted=perhaps' was asked for"),
        ("reversed: [a3]", "reversed: [a4]", "expected reversed items to be among the items"),
        ("low: 1", "low: 5", "low end is below its high end"),
        ("- rake: {shares:", "- rake: {share:", "(did you mean 'shares'?)"),
        ("- rake:", "- ranking:", "expected one weighting step"),
        ("strata: district", "lonely: ignore", "expected one of 'error', 'remove'"),
        ("data: answers.csv", "data: {file: answers.csv, separator: x}", "the separator to be one of"),
    ],
)
def test_wrong_word_in_a_plan_is_refused(desk: Desk, old: str, new: str, expected: str) -> None:
    desk.change_plan(old, new)
    status, out, err = desk.run("estimate")
    assert (status, out) == (2, "")
    assert expected in err


def test_answers_off_the_scale_are_refused(desk: Desk) -> None:
    desk.change_plan("high: 5", "high: 4")
    assert "expected answers of item 'a1' from 1 to 4 or a declared missing code, but got 5" in desk.refusal()


def test_plan_without_a_command_section_is_refused(desk: Desk) -> None:
    desk.write("plan.yaml", "data: answers.csv\n")
    assert "expected a section 'estimates' in the plan" in desk.refusal("estimate")
    assert "expected a section 'index'" in desk.refusal("index")
    assert "expected a section 'gaps' or 'representation'" in desk.refusal("gaps")
    assert "expected a section 'weighting'" in desk.refusal("weights")


@pytest.mark.parametrize("content", ["", "just words\n", "- a\n- b\n", "7\n", "\x00\x01"])
def test_plan_of_another_structure_is_refused(desk: Desk, content: str) -> None:
    desk.write("plan.yaml", content)
    assert "expected" in desk.refusal()


def test_plan_of_binary_bytes_is_refused(desk: Desk) -> None:
    desk.write("plan.yaml", bytes(range(128, 256)))
    assert "expected a plan in YAML, as UTF-8 text" in desk.refusal()


def test_utf_16_with_semicolons_is_read_like_any_other(desk: Desk) -> None:
    plain = desk.run("estimate")
    desk.write("answers.csv", answers().replace(",", ";").encode("utf-16"))
    status, out, err = desk.run("estimate")
    assert (status, out, "") == plain
    assert err == "note: read 'answers.csv': encoding utf-16; separated by ';'\n"


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 40, b"id,w\n1,2,3\n"])
def test_empty_binary_and_ragged_files_are_refused(desk: Desk, content: bytes) -> None:
    desk.write("answers.csv", content)
    desk.refusal()


def test_unwritable_output_path_is_refused(desk: Desk) -> None:
    assert "cannot be done" in desk.refusal("estimate", "--output", str(desk.folder / "no" / "where.csv"))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analysis", *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.slow
def test_command_line_ends_with_status_2_and_a_sentence(desk: Desk) -> None:
    found = run("estimate", str(desk.folder / "nothing.yaml"))
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    wrong = run("guess", str(desk.folder / "plan.yaml"))
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


@pytest.mark.slow
def test_help_shows_an_example() -> None:
    for words in (["--help"], ["gaps", "--help"]):
        found = run(*words)
        assert found.returncode == 0
        assert "python -m analysis estimate trust.yaml" in found.stdout
        assert "reversed: [a3]" in found.stdout


def test_contrast_of_a_range_that_is_no_label_is_refused(desk: Desk) -> None:
    desk.change_plan("contrasts: {women less men: {women: 1, men: -1}}", 'contrasts: {odd: "35+ - 18-34"}')
    assert "found no label in '35+ - 18-34'" in desk.refusal("gaps")


def test_contrast_of_waves_by_number_is_answered(desk: Desk) -> None:
    desk.change_plan(
        "by: sex, contrasts: {women less men: {women: 1, men: -1}}", 'by: wave, contrasts: {x: "2022-2021"}'
    )
    status, out, _ = desk.run("gaps")
    assert status == 0
    assert "Contrasts in the mean of trust by wave" in out


def test_codes_that_match_no_row_are_noted(desk: Desk) -> None:
    assert "match no row" not in "".join(desk.run("estimate")[1:])
    desk.change_plan(
        "missing: {all: [9]}\nlabels: {sex: {F: women, M: men}}",
        "missing: {all: [9, 77], a1: [88], sex: [X]}\nlabels: {sex: {F: women, M: men, D: diverse}}",
    )
    shown = "".join(desk.run("estimate")[1:])
    assert "codes of the plan match no row: missing 77 in all, 88 in a1, X in sex; labels D in sex" in shown
