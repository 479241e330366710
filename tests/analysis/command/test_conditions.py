"""Conditions of a plan: labels of a file or a plan, dates, and numbers beside decimals."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from tests.analysis.command.plans import Desk
from tests.analysis.command.test_cases import estimates

FRAME = pd.DataFrame(
    {
        "sex": [1.0, 2.0, 3.0, 1.0, None],
        "y": [1.0, 2.0, 4.0, 7.0, 9.0],
        "size": [1.0, 2.5, 1.0, 2.5, 3.0],
        "day": pd.to_datetime(["2024-01-31", "2024-02-01", "2023-12-24", None, "2024-03-05"]),
    }
)
LABELS = {"sex": {1: "man", 2: "woman", 3: "woman"}}
STATED = "labels: {sex: {1: man, 2: woman, 3: woman}}\n"


def stored(folder: Path, ending: str) -> str:
    """Write the frame and return the head of its plan, with labels where the format has none."""
    path = folder / f"answers.{ending}"
    write: dict[str, Any] = {
        "sav": lambda: pyreadstat.write_sav(FRAME, str(path), variable_value_labels=LABELS),
        "dta": lambda: pyreadstat.write_dta(FRAME, str(path), variable_value_labels=LABELS),
        "csv": lambda: FRAME.to_csv(path, index=False),
        "xlsx": lambda: FRAME.to_excel(path, index=False),
        "parquet": lambda: FRAME.to_parquet(path),
    }
    write[ending]()
    return f"data: {path.name}\n{'' if ending in ('sav', 'dta') else STATED}"


CONDITIONS = {
    "sex == woman": (3.0, 2),
    "sex == 1": (4.0, 2),
    "sex != woman": (4.0, 2),
    "sex in man, woman": (3.5, 4),
    "size == 1": (2.5, 2),
    "size in 1, 2.5": (3.5, 4),
    "day >= 2024-01-31": (4.0, 3),
    "day < 2024-01-31": (4.0, 1),
    "day > '2024-01-31'": (5.5, 2),
    "day == 2024-02-01": (2.0, 1),
}


@pytest.mark.parametrize("ending", ["sav", "dta", "csv", "xlsx", "parquet"])
def test_conditions_name_labels_and_dates_in_every_format(desk: Desk, ending: str) -> None:
    head = stored(desk.folder, ending)
    for written, expected in CONDITIONS.items():
        assert estimates(desk, f'{head}estimates: [{{mean: y, where: "{written}"}}]\n') == {"y": expected}, written
    whole = f"{head}only: [sex == woman, day > 2023-12-25]\ndesign: {{lonely: remove}}\nestimates: [{{mean: y}}]\n"
    assert estimates(desk, whole) == {"y": (2.0, 1)}


def test_share_of_a_label_has_the_people_with_a_code_as_base(desk: Desk) -> None:
    head = stored(desk.folder, "sav")
    assert estimates(desk, f"{head}estimates: [{{share: sex == woman}}]\n") == {"sex == woman": (0.5, 4)}


def test_code_goes_before_a_label_of_the_same_text(desk: Desk) -> None:
    desk.write("answers.csv", "g,y\n1,1\n2,5\n")
    plan = "data: answers.csv\nlabels: {g: {1: 2, 2: 1}}\nestimates: [{mean: y, where: g == 1}]\n"
    assert estimates(desk, plan) == {"y": (1.0, 1)}


def test_dates_in_another_style_are_refused_with_the_row(desk: Desk) -> None:
    desk.write("answers.csv", "day,y\n2024-01-31,1\n31.12.2024,5\n")
    desk.write("plan.yaml", "data: answers.csv\nestimates: [{mean: y, where: day > 2024-02-01}]\n")
    assert "expected dates such as 2024-01-31 in column 'day', but row 2 holds '31.12.2024'" in desk.refusal()


def test_share_that_no_row_meets_is_noted(desk: Desk) -> None:
    desk.write("answers.csv", "flag,y\nTrue,1\nFalse,5\nTrue,2\n")
    desk.write("plan.yaml", "data: answers.csv\nestimates: [{share: flag == yes}, {share: flag == true}]\n")
    out = desk.run("estimate")[1]
    assert out.count("no row has flag == yes") == 1
    assert "0.6667" in out
    assert "no row has flag == true" not in out


def test_waves_in_words_are_compared_in_time(desk: Desk) -> None:
    desk.write("answers.csv", "wave,y\nSep 2023,1\nJan 2024,2\nApr 2024,4\n,9\n")
    for where, expected in {"wave >= Jan 2024": (3.0, 2), "wave < 2024-02-01": (1.5, 2)}.items():
        head = "data: answers.csv\ndesign: {lonely: remove}\n"
        assert estimates(desk, f"{head}estimates: [{{mean: y, where: {where}}}]\n") == {"y": expected}
    desk.write("plan.yaml", "data: answers.csv\nestimates: [{mean: y, where: wave > wave 3}]\n")
    assert "no known order" in desk.refusal()
