"""Waves before this one, as their own reports showed them. Nothing is computed anew, so no one learns more."""

from collections.abc import Iterable, Mapping
from typing import Any

INDEX = "index"
METHOD = "method"


def stated_before(documents: Iterable[tuple[Mapping[str, Any], str]]) -> list[dict[str, Any]]:
    """Return the headline of earlier reports by source, with its basis, from their documents and fingerprints."""
    return [
        {
            "wave": document["wave"],
            "sha256": fingerprint,
            "fielded": _fact(document, METHOD, "fielded"),
            "survey": _fact(document, METHOD, "survey"),
            "wording": _fact(document, METHOD, "wording"),
            "sources": [
                {"source": source, "weighted_by": _fact(document, f"{source}.{METHOD}", "weighted_by"), "table": table}
                for source, table in _headlines(document).items()
            ],
        }
        for document, fingerprint in documents
    ]


def tables_before(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tables of earlier waves in a document."""
    return [source["table"] for each in document.get("earlier", ()) for source in each["sources"]]


def _headlines(document: Mapping[str, Any]) -> dict[str, Any]:
    tables = {table["id"]: table for section in document["sections"] for table in section["tables"]}
    return {id.removesuffix(f".{INDEX}"): table for id, table in tables.items() if id.endswith(f".{INDEX}")}


def _fact(document: Mapping[str, Any], section: str, name: str) -> Any:
    found = (each["facts"] for each in document["sections"] if each["name"] == section)
    return next((facts[name]["value"] for facts in found if name in facts), None)
