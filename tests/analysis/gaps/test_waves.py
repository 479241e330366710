"""Waves stand in the order of time: given, by number, by date, or as the column shows them; never by alphabet."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Design, mean
from analysis.errors import AnalysisError
from analysis.frames import Factor
from analysis.gaps import wave_changes
from analysis.gaps.order import in_time
from analysis.results import Estimates

ROUNDS = np.repeat([40.0, 50.0, 60.0], 6) + np.tile([-2, -1, 0, 0, 1, 2], 3)


def by_wave(names: list[str], *, shuffled: bool = False) -> Estimates:
    wave = np.repeat(np.array(names, object), 6)
    rows = np.random.default_rng(1).permutation(18) if shuffled else np.arange(18)
    return mean(Design.of({"y": ROUNDS[rows], "wave": wave[rows]}), "y", by="wave")


TIMES = [
    ["Sep 2023", "Jan 2024", "Apr 2024"],
    ["September 2023", "January 2024", "April 2024"],
    ["2023 Sept.", "2024 Jan.", "2024 Apr."],
    ["Sep-23", "Jan-24", "Apr-24"],
    ["2", "10", "100"],
    ["wave 2", "wave 10", "wave 11"],
    ["W1", "W2", "W10"],
    ["2. Welle", "9. Welle", "10. Welle"],
    ["Q4 2023", "Q1 2024", "Q2 2024"],
    ["4Q 2022", "1Q 2023", "2Q 2023"],
    ["2023-9", "2023-10", "2024-1"],
    ["2023.9", "2023.10", "2024.1"],
    ["9/2023", "10/2023", "1/2024"],
    ["28.9.2023", "3.1.2024", "1.4.2024"],
    ["9/28/2023", "1/13/2024", "4/1/2024"],
    ["5 December 2023", "12 January 2024", "1 April 2024"],
    ["December 5, 2023", "January 12, 2024", "April 1, 2024"],
    ["2023-12-05", "2024-01-12", "2024-04-01"],
    ["2019/20", "2020/21", "2021/22"],
]


@pytest.mark.parametrize("names", TIMES, ids=lambda names: names[0])
def test_wave_changes_follow_numbers_and_dates(names: list[str]) -> None:
    changes = wave_changes(by_wave(names, shuffled=True), "wave")
    assert [(row.of, row.against) for row in changes] == [(names[1], names[0]), (names[2], names[1])]
    assert {row.verdict for row in changes} == {"clear rise"}
    assert changes[0].notes == ()


@pytest.mark.parametrize(
    "names", [["start", "end", "after"], ["Sep 23", "Jan 24", "Apr 24"], ["spring", "may", "fall"]]
)
def test_wave_changes_show_the_columns_order_with_a_note(names: list[str]) -> None:
    changes = wave_changes(by_wave(names), "wave")
    assert [(row.of, row.against) for row in changes] == [(names[1], names[0]), (names[2], names[1])]
    assert changes[0].notes == (f"the waves stand in the order in which the column shows them: {', '.join(names)}",)


def test_wave_changes_follow_a_given_order() -> None:
    changes = wave_changes(by_wave(["b", "a", "c"], shuffled=True), "wave", order=["b", "a", "c"])
    assert [row.value for row in changes] == pytest.approx([10, 10])
    assert changes[0].notes == ()


@pytest.mark.parametrize("order", [["b", "a"], ["b", "a", "c", "a"]])
def test_a_wave_order_that_lacks_or_repeats_a_wave_is_refused(order: list[str]) -> None:
    with pytest.raises(AnalysisError, match="expected an order of 'wave' that names each of 'a', 'b', 'c' once"):
        wave_changes(by_wave(["b", "a", "c"]), "wave", order=order)


@pytest.mark.parametrize("order", [["b", "a", "c", "d"], "bac", "b", [], b"bac"])
def test_wave_order_is_refused_with_an_unknown_wave(order: Any) -> None:
    with pytest.raises(
        AnalysisError, match="expected an order of 'wave' that names each of 'a', 'b', 'c' once, but it"
    ):
        wave_changes(by_wave(["b", "a", "c"]), "wave", order=order)


def test_wave_changes_keep_the_levels_of_a_category() -> None:
    factor = Factor(np.repeat([0, 1, 2], 6), ("start", "middle", "end"))
    changes = wave_changes(mean(Design.of({"y": ROUNDS, "wave": factor}), "y", by="wave"), "wave")
    assert [row.of for row in changes] == ["middle", "end"]


def test_wave_changes_within_groups_stay_in_their_group() -> None:
    wave = np.repeat(np.array(["Sep 2023", "Jan 2024", "Apr 2024"], object), 6)
    group = np.tile(np.array(["m", "f"], object), 9)
    found = mean(Design.of({"y": ROUNDS, "wave": wave, "g": group}), "y", by=["wave", "g"])
    assert [(dict(row.group)["g"], row.of) for row in wave_changes(found, "wave")] == [
        (g, wave) for g in "fm" for wave in ("Jan 2024", "Apr 2024")
    ]


def test_dates_that_can_be_read_in_two_ways_have_no_order() -> None:
    assert in_time(["3/4/2024", "4/3/2024"]) is None
    assert in_time(["3/4/2024", "5/6/2024"]) == ["3/4/2024", "5/6/2024"]


@given(st.permutations(["Sep 2023", "Jan 2024", "Apr 2024", "Dec 2024"]))
def test_waves_in_time_do_not_depend_on_the_order_of_rows(names: list[str]) -> None:
    assert in_time(names) == ["Sep 2023", "Jan 2024", "Apr 2024", "Dec 2024"]


def test_wave_changes_keep_category_order_and_date_the_rest() -> None:
    frame = pd.DataFrame({"y": ROUNDS, "wave": np.repeat(["Sep 2023", "Jan 2024", "Apr 2024"], 6)})
    dated = frame.assign(wave=frame["wave"].astype("category"))
    assert [row.of for row in wave_changes(mean(Design.of(dated), "y", by="wave"), "wave")] == ["Jan 2024", "Apr 2024"]
    own = pd.CategoricalDtype(["Apr 2024", "Sep 2023", "Jan 2024"], ordered=True)
    given = frame.assign(wave=frame["wave"].astype(own))
    assert [row.of for row in wave_changes(mean(Design.of(given), "y", by="wave"), "wave")] == ["Sep 2023", "Jan 2024"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Jan-01", "Jan-99", "Jan-00"], ["Jan-99", "Jan-00", "Jan-01"]),
        (["Jan '01", "Dec '99"], ["Dec '99", "Jan '01"]),
        (["Jan-24", "Sep-23"], ["Sep-23", "Jan-24"]),
        (["Jan-70", "Jan-20"], None),
        (["Jan 99", "Jan 01"], None),
        (["99", "00", "01"], None),
        (["wave 01", "wave 10", "wave 02"], ["wave 01", "wave 02", "wave 10"]),
        (["Jan 24", "Jan 23"], ["Jan 23", "Jan 24"]),
        (["wave-2", "wave-1"], ["wave-1", "wave-2"]),
        (["day -7", "day 3"], ["day -7", "day 3"]),
        (["1QSEP22", "3QMAR00", "4QJUN99"], ["4QJUN99", "3QMAR00", "1QSEP22"]),
    ],
)
def test_two_digit_years_are_never_inverted(names: list[str], expected: list[str] | None) -> None:
    assert in_time(names) == expected


def test_wave_changes_note_the_order_of_two_digit_years() -> None:
    changes = wave_changes(by_wave(["99", "00", "01"]), "wave")
    assert [row.of for row in changes] == ["00", "01"]
    assert "the waves stand in the order in which the column shows them" in changes[0].notes[0]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["3QMAR2022", "1QSEP2021", "2QDEC2021"], ["1QSEP2021", "2QDEC2021", "3QMAR2022"]),
        (["Spring 2024", "Fall 2023", "Summer 2024"], ["Fall 2023", "Spring 2024", "Summer 2024"]),
        (["2024 autumn", "2024 spring"], ["2024 spring", "2024 autumn"]),
        (["Spring 2024", "Winter 2023/24", "Fall 2023"], ["Fall 2023", "Winter 2023/24", "Spring 2024"]),
        (["Winter 2024", "Fall 2023"], ["Fall 2023", "Winter 2024"]),
        (["Winter 2024", "Spring 2024"], None),
        (["Fall 2023", "Q1 2024"], None),
        (["Sep 2023", "April 2024", "2024-01"], ["Sep 2023", "2024-01", "April 2024"]),
        (["15.02.2024", "2023-12-31", "Jan 2024"], ["2023-12-31", "Jan 2024", "15.02.2024"]),
        (["2024", "Jan 2024"], None),
        (["2024-01-05", "Jan 2024"], None),
        (["3/4/2024", "Jan 2023"], None),
        (["2024-01-31T10:00", "2023-05-01T09:00"], ["2023-05-01T09:00", "2024-01-31T10:00"]),
        (["10th wave", "2nd wave", "1st wave"], ["1st wave", "2nd wave", "10th wave"]),
        (["Wave 2", "wave 2"], None),
    ],
)
def test_seasons_quarters_and_mixed_dates_follow_time(names: list[str], expected: list[str] | None) -> None:
    assert in_time(names) == expected
