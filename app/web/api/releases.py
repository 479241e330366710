"""Answer `/api/v1/releases`: list the data sets that anyone may download, without a key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.services.releases.publish import FrozenRelease, find_frozen_release, list_releases
from app.web.api.access import DatabaseEngine
from app.web.api.freshness import answer_fresh
from app.web.api.models import Refusal
from app.web.api.responses import Responses, to_bytes

NAME = r"^[a-z0-9-]+(-v\d+\.\d+\.\d+)?$"
Name = Annotated[
    str,
    Path(
        pattern=NAME,
        max_length=120,
        description="A release, or a wave for its newest.",
        examples=["river-city-2026-v1.0.0"],
    ),
]
MISSING: Responses = {
    404: {"model": Refusal, "description": "No such release was ever published."},
    410: {"model": Refusal, "description": "It was withdrawn."},
}


def list_all(request: Request, engine: DatabaseEngine) -> Response:
    """All data sets, the latest first; withdrawn ones are marked."""
    found = [to_listed(each) for each in list_releases(engine)]
    return answer_fresh(request, to_bytes({"releases": found}))


def show_one(request: Request, engine: DatabaseEngine, release: Name) -> Response:
    """A data set: its variables in every language, and each file with its size and fingerprint."""
    frozen = find_frozen_release(engine, release)
    if frozen is None or frozen.tier != "public":
        raise HTTPException(404, f"Expected a published release, got {release}.")
    if not frozen.stands:
        raise HTTPException(410, f"Expected a release that stands, but {release} was withdrawn.")
    return answer_fresh(request, to_bytes({**to_listed(frozen), **to_detail(frozen)}))


def to_listed(frozen: FrozenRelease) -> dict[str, Any]:
    return {
        "name": frozen.name,
        "community": frozen.community,
        "wave": frozen.wave,
        "version": frozen.version,
        "published_on": f"{frozen.published_on}",
        "withdrawn_on": f"{frozen.withdrawn_on}" if frozen.withdrawn_on else None,
        "title": frozen.about["title"],
        "rows": frozen.about["rows"],
        "languages": list(frozen.languages),
        "sha256": frozen.sha256,
        "address": f"/data/{frozen.name}",
    }


def to_detail(frozen: FrozenRelease) -> dict[str, Any]:
    return {
        "survey": frozen.about["survey"],
        "fielded": frozen.about["fielded"],
        "simulated": frozen.about["simulated"],
        "citation": frozen.about["citation"],
        "changes": frozen.changes,
        "variables": frozen.about["variables"],
        "replicates": frozen.about["replicates"],
        "files": [
            {
                "path": file.path,
                "role": file.role,
                "media_type": file.media_type,
                "language": file.language,
                "size": file.size,
                "sha256": file.sha256,
                "address": f"/data/{frozen.name}/{file.path}",
            }
            for file in frozen.files
        ],
    }
