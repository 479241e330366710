"""A tiny survey and its plan, for the tests of the command line."""

from pathlib import Path

import pytest

from analysis.command import main

HEADER = "id,district,block,w,sex,wave,a1,a2,a3,voted,income"
DISTRICTS = {"north": "1 2 3", "south": "4 5 6"}


def answers() -> str:
    """24 people in two districts of three blocks; 9 is no answer, the last person answered nothing."""
    rows = [HEADER]
    for k in range(24):
        district = "north" if k < 12 else "south"
        block = DISTRICTS[district].split()[k % 3]
        items = [1 + (k * step) % 5 for step in (1, 2, 3)] if k < 23 else [9, 9, 9]
        rows.append(
            f"{k + 1},{district},{block},{1 + k % 4},{'FM'[k % 2]},{2021 + k // 6 % 2},"
            f"{','.join(map(str, items))},{k % 3 % 2},{1000 + 37 * k}"
        )
    return "\n".join(rows) + "\n"


PLAN = """\
title: A tiny survey
data: answers.csv
id: id
design: {weights: w, strata: district, psu: block}
missing: {all: [9]}
labels: {sex: {F: women, M: men}}
index: {name: trust, items: [a1, a2, a3], reversed: [a3], low: 1, high: 5, by: [sex]}
weighting:
  - rake: {shares: {sex: {F: 52, M: 48}, wave: {2021: 50, 2022: 50}}}
estimates:
  - {mean: trust, by: sex}
  - {share: voted, interval: wilson}
  - {total: income}
  - {ratio: [income, w]}
  - {quantile: income, p: [0.25, 0.5]}
gaps:
  - {mean: trust, between: sex}
  - {mean: trust, waves: wave}
  - {mean: trust, by: sex, against: everyone}
  - {mean: trust, by: sex, contrasts: {women less men: {women: 1, men: -1}}}
representation:
  - share: sex
    residents: {percent: {women: 51, men: 49}, moe: {women: 1.0, men: 1.0}}
"""


class Desk:
    """Hold a folder with a plan and its data, and run commands on them."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture
        self.write("answers.csv", answers())
        self.write("plan.yaml", PLAN)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def change_plan(self, old: str, new: str) -> None:
        """The same plan with one place changed."""
        assert old in PLAN
        self.write("plan.yaml", PLAN.replace(old, new))

    def run(self, *words: str, plan: str = "plan.yaml") -> tuple[int, str, str]:
        """Exit status, what was printed, and what was complained about."""
        status = main([words[0], str(self.folder / plan), *words[1:]])
        found = self._capture.readouterr()
        return status, found.out, found.err

    def refusal(self, command: str = "estimate", *words: str) -> str:
        """The complaint about input that cannot be used: status 2, nothing printed, no traceback."""
        status, out, err = self.run(command, *words)
        assert status == 2
        assert out == ""
        assert "Traceback" not in err
        assert err.count("\n") == 1
        assert "expected" in err
        assert "found" in err or "but" in err
        return err
