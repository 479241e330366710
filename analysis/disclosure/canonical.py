"""One way to write a document, so that equal content has equal bytes."""

import hashlib
import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the document as UTF-8 JSON with sorted keys; numbers in their shortest decimal form, never NaN.

    Examples
    --------
    >>> to_bytes({"b": 52.3, "a": (1, None)})
    b'{"a":[1,null],"b":52.3}'
    """
    return json.dumps(
        _plain(document), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def sha256(content: bytes) -> str:
    """Return the fingerprint of a document's bytes."""
    return hashlib.sha256(content).hexdigest()


def frozen(value: Any) -> Any:
    """Return the value with read-only mappings, and tuples for lists."""
    if isinstance(value, Mapping):
        return MappingProxyType({name: frozen(found) for name, found in value.items()})
    return tuple(frozen(found) for found in value) if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(found) for found in value]
    if isinstance(value, float):
        assert math.isfinite(value), "a published number is finite"
        return value + 0.0
    return value
