"""The notebooks of the documentation: run from top to bottom, they show what they store."""

import re
from pathlib import Path

import pytest

from tests.analysis.notebooks.pages import to_html
from tests.analysis.notebooks.runs import read_notebook, run_notebook, text_of

NOTEBOOKS = sorted((Path(__file__).parents[3] / "docs" / "notebooks").glob("*.ipynb"))
SHOWN = ("Design of", "rake", "mean:", "intervals (t)", "JKn", "<Figure>", "clear")


def test_there_is_a_notebook() -> None:
    assert [path.name for path in NOTEBOOKS] == ["trust.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_stored_outputs_equal_a_new_run(path: Path) -> None:
    before, found = read_notebook(path), run_notebook(path)
    for stored, cell in zip(before["cells"], found["cells"], strict=True):
        if cell["cell_type"] == "code":
            assert [text_of(x) for x in stored["outputs"]] == [text_of(x) for x in cell["outputs"]], cell["source"]
            assert cell["outputs"] or all(re.match(r"[\w, ]+ = |from |import ", line) for line in cell["source"][:1])
    shown = "\n".join(text_of(x) for cell in found["cells"] for x in cell.get("outputs", ()))
    assert [words for words in SHOWN if words not in shown] == []
    page = to_html(found)
    assert page.count("<table") >= 6
    assert page.count("<img") == 1
    assert "Error" not in page


def test_a_cell_that_fails_fails_the_run(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", "source": ["1 / 0"]}]}')
    with pytest.raises(ZeroDivisionError):
        run_notebook(path)
