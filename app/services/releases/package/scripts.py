"""Write scripts that compute the headline table from the public file: the same figures in R, Stata and Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.releases.package.files import PackedFile
from app.services.releases.package.rendering import render_text
from app.services.releases.package.study import DataSet, Weights
from app.services.releases.package.table_schemas import csv_of

SOURCE = "source"


@dataclass(frozen=True)
class Weighting:
    """Describe the weights of one kind of sample for the scripts."""

    weights: Weights
    where: str

    @property
    def quoted(self) -> str:
        return ", ".join(f'"{name}"' for name in self.weights.replicates)

    @property
    def multipliers(self) -> Sequence[tuple[str, float]]:
        return [
            (name, self.weights.scale * factor)
            for name, factor in zip(self.weights.replicates, self.weights.rscales, strict=True)
        ]


def write_script(data: DataSet, files: Sequence[PackedFile], ending: str) -> bytes:
    """Return the script for one program, named by its `ending`."""
    assert data.headline is not None
    dta = next(file.path for file in files if file.path == f"data/{data.study.wave}.{data.main_language}.dta")
    return render_text(
        f"scripts/headline.{ending}.jinja",
        csv=csv_of(files).path,
        dta=dta,
        index=data.headline.index,
        by=data.headline.by,
        weightings=[Weighting(weights, _source_code(data, weights)) for weights in data.weights],
    )


def _source_code(data: DataSet, weights: Weights) -> str:
    """Return the code of the sample source of the weights, or an empty text where the file has one source."""
    return "" if weights.source_code is None else str(weights.source_code)
