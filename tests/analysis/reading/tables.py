"""Write small files and read them, for the tests of the reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.errors import AnalysisError
from analysis.reading import DataFile, TextForm, load_data

CASES = Path(__file__).parent / "cases"
Read = Callable[..., DataFile]


def values_of(data: DataFile, column: str) -> list[Any]:
    """The values of a column as the factor shows them; None where one is missing."""
    factor = data.table.factor(column)
    return [None if code < 0 else factor.levels[code] for code in factor.codes]


def read(folder: Path, content: str | bytes, form: TextForm | None = None, name: str = "answers.csv") -> DataFile:
    """Read content as a file of this name."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_data(path, form)


def refusal(folder: Path, content: str | bytes, form: TextForm | None = None, name: str = "answers.csv") -> str:
    """The sentence that refuses a file, without its folder."""
    with pytest.raises(AnalysisError) as refused:
        read(folder, content, form, name)
    stated = str(refused.value)
    assert "\n" not in stated
    return stated.replace(str(folder), "")
