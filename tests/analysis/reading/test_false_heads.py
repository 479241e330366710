"""A file whose head promises more values than its bytes can hold is refused before memory is made for them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.reading import load_data, parquet
from analysis.reading.errors import UnreadableFile
from tests.fuzz.hostile_files import bomb


def test_head_that_promises_too_much_is_refused(tmp_path: Path) -> None:
    file = bomb("dta many rows")
    path = tmp_path / f"file.{file.ending}"
    path.write_bytes(file.content)
    with pytest.raises(UnreadableFile, match="a head that promises 2,000,000,000 values"):
        load_data(path)


def test_small_parquet_file_of_very_many_values_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_PACKED", 100_000)
    monkeypatch.setattr(parquet, "MOST_OF_A_BYTE", 100)
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"a": np.zeros(3_000_000, np.int8)}), path, compression="zstd")
    with pytest.raises(UnreadableFile, match="at most 100,000 values where each byte holds thousands"):
        load_data(path)
    monkeypatch.setattr(parquet, "MOST_PACKED", 10_000_000)
    assert load_data(path).table.rows == 3_000_000
