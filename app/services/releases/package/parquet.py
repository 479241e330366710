"""Write the data as Parquet, with the complete codebook in its metadata."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from app.services.releases.package.study import DataSet

ROW_GROUP = 250_000


def write_parquet(data: DataSet) -> bytes:
    """Return codes as small integers and all else as doubles. The same data give the same bytes."""
    import fastparquet

    frame = pd.DataFrame(
        {
            each.name: data.columns[each.name].astype(np.int16 if each.is_coded else np.float64)
            for each in data.variables
        },
        copy=False,
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fastparquet uses deprecated functions of pandas
        path = Path(folder) / "data.parquet"
        fastparquet.write(
            str(path),
            frame,
            compression="ZSTD",
            row_group_offsets=ROW_GROUP,
            write_index=False,
            stats=False,
            custom_metadata={"commontrust": codebook_of(data)},
        )
        return path.read_bytes()


def codebook_of(data: DataSet) -> str:
    """Return the labels and codes in the main language as JSON."""
    lang = data.main_language
    return json.dumps(
        {
            "release": data.study.release,
            "variables": {
                each.name: {
                    "label": each.label[lang],
                    "codes": {str(code.value): code.label[lang] for code in each.codes},
                    "missing": [code.value for code in each.missing],
                }
                for each in data.variables
            },
        },
        ensure_ascii=False,
        sort_keys=True,
    )
