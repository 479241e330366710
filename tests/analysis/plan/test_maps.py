"""A map of a file: missing codes by column, labels, weights, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.errors import AnalysisError
from analysis.report.file_maps import MappedWave, load_map

MAP = """\
data: answers.csv
wave: year
waves: [2024]
source: address-sample
probability: true
agency: police
missing: {items: [9]}
index: {name: trust, items: [q1, q2], low: 1, high: 5, minimum_answered: 1}
items: {q1: [1, 2, 3, 4, 5], q2: [1, 2, 3, 4, 5]}
groups: {sex: sex, district: district}
"""
ROWS = [
    f"2024,{k % 5 + 1},{9 if k % 4 == 0 else (k + 2) % 5 + 1},{k % 10 + 1},{'MF'[k % 2]},{1 + k % 3}" for k in range(40)
]


def mapped(folder: Path, old: str = "", new: str = "") -> MappedWave:
    assert old in MAP
    (folder / "answers.csv").write_text("year,q1,q2,district,sex,w\n" + "\n".join(ROWS) + "\n", encoding="utf-8")
    (folder / "map.yaml").write_text(MAP.replace(old, new, 1) if old else MAP, encoding="utf-8")
    (wave,) = load_map(folder / "map.yaml").values()
    return wave


def test_code_of_the_items_stays_a_district(tmp_path: Path) -> None:
    wave = mapped(tmp_path)
    assert wave.plan.groups["district"] == tuple(str(k) for k in range(1, 11))
    assert int(np.isnan(wave.sample.table.numbers("q2")).sum()) == 10


@pytest.mark.parametrize("key", ["missing", "dont_know"])
def test_one_list_that_meets_a_group_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(AnalysisError, match=f"because column 'district' of the groups holds 9 too.*state {key}: "):
        mapped(tmp_path, "missing: {items: [9]}", f"{key}: [9]")


def test_several_waves_without_their_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="the key 'wave' beside 'waves': the column that holds them"):
        mapped(tmp_path, "wave: year\nwaves: [2024]", "waves: [2023, 2024]")


def test_missing_codes_by_column_leave_that_level_out(tmp_path: Path) -> None:
    wave = mapped(tmp_path, "{items: [9]}", "{items: [9], district: [9, 10]}")
    assert wave.plan.groups["district"] == tuple(str(k) for k in range(1, 9))


def test_weights_of_the_file_are_used(tmp_path: Path) -> None:
    from analysis.report.weighting import weigh

    wave = mapped(tmp_path, "agency: police", "agency: police\nweight: w")
    study = weigh(wave.sample, wave.plan)
    assert study.design.weights.tolist() == [float(1 + k % 3) for k in range(40)]


REFUSED = [
    ("waves: [2024]", "waves: [2023]", "expected a wave '2023' in column 'year', but the file has '2024'"),
    ("waves: [2024]\n", "", "expected the key 'waves' beside 'wave'"),
    ("data: answers.csv\n", "", "expected the key 'data'"),
    ("agency: police", "agency: police\nweight: sex", "expected numbers in column 'sex'"),
    ("sex: sex", "sex: gender", "expected a column named 'gender'"),
    ("items: {q1", "items: {sex", "expected numbers in column 'sex', but row 1 holds 'M' (line 2)"),
]


@pytest.mark.parametrize(("old", "new", "expected"), REFUSED)
def test_map_that_cannot_be_followed_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        mapped(tmp_path, old, new)
    assert expected in str(refused.value)


def test_map_without_waves_is_one_wave(tmp_path: Path) -> None:
    assert mapped(tmp_path, "wave: year\nwaves: [2024]\n", "").plan.wave == "all"


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_value_labels_of_the_file_name_the_groups(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame({"year": [2024.0] * 4, "q1": [1.0, 2, 3, 4], "q2": [1.0, 2, 3, 4], "sex": [1.0, 2, 2, 3]})
    write = {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta}[ending]
    write(frame, str(tmp_path / f"a.{ending}"), variable_value_labels={"sex": {1: "man", 2: "woman", 3: "other"}})
    text = MAP.replace("answers.csv", f"a.{ending}").replace(", district: district", "")
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    assert load_map(tmp_path / "map.yaml")["2024"].plan.groups["sex"] == ("man", "woman", "other")
