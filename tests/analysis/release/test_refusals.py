"""The gate refuses every planted fault that could identify a person, and names the fault."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.disclosure import DraftMicrodata, MicrodataRules, release, restore_microdata
from analysis.disclosure.canonical import sha256
from analysis.disclosure.microdata import Variable, refusals
from analysis.disclosure.microdata.file import from_content, to_content
from analysis.disclosure.microdata.file_checks import File, check_file
from analysis.disclosure.microdata.publication import SCHEMA
from analysis.disclosure.microdata.recoding import BadHierarchy
from analysis.disclosure.rules import BadRules
from tests.analysis.release.people import SEED, make_draft, with_column

Columns = dict[str, NDArray[Any]]
ROWS = make_draft().rows
CHANCE = np.random.default_rng(1)


def with_variable(draft: DraftMicrodata, variable: Variable, values: object) -> DraftMicrodata:
    return replace(with_column(draft, variable.name, values), variables=(*draft.variables, variable))


def with_item(name: str, values: object, codes: tuple[int, ...] = (1, 2, 3)) -> Callable[[], DraftMicrodata]:
    return lambda: with_variable(make_draft(), Variable(name, "item", codes), values)


def changed(name: str, **change: object) -> DraftMicrodata:
    """The draft with one variable described otherwise."""
    draft = make_draft()
    variables = tuple(replace(v, **change) if v.name == name else v for v in draft.variables)  # type: ignore[arg-type]
    return replace(draft, variables=variables)


def without_column(name: str) -> DraftMicrodata:
    draft = make_draft()
    return replace(draft, columns={key: values for key, values in draft.columns.items() if key != name})


def with_a_fifth_and_sixth_key() -> DraftMicrodata:
    steps = (((1, 2),),)
    draft = make_draft()
    for name in ("education", "disability"):
        draft = with_variable(draft, Variable(name, "key", (1, 2), steps), CHANCE.integers(1, 3, ROWS).astype(np.int16))
    return draft


def only_few() -> DraftMicrodata:
    draft = make_draft()
    first = draft.sources[0]
    few = replace(
        first, rows=slice(0, 30), design=replace(first.design, table=first.design.table.rows_at(np.arange(30)))
    )
    few = replace(few, design=replace(few.design, weights=few.design.weights[:30]))
    columns = {name: values[:30] for name, values in draft.columns.items()}
    return replace(draft, sources=(few,), columns=columns)


DRAFTS: Mapping[str, tuple[Callable[[], DraftMicrodata], type[Exception]]] = {
    "a free text": (with_item("G1", np.array(["they were kind"] * ROWS)), refusals.FreeText),
    "a free text outside the codebook": (lambda: with_column(make_draft(), "note", ["hi"] * ROWS), refusals.FreeText),
    "a date": (with_item("sent", np.full(ROWS, "2026-03-01", "datetime64[D]")), refusals.DateFound),
    "an id kept": (with_item("response", CHANCE.permutation(ROWS).astype(np.int64)), refusals.IdKept),
    "a raw weight": (with_item("w", make_draft().weights), refusals.RawWeight),
    "a raw weight as an index": (
        lambda: with_variable(make_draft(), Variable("w", "index"), make_draft().weights / 10),
        refusals.RawWeight,
    ),
    "a column not in the codebook": (
        lambda: with_column(make_draft(), "tract", np.ones(ROWS, np.int16)),
        refusals.NotInCodebook,
    ),
    "a variable without a column": (lambda: without_column("B1"), refusals.ColumnMissing),
    "a variable told twice": (
        lambda: replace(make_draft(), variables=(*make_draft().variables, make_draft().by_name["B1"])),
        refusals.TwiceInCodebook,
    ),
    "a column of another length": (
        lambda: with_column(make_draft(), "B1", make_draft().columns["B1"][1:]),
        refusals.UnequalColumns,
    ),
    "a code nobody explained": (
        lambda: with_column(make_draft(), "B1", np.full(ROWS, 7, np.int16)),
        refusals.UnknownCode,
    ),
    "a suppressed code before the gate": (
        lambda: with_column(make_draft(), "B1", np.full(ROWS, -6, np.int16)),
        refusals.UnknownCode,
    ),
    "fractions instead of codes": (
        lambda: with_column(make_draft(), "B1", np.full(ROWS, 1.5)),
        refusals.NotWhole,
    ),
    "an index off its scale": (lambda: with_column(make_draft(), "CTI", np.full(ROWS, 104.0)), refusals.OffScaleIndex),
    "an undeclared key": (lambda: changed("age", kind="item"), refusals.UndeclaredKey),
    "a key that no plan names": (with_item("education", np.ones(ROWS, np.int16)), refusals.UndeclaredKey),
    "too many keys": (with_a_fifth_and_sixth_key, refusals.TooManyKeys),
    "a key that cannot be made coarser": (lambda: changed("age", steps=()), refusals.NoHierarchy),
    "a sensitive key": (lambda: changed("age", sensitive=True), refusals.SensitiveKey),
    "a hierarchy that is none": (lambda: changed("age", steps=(((1, 2), (2, 3, 4)),)), BadHierarchy),
    "a hierarchy that gets finer": (
        lambda: changed("age", steps=(((1, 2), (3, 4)), ((1,), (2,), (3, 4)))),
        BadHierarchy,
    ),
    "too few people": (only_few, refusals.TooFewRecords),
}


@pytest.mark.parametrize("fault", DRAFTS)
def test_a_draft_with_a_planted_fault_is_refused_by_name(fault: str) -> None:
    make, refusal = DRAFTS[fault]
    with pytest.raises(refusal) as caught:
        release(make(), seed=SEED)
    assert "expected" in str(caught.value)


def test_the_draft_without_a_fault_is_released() -> None:
    assert release(make_draft(), seed=SEED).rows > 1500


def test_laxer_rules_than_any_tier_has_are_refused() -> None:
    with pytest.raises(BadRules, match="'k' to be a whole number of at least 3"):
        MicrodataRules(k=2)
    with pytest.raises(BadRules, match="distinct"):
        MicrodataRules(distinct=1)


# --- bytes ------------------------------------------------------------------------------------------------------------


def stored(change: Callable[[dict[str, Any], Columns], object]) -> tuple[bytes, str]:
    """The bytes of a released file with a fault planted, under a fingerprint that fits them."""
    document, columns = from_content(release(make_draft(), seed=SEED).content, SCHEMA)
    changed = {name: np.array(values) for name, values in columns.items()}
    change(document, changed)
    content = to_content(document, changed)
    return content, sha256(content)


def a_class_of(document: dict[str, Any], columns: Columns) -> NDArray[np.bool_]:
    """The records of the smallest combination of key variables."""
    keys = [columns[variable["name"]] for variable in document["variables"] if variable["kind"] == "key"]
    _, of_row, sizes = np.unique(np.stack(keys), axis=1, return_inverse=True, return_counts=True)
    return np.asarray(of_row == sizes.argmin())


def move_to_an_unused_combination(rows: int, document: dict[str, Any], columns: Columns) -> None:
    """Give the first records key variables that no one has."""
    keys = [variable for variable in document["variables"] if variable["kind"] == "key"]
    used = set(zip(*(columns[variable["name"]].tolist() for variable in keys), strict=True))
    unused = next(codes for codes in product(*(variable["codes"] for variable in keys)) if codes not in used)
    for variable, code in zip(keys, unused, strict=True):
        columns[variable["name"]][:rows] = code


def plant_a_unique(document: dict[str, Any], columns: Columns) -> None:
    move_to_an_unused_combination(1, document, columns)


def plant_a_small_class(document: dict[str, Any], columns: Columns) -> None:
    move_to_an_unused_combination(2, document, columns)


def plant_a_refusal_in_a_key(document: dict[str, Any], columns: Columns) -> None:
    columns["age"][columns["age"] == -6] = -7


def plant_one_answer(document: dict[str, Any], columns: Columns) -> None:
    columns["D5_1"][a_class_of(document, columns)] = 1


def plant_one_answer_among_missing_ones(document: dict[str, Any], columns: Columns) -> None:
    rows = np.flatnonzero(a_class_of(document, columns))
    columns["E1"][rows] = -7
    columns["E1"][rows[:2]] = 1


def plant_a_design_weight(document: dict[str, Any], columns: Columns) -> None:
    columns["weight"][::2] += 0.5


def plant_many_patterns(document: dict[str, Any], columns: Columns) -> None:
    columns["replicate_01"] += np.round(CHANCE.random(len(columns["weight"])), 2)


def plant_a_pattern_without_a_group(document: dict[str, Any], columns: Columns) -> None:
    for name in (name for name in columns if name.startswith("replicate_")):
        columns[name][0] = 1.0


def plant_small_groups(document: dict[str, Any], columns: Columns) -> None:
    document["weights"]["1"]["units_in_group"] = [3, 4]


def plant_the_old_order(document: dict[str, Any], columns: Columns) -> None:
    columns["case"] = CHANCE.permutation(columns["case"])


def plant_an_unknown_code(document: dict[str, Any], columns: Columns) -> None:
    columns["B1"][3] = 66


def plant_an_impossible_index(document: dict[str, Any], columns: Columns) -> None:
    columns["CTI"][3] = 1000.0


def plant_laxer_rules(document: dict[str, Any], columns: Columns) -> None:
    document["rules"]["k"] = 1


def plant_half_a_document(document: dict[str, Any], columns: Columns) -> None:
    del document["weights"]["1"]["groups"]


FILES: Mapping[Callable[[dict[str, Any], Columns], None], type[Exception]] = {
    plant_a_unique: refusals.SampleUnique,
    plant_a_small_class: refusals.SmallClass,
    plant_a_refusal_in_a_key: refusals.UnknownCode,
    plant_one_answer: refusals.OneAnswerOnly,
    plant_one_answer_among_missing_ones: refusals.OneAnswerOnly,
    plant_a_design_weight: refusals.WeightTellsMore,
    plant_many_patterns: refusals.ReplicatesTellMore,
    plant_a_pattern_without_a_group: refusals.ReplicatesTellMore,
    plant_small_groups: refusals.GroupsTooSmall,
    plant_the_old_order: refusals.OrderKept,
    plant_an_unknown_code: refusals.UnknownCode,
    plant_an_impossible_index: refusals.OffScaleIndex,
    plant_laxer_rules: BadRules,
    plant_half_a_document: refusals.BrokenMicrodata,
}


@pytest.mark.parametrize("plant", FILES, ids=lambda plant: plant.__name__)
def test_stored_bytes_with_a_planted_fault_are_refused_by_name(plant: Callable[..., None]) -> None:
    with pytest.raises(FILES[plant]):
        restore_microdata(*stored(plant))


def without(name: str) -> Callable[[Columns], Columns]:
    return lambda columns: {key: values for key, values in columns.items() if key != name}


COLUMNS: Mapping[type[Exception], Callable[[Columns], Columns]] = {
    refusals.FineWeight: lambda columns: columns | {"weight": columns["weight"] + 0.001},
    refusals.NotInCodebook: lambda columns: columns | {"tract": columns["age"]},
    refusals.ColumnMissing: without("B1"),
    refusals.UnequalColumns: lambda columns: columns | {"B1": columns["B1"][1:]},
    refusals.FreeText: lambda columns: columns | {"B1": columns["B1"].astype(str)},
}


@pytest.mark.parametrize("refusal", COLUMNS)
def test_final_check_refuses_a_planted_fault_by_name(refusal: type[Exception]) -> None:
    found = release(make_draft(), seed=SEED)
    with pytest.raises(refusal):
        check_file(File(found.document, COLUMNS[refusal](dict(found.columns)), MicrodataRules()))


def test_stored_bytes_come_back_as_they_were() -> None:
    found = release(make_draft(), seed=SEED)
    again = restore_microdata(found.content, found.sha256)
    assert (again.content, again.wave, again.rows) == (found.content, "spring", found.rows)
    assert list(again.columns) == [variable["name"] for variable in found.document["variables"]]
    for name, values in found.columns.items():
        np.testing.assert_array_equal(again.columns[name], values)


def test_cut_changed_or_rewritten_bytes_are_refused() -> None:
    found = release(make_draft(), seed=SEED)
    with pytest.raises(refusals.BrokenMicrodata, match="fingerprint"):
        restore_microdata(found.content[:-1], found.sha256)
    for content in (found.content[:-1], b"{}\n", b"\n", b"[]\n", _spaced(found.content)):
        with pytest.raises(refusals.BrokenMicrodata):
            restore_microdata(content, sha256(content))


def _spaced(content: bytes) -> bytes:
    head, _, rest = content.partition(b"\n")
    return json.dumps(json.loads(head)).encode() + b"\n" + rest
