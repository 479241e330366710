"""Write JSON for a package: indented, in its original order, with a line feed at the end."""

from __future__ import annotations

import json
from typing import Any


def to_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
