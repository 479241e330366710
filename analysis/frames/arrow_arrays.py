"""Columns from Arrow arrays, chunked or not."""

from typing import Any

import numpy as np

from analysis.frames.arrays import encode_sequence
from analysis.frames.factor import Factor
from analysis.frames.levels import sorted_levels, tidied
from analysis.frames.numbers import Numbers


def encode_arrow(array: Any) -> Numbers | Factor:
    """Encode an Arrow array.

    Examples
    --------
    >>> import pyarrow as pa
    >>> encode_arrow(pa.array(["b", None, "a"]).dictionary_encode())
    Factor(codes=array([ 1, -1,  0]), levels=('a', 'b'))
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return encode_arrow(_joined(array).storage)
    if pa.types.is_run_end_encoded(kind):
        return encode_arrow(pc.run_end_decode(array))
    if pa.types.is_dictionary(kind):
        return _from_dictionary(array)
    if pa.types.is_decimal(kind):
        array = array.cast(pa.float64())
    if pa.types.is_boolean(kind):
        return _booleans(array)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return _from_numbers(array)
    if pa.types.is_null(kind) or pa.types.is_nested(kind):
        return encode_sequence(tuple(array.to_pylist()))
    return _from_dictionary(array.dictionary_encode(), found=True)


def _joined(array: Any) -> Any:
    import pyarrow as pa

    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _from_numbers(array: Any) -> Numbers:
    missing = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    filled = array if missing is None else array.fill_null(0)
    return Numbers(_joined(filled).to_numpy(zero_copy_only=False), missing)


def _booleans(array: Any) -> Numbers:
    import pyarrow as pa

    numbers = _from_numbers(array.cast(pa.uint8()))
    return Numbers(numbers.values.astype(np.bool_), numbers.missing)


def _from_dictionary(array: Any, found: bool = False) -> Factor:
    """The dictionary in its own order if that order has a meaning, otherwise ascending; equal entries are one level."""
    import pyarrow as pa

    ordered = bool(array.type.ordered)
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # what older versions make of no chunk at all
        return Factor(np.empty(0, np.int64), ())
    indices = array.indices
    codes = indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    if array.null_count:
        codes[indices.is_null().to_numpy(zero_copy_only=False)] = -1
    codes, levels = tidied(codes, array.dictionary.to_pylist())
    if not ordered:
        codes, levels = sorted_levels(codes, levels)
    return Factor(codes, levels, ordered=ordered, declared=not found)
