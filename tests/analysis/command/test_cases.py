"""Files that once gave a wrong number or a traceback, through the command line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.analysis.command.plans import Desk

CASES = Path(__file__).parents[1] / "reading" / "cases"


def estimates(desk: Desk, plan: str) -> dict[str, tuple[float, int]]:
    """Estimate and n by group and term of the last table."""
    desk.write("plan.yaml", plan)
    status, out, err = desk.run("estimate", "--format", "json")
    assert status == 0, err
    rows: list[dict[str, Any]] = json.loads(out)["sections"][-1]["rows"]
    return {
        " ".join(map(str, list(row.values())[: list(row).index("estimate")])): (row["estimate"], row["n"])
        for row in rows
    }


def bring(desk: Desk, name: str) -> None:
    shutil.copy(CASES / name, desk.folder / name)


def test_na_in_a_text_column_is_missing_and_noted(desk: Desk) -> None:
    bring(desk, "na-in-text.csv")
    found = estimates(desk, "data: na-in-text.csv\nestimates: [{share: sex}]\n")
    assert found == {"sex=F": (pytest.approx(0.6), 5), "sex=M": (pytest.approx(0.4), 5)}
    assert "read as missing: 'NA' in sex (1)" in desk.run("estimate")[2]


def test_na_can_stay_a_level(desk: Desk) -> None:
    bring(desk, "na-in-text.csv")
    plan = "data: {file: na-in-text.csv, missing_words: []}\nestimates: [{share: sex}]\n"
    assert estimates(desk, plan)["sex=NA"] == (pytest.approx(1 / 6), 6)


def test_header_lines_of_qualtrics_are_no_levels(desk: Desk) -> None:
    bring(desk, "qualtrics.csv")
    found = estimates(desk, "data: qualtrics.csv\nestimates: [{share: Q2}]\n")
    assert found == {"Q2=North": (pytest.approx(2 / 3), 3), "Q2=South": (pytest.approx(1 / 3), 3)}


@pytest.mark.parametrize("form", ["thousands.csv", "{file: thousands.csv, decimal: ','}"])
def test_thousands_beside_a_decimal_comma(desk: Desk, form: str) -> None:
    bring(desk, "thousands.csv")
    assert estimates(desk, f"data: {form}\nestimates: [{{mean: pay}}]\n") == {"pay": (1825, 2)}


def test_wrong_decimal_sign_is_advised_with_the_line(desk: Desk) -> None:
    bring(desk, "thousands.csv")
    desk.write("plan.yaml", "data: {file: thousands.csv, decimal: '.'}\nestimates: [{mean: weight}]\n")
    stated = desk.refusal()
    assert "row 1 holds '0,75' (line 2); state decimal: ',' under data" in stated


def test_mixed_points_under_a_decimal_comma_are_refused(desk: Desk) -> None:
    desk.write("answers.csv", "id;pay;w\n1;1.25;0,5\n2;2.400;1,5\n")
    desk.write("plan.yaml", "data: answers.csv\nestimates: [{mean: pay}]\n")
    assert "expected numbers in column 'pay', but row 1 holds '1.25' (line 2)" in desk.refusal()


@pytest.mark.parametrize("code", ["12_1", "inf", "nanx", "١٢"])
def test_code_is_never_used_as_a_number(desk: Desk, code: str) -> None:
    desk.write("answers.csv", f"id,y\n1,5\n2,{code}\n")
    desk.write("plan.yaml", "data: answers.csv\nestimates: [{mean: y}]\n")
    assert f"row 2 holds '{code}' (line 3)" in desk.refusal()


@pytest.mark.parametrize("name", ["far.dta", "far.sav"])
def test_dates_beyond_the_calendar_leave_the_rest(desk: Desk, name: str) -> None:
    bring(desk, name)
    assert estimates(desk, f"data: {name}\nestimates: [{{mean: s}}]\n") == {"s": (1.5, 2)}


def test_named_index_of_parquet_forms_groups(desk: Desk) -> None:
    frame = pd.DataFrame({"score": [1, 2, 3, 4]}, index=pd.Index(["a", "a", "b", "b"], name="district"))
    frame.to_parquet(desk.folder / "indexed.parquet")
    found = estimates(desk, "data: indexed.parquet\nestimates: [{mean: score, by: district}]\n")
    assert found == {"a score": (1.5, 2), "b score": (3.5, 2)}


def test_booleans_with_null_have_shares(desk: Desk) -> None:
    pq.write_table(pa.table({"voted": [True, None, False, True]}), desk.folder / "votes.parquet")
    found = estimates(desk, "data: votes.parquet\nestimates: [{share: voted}]\n")
    assert found["voted=True"] == (pytest.approx(2 / 3), 3)


@pytest.mark.parametrize("first", [1234567890123456700, 7])
def test_weights_keep_ids_as_they_came(desk: Desk, first: int) -> None:
    ids = [str(first + k).zfill(3) for k in range(60)]
    desk.write("people.csv", "case,sex\n" + "".join(f"{x},{'F' if k % 3 else 'M'}\n" for k, x in enumerate(ids)))
    plan = "data: people.csv\nid: case\nweighting: [{rake: {shares: {sex: {F: 50, M: 50}}}}]\n"
    desk.write("plan.yaml", plan)
    status, out, _ = desk.run("weights")
    assert status == 0
    assert [line.split(",")[0] for line in out.splitlines()] == ["case", *ids]
    assert not list(desk.folder.glob("*weights*"))


def test_weights_keep_ids_that_look_like_numbers(desk: Desk) -> None:
    ids = ["1.50", "+2", "1e2", "NA"]
    rows = "".join(f"{x},{'FM'[k % 2]}\n" for k, x in enumerate(ids))
    desk.write("people.csv", "case,sex\n" + rows)
    desk.write("plan.yaml", "data: people.csv\nid: case\nweighting: [{rake: {shares: {sex: {F: 50, M: 50}}}}]\n")
    out = desk.run("weights")[1]
    assert [line.split(",")[0] for line in out.splitlines()][1:] == ids


WAVES = "".join(
    f"{wave},{level + k},{'F' if k % 2 else 'M'}\n"
    for wave, level in (("Jan 2024", 50), ("Sep 2023", 40), ("Apr 2024", 60))
    for k in (-1, 0, 1)
)


def changes(desk: Desk, plan: str) -> list[tuple[str, str, float, str]]:
    desk.write("plan.yaml", plan)
    status, out, err = desk.run("gaps", "--format", "json")
    assert status == 0, err
    rows = json.loads(out)["sections"][-1]["rows"]
    return [(row["against"], row["of"], row["difference"], row["verdict"]) for row in rows]


@pytest.mark.parametrize("order", ["", ", order: [Sep 2023, Jan 2024, Apr 2024]"])
def test_waves_named_in_words_rise_in_time(desk: Desk, order: str) -> None:
    desk.write("answers.csv", "wave,y,sex\n" + WAVES)
    found = changes(desk, f"data: answers.csv\ngaps: [{{mean: y, waves: wave{order}}}]\n")
    assert found == [
        ("Sep 2023", "Jan 2024", pytest.approx(10), "clear rise"),
        ("Jan 2024", "Apr 2024", pytest.approx(10), "clear rise"),
    ]


def test_waves_follow_the_order_of_the_plan(desk: Desk) -> None:
    desk.write("answers.csv", "wave,y\nbefore,1\nbefore,3\nafter,5\nafter,7\n")
    plan = "data: answers.csv\nORDERgaps: [{mean: y, waves: wave}]\n"
    given = changes(desk, plan.replace("ORDER", "order: {wave: [before, after]}\n"))
    assert given[0][:3] == ("before", "after", pytest.approx(4))


@pytest.mark.parametrize("names", [("before", "after"), ("2023", "Mar 2023"), ("3/4/2023", "4/3/2023")])
def test_waves_without_an_order_in_time_are_refused(desk: Desk, names: tuple[str, str]) -> None:
    first, second = names
    desk.write("answers.csv", f"wave,y\n{first},1\n{first},3\n{second},5\n{second},7\n")
    desk.write("plan.yaml", "data: answers.csv\ngaps: [{mean: y, waves: wave}]\n")
    assert "give their order, the earliest first: order: {wave: [...]}" in desk.refusal("gaps")


def test_order_that_lacks_a_wave_is_refused(desk: Desk) -> None:
    desk.write("answers.csv", "wave,y\nbefore,1\nbefore,3\nafter,5\nafter,7\n")
    desk.write("plan.yaml", "data: answers.csv\ngaps: [{mean: y, waves: wave, order: [before]}]\n")
    assert "leaves out 'after'" in desk.refusal("gaps")


def test_waves_with_labels_follow_their_codes(desk: Desk) -> None:
    desk.write("answers.csv", "wave,y\n2,5\n2,7\n1,1\n1,3\n")
    plan = "data: answers.csv\nlabels: {wave: {1: spring, 2: autumn}}\ngaps: [{mean: y, waves: wave}]\n"
    assert changes(desk, plan)[0][:3] == ("spring", "autumn", pytest.approx(4))


def test_share_of_a_condition_has_answers_as_base(desk: Desk) -> None:
    desk.write("answers.csv", "y,sex\n6,F\n7,M\n5,F\n,F\n")
    assert estimates(desk, "data: answers.csv\nestimates: [{share: y >= 6}]\n") == {"y >= 6": (pytest.approx(2 / 3), 3)}
    both = estimates(desk, "data: answers.csv\nestimates: [{share: [y >= 6, sex == F]}]\n")
    assert both == {"y >= 6 and sex == F": (pytest.approx(1 / 3), 3)}
    assert estimates(desk, "data: answers.csv\nestimates: [{share: y >= 9}]\n") == {"y >= 9": (0, 3)}


def test_design_effect_of_a_share_is_shown(desk: Desk) -> None:
    desk.change_plan("{share: voted, interval: wilson}", "{share: voted, deff: true}")
    rows = json.loads(desk.run("estimate", "--format", "json")[1])["sections"]
    assert any("deff" in row for section in rows for row in section["rows"])


@pytest.mark.parametrize("written", ["income >= 30 and sex == F", "sex == F or sex == M", "sex == F & income > 2"])
def test_joined_conditions_are_refused_with_the_list(desk: Desk, written: str) -> None:
    desk.change_plan("{total: income}", f'{{total: income, where: "{written}"}}')
    assert "conditions that must all hold are a list, such as [age >= 30, sex == F]" in desk.refusal()


def test_several_answers_have_respondents_as_base(desk: Desk) -> None:
    desk.write("kobo.csv", "svc;svc/police;svc/fire\npolice fire;1;1\nfire;0;1\n;;\npolice;1;0\n")
    expected = {"svc=police": (pytest.approx(2 / 3), 3), "svc=fire": (pytest.approx(2 / 3), 3)}
    assert estimates(desk, "data: kobo.csv\nestimates: [{share: svc}]\n") == expected
    plan = "data: kobo.csv\nmultiple: {svc: {separator: ' '}}\nestimates: [{share: svc}]\n"
    assert estimates(desk, plan) == expected
    plan = "data: kobo.csv\nmultiple: {all: {columns: svc/*}}\nestimates: [{share: all}]\n"
    assert estimates(desk, plan) == {term.replace("svc", "all"): x for term, x in expected.items()}


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ("Oui,Non;Non,Non;Non,Oui", ""),
        ("NO,YES;NO,NO;YES,NO", ""),
        ("1,2;2,2;2,1", ", no: [2]"),
        ("J,K;K,K;K,J", ", no: K"),
    ],
)
def test_options_that_were_not_chosen_are_no_answers(desk: Desk, cells: str, key: str) -> None:
    desk.write("options.csv", "q_a,q_b\n" + cells.replace(";", "\n") + "\n")
    plan = f"data: options.csv\nmultiple: {{q: {{columns: q_*{key}}}}}\nestimates: [{{share: q}}]\n"
    assert estimates(desk, plan) == {f"q={option}": (pytest.approx(1 / 3), 3) for option in "ab"}


@pytest.mark.parametrize("cells", ["1,2;2,2;2,1", "Yes,No;No,No;No,Unsure;Unsure,Yes", "1,1;2,"])
def test_options_with_unclear_cells_are_refused(desk: Desk, cells: str) -> None:
    desk.write("options.csv", "q_a,q_b\n" + cells.replace(";", "\n") + "\n")
    desk.write("plan.yaml", "data: options.csv\nmultiple: {q: {columns: q_*}}\nestimates: [{share: q}]\n")
    assert "state the cells of options that were not chosen" in desk.refusal()


def test_words_of_one_option_are_no_second_kind_of_cell(desk: Desk) -> None:
    desk.write("options.csv", "id,q_a,q_other\n1,1,my aunt\n2,1,\n3,,a friend\n4,,\n")
    plan = "data: options.csv\nmultiple: {q: {columns: q_*}}\nestimates: [{share: q}]\n"
    assert estimates(desk, plan) == {f"q={option}": (pytest.approx(2 / 3), 3) for option in ("a", "other")}


@pytest.mark.parametrize(
    ("moe", "found"),
    [("{women: -555555555, men: 1.0}", "a negative code"), ("{women: 1.0}", "other groups: 'men'")],
)
def test_unknown_margin_is_never_an_exact_share(desk: Desk, moe: str, found: str) -> None:
    desk.change_plan("moe: {women: 1.0, men: 1.0}", f"moe: {moe}")
    assert found in desk.refusal("gaps")
