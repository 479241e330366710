"""The four commands on a tiny survey: what they print, in which formats, and what they store."""

import csv
import io
import json

import pytest

from tests.analysis.command.plans import Desk

FIGURES = {"estimate", "se", "low", "high", "interval", "n", "n_effective", "notes"}


def test_every_estimate_carries_all_that_makes_it_readable(desk: Desk) -> None:
    status, out, err = desk.run("estimate", "--format", "json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    tables = [s for s in report["sections"] if s["rows"] and "estimate" in s["rows"][0]]
    assert len(tables) == 5
    assert all(set(row) >= FIGURES for table in tables for row in table["rows"])


def test_every_gap_carries_a_verdict(desk: Desk) -> None:
    status, out, _ = desk.run("gaps", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    gaps = [row for row in rows if row["verdict"]]
    assert status == 0
    assert {row["verdict"] for row in gaps} >= {"no clear change", "no clear difference"}
    assert all(row["se"] and row["n"] and row["interval"] for row in gaps)


def test_table_shows_common_values_once(desk: Desk) -> None:
    _, out, _ = desk.run("estimate")
    assert "95 % interval: wilson" in out
    assert "points from 0 to 100, not percent" in out
    assert "women" in out
    assert "n under 30: not fit for publication" in out


def test_index_shows_missing_scores_and_reliability(desk: Desk) -> None:
    _, out, _ = desk.run("index")
    assert "23 of 24 rows have a score; 1 answered too few items and have none, 1 of them answered nothing" in out
    assert "Index trust by sex" in out
    assert "alpha" in out


def test_ids_that_do_not_name_one_row_are_noted(desk: Desk) -> None:
    desk.write("ids.csv", "case,sex\n7,F\n7,F\n1,M\n,M\n")
    desk.write("plan.yaml", "data: ids.csv\nid: case\nweighting: [{rake: {shares: {sex: {F: 50, M: 50}}}}]\n")
    status, out, err = desk.run("weights")
    assert status == 0
    assert "rows by the id 'case': 1 without one and 2 that share one" in out + err


def test_ids_that_lack_digits_are_refused(desk: Desk) -> None:
    import pandas as pd

    ids = [1.234567890123456e18, 1.234567890123457e18, 3.0, None]
    pd.DataFrame({"case": ids, "sex": list("FFMM")}).to_parquet(desk.folder / "ids.parquet")
    desk.write("plan.yaml", "data: ids.parquet\nid: case\nweighting: [{rake: {shares: {sex: {F: 50, M: 50}}}}]\n")
    status, _, err = desk.run("weights")
    assert status == 2
    assert "expected whole ids in column 'case'" in err


def test_weights_are_stored_and_the_steps_are_shown(desk: Desk) -> None:
    place = desk.folder / "weights.csv"
    status, out, _ = desk.run("weights", "--output", str(place))
    rows = list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))
    assert status == 0
    assert "rake" in out
    assert f"24 weights written to {place}" in out
    total = sum(float(row["weight"]) for row in rows)
    by_sex = sum(float(row["weight"]) for k, row in enumerate(rows) if k % 2 == 0)
    assert by_sex / total == pytest.approx(0.52)
    assert [row["id"] for row in rows][:2] == ["1", "2"]
    assert float(rows[1]["base_weight"]) == 2


def test_another_data_file_can_take_the_place_of_the_plans(desk: Desk) -> None:
    (desk.folder / "answers.csv").rename(desk.folder / "other.csv")
    assert desk.run("estimate", "--data", str(desk.folder / "other.csv"))[0] == 0


def test_output_goes_to_a_file_when_one_is_named(desk: Desk) -> None:
    place = desk.folder / "result.json"
    status, out, _ = desk.run("estimate", "--format", "json", "--output", str(place))
    assert (status, out) == (0, "")
    assert json.loads(place.read_text(encoding="utf-8"))["title"] == "A tiny survey"


STEPS = {
    "poststratify": "poststratify: {totals: {sex: {F: 60, M: 40}}}",
    "crossing": "poststratify: {shares: {sex x wave: {F x 2021: 30, F x 2022: 20, M x 2021: 25, M x 2022: 25}}}",
    "calibrate": "calibrate: {shares: {sex: {F: 52, M: 48}}, amounts: {income: 87000}, distance: raking}",
    "trim": "trim: {upper: 3.5}",
    "classes": "nonresponse: {responded: voted, by: district}",
    "propensity": "nonresponse: {responded: voted, predictors: [sex, income]}",
}


@pytest.mark.parametrize("step", STEPS)
def test_every_weighting_step_can_be_written_in_a_plan(desk: Desk, step: str) -> None:
    old = "rake: {shares: {sex: {F: 52, M: 48}, wave: {2021: 50, 2022: 50}}}"
    desk.change_plan(old, STEPS[step])
    status, out, err = desk.run("weights", "--output", str(desk.folder / "w.csv"))
    assert (status, err) == (0, "")
    assert "Weighting" in out


def test_labels_with_the_same_text_become_one_group(desk: Desk) -> None:
    desk.change_plan("labels: {sex: {F: women, M: men}}", "labels: {wave: {2021: both, 2022: both}}")
    desk.write(
        "plan.yaml",
        (desk.folder / "plan.yaml").read_text().split("estimates:")[0] + "estimates: {mean: a1, by: wave}\n",
    )
    _, out, err = desk.run("estimate", "--format", "json")
    assert err == ""
    assert [row["wave"] for row in json.loads(out)["sections"][-1]["rows"]] == ["both"]


def test_a_filter_keeps_every_psu_and_only_does_not(desk: Desk) -> None:
    desk.write(
        "plan.yaml", "data: answers.csv\ndesign: {psu: block}\nwhere: district == north\nestimates: {mean: income}\n"
    )
    kept = desk.run("estimate")[1]
    desk.write(
        "plan.yaml", "data: answers.csv\ndesign: {psu: block}\nonly: district == north\nestimates: {mean: income}\n"
    )
    dropped = desk.run("estimate")[1]
    assert "24 rows, 6 PSUs" in kept
    assert "12 rows, 3 PSUs" in dropped


def test_replicates_can_be_made_and_give_errors_of_the_same_size(desk: Desk) -> None:
    plain = json.loads(desk.run("estimate", "--format", "json")[1])["sections"][-2]["rows"]
    for way in ("{make: jkn}", "{make: bootstrap, count: 300, seed: 4}"):
        desk.change_plan("psu: block}", f"psu: block, replicates: {way}}}")
        status, out, err = desk.run("estimate", "--format", "json")
        assert (status, err) == (0, "")
        rows = json.loads(out)["sections"][-2]["rows"]
        assert [row["estimate"] for row in rows] == pytest.approx([row["estimate"] for row in plain])
        assert [row["se"] for row in rows] == pytest.approx([row["se"] for row in plain], rel=0.6)


def test_replicates_can_be_columns_of_the_file(desk: Desk) -> None:
    lines = ["y,w,r1,r2,r3", "1,1,0,1.5,1.5", "2,1,1.5,0,1.5", "3,1,1.5,1.5,0"]
    desk.write("answers.csv", "\n".join(lines) + "\n")
    plan = (
        "data: answers.csv\ndesign: {weights: w, replicates: {columns: COLUMNS, method: JK1}}\nestimates: {mean: y}\n"
    )
    desk.write("plan.yaml", plan.replace("COLUMNS", "r*"))
    row = json.loads(desk.run("estimate", "--format", "json")[1])["sections"][-1]["rows"][0]
    assert row["se"] == pytest.approx(0.57735, rel=1e-4)
    desk.write("plan.yaml", plan.replace("COLUMNS", "s*"))
    assert "but found none" in desk.refusal()
