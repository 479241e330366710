"""Parquet data that exceed a share of memory: DuckDB adds them up, and no row comes into Python."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.design import Design, LazyDesign, with_index
from analysis.errors import AnalysisError
from analysis.frames import Condition, Table
from analysis.frames.lazy import LazySource
from analysis.plan.codes import ALL, by_code
from analysis.plan.plan import EstimatePlan, Plan
from analysis.reading import DataFile
from analysis.reading.errors import MissingReader, NoSuchFile
from analysis.reading.number_text import is_plain_number

MEMORY_SHARE = 0.25  # of the machine's memory, which rows may fill before they stay in their files
Labels = Mapping[str, Mapping[str, str]]
OF_NUMBERS = ("mean", "total", "ratio")
OF_LEVELS = ("share", "count")


class NeedsRows(AnalysisError):
    """Refuse a question that sums do not answer."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"expected means, totals, shares, counts, ratios or gaps of data that exceed memory, but got {asked}"
        )


@dataclass(frozen=True, eq=False, slots=True)
class ParquetFiles:
    """A Parquet file or a folder of them, as a query of DuckDB; `held` is their size in memory, in bytes."""

    path: Path
    relation: Any
    held: int

    @property
    def are_large(self) -> bool:
        """Whether their rows would fill more than a share of memory."""
        return self.held > MEMORY_SHARE * memory()

    def to_data(self) -> DataFile:
        """All rows in memory."""
        return DataFile(Table.of(self.relation.df()))

    def note(self) -> str:
        """One line that says how they are read."""
        return (
            f"'{self.path.name}' holds about {self.held / 1e9:.1f} GB, more than {100 * MEMORY_SHARE:.0f} % of this "
            "machine's memory: DuckDB adds up its rows where they are"
        )


def memory() -> int:
    """Return the bytes of memory of this machine.

    Examples
    --------
    >>> memory() > 0
    True
    """
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def parquet_files(path: Path) -> ParquetFiles | None:
    """Return the Parquet files of a folder, or one that is large on disk; None for other data.

    Raises
    ------
    NoSuchFile
        For a folder without Parquet files.
    MissingReader
        For a folder, where DuckDB is not installed.
    """
    is_folder = path.is_dir()
    if not is_folder and not (path.suffix == ".parquet" and _on_disk(path) > MEMORY_SHARE * memory() / 20):
        return None
    if is_folder and not any(path.glob("**/*.parquet")):
        raise NoSuchFile(path, "a directory without Parquet files")
    try:
        import duckdb
    except ImportError:
        if is_folder:
            raise MissingReader(path, "duckdb") from None
        return None
    pattern = str(path / "**" / "*.parquet") if is_folder else str(path)
    engine = duckdb.connect()
    sizes = engine.execute("select sum(total_uncompressed_size) from parquet_metadata(?)", [pattern]).fetchall()
    return ParquetFiles(path, engine.read_parquet(pattern), int(sizes[0][0] or 0))


def _on_disk(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def large_design(plan: Plan, files: ParquetFiles, weigh: Callable[[Design, Any], Design]) -> LazyDesign:
    """Return the sample of a plan whose rows stay in their files, scored and weighted.

    Raises
    ------
    AnalysisError
        For columns, a design or weights that cannot be used, and steps that need single rows.
    """
    source = without_missing(LazySource.of(files.relation), plan)
    if plan.only:
        kept = source.meeting([found for each in plan.only for found in coded(source, each, plan.labels)])
        if kept is None:
            raise NeedsRows("a condition of 'only' on a column with very many values")
        source = LazySource(source.frame.filter(kept), source.types)
    wanted = plan.design
    if wanted.replicates or wanted.inclusion:
        raise NeedsRows("a design with replicates or unequal probabilities")
    if not wanted.psu:
        raise NeedsRows("a design without PSUs, where each row is a unit of its own")
    design: Design = Design.of(
        source.frame,
        weights=wanted.weights,
        strata=wanted.strata,
        psu=wanted.psu,
        fpc=wanted.fpc,
        nest=wanted.nest,
        lonely=wanted.lonely,
    )
    if plan.index is not None:
        design = with_index(design, plan.index)
    for step in plan.weighting:
        design = weigh(design, step)
    if not isinstance(design, LazyDesign):
        raise NeedsRows("a step of weighting that looks at single rows")
    return design


def without_missing(source: LazySource, plan: Plan) -> LazySource:
    """Codes that stand for no answer become missing, as in `sample`."""
    import narwhals as nw

    everywhere = plan.missing.get(ALL, ())
    source.check([name for name in plan.missing if name != ALL])
    changed = {}
    for name in source.types:
        codes = plan.missing.get(name, ())
        numeric = source.is_number(name)
        if everywhere and numeric and name not in plan.design.columns:
            codes = (*codes, *everywhere)
        values = [float(code) for code in codes if is_plain_number(code)] if numeric else list(codes)
        if values:
            column = source.number(name) if numeric else nw.col(name).cast(nw.String)
            changed[name] = nw.when(~column.is_in(values)).then(nw.col(name))
    return source.with_columns(changed) if changed else source


def coded(source: LazySource, condition: Condition, labels: Labels) -> tuple[Condition, ...]:
    """Return a condition with the codes of the labels that it names."""
    source.check([condition.column])
    if condition.column not in labels or condition.op not in ("==", "!=", "in"):
        return (condition,)
    found = source.values(condition.column)
    return (condition,) if found is None else by_code(condition, found, labels)


def cells_for(design: LazyDesign, plan: Plan, wanted: EstimatePlan) -> Design:
    """Return the sums that one question needs, as a design of few rows."""
    if wanted.statistic not in (*OF_NUMBERS, *OF_LEVELS):
        raise NeedsRows(f"a {wanted.statistic}")
    if "deff" in wanted.options:
        raise NeedsRows("a design effect")
    numbers = wanted.columns if wanted.statistic in OF_NUMBERS else ()
    levels = wanted.columns if wanted.statistic in OF_LEVELS and not wanted.meets else ()
    conditions: Iterable[Condition] = (*plan.where, *wanted.where, *wanted.meets)
    return design.cells(numbers, (*wanted.by, *levels, *(each.column for each in conditions)))
