"""`/api/v1/reports`: the list, a whole report, its headline."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import NotFound
from app.services.accounts.api_keys import OutsideScope, Reader
from app.services.reports.headline import agencies_of, read_headline
from app.services.reports.publish import FrozenReport, find_frozen_report
from app.services.reports.queries import list_readable
from app.web.api.access import DatabaseEngine, ReportReader
from app.web.api.freshness import answer_fresh
from app.web.api.models import Refusal
from app.web.api.responses import Responses, to_bytes

LAST_VERSION = 999_999
SLUG = r"^[a-z0-9-]+$"

MISSING: Responses = {404: {"model": Refusal, "description": "No such report is published."}}


def read_whole_number(sent: object) -> object:
    """Refuse `1.0`, ` 1` and `1_0`, which Python reads as numbers."""
    if isinstance(sent, str) and not re.fullmatch("[0-9]+", sent):
        raise ValueError("expected digits alone")
    return sent


Community = Annotated[str, Path(pattern=SLUG, max_length=80, examples=["river-city"])]
Wave = Annotated[str, Path(pattern=SLUG, max_length=80, examples=["river-city-2026"])]
Number = Annotated[int, Field(ge=1, le=LAST_VERSION), BeforeValidator(read_whole_number)]
Version = Annotated[
    Number | SkipJsonSchema[None], Query(description="A version; without it, the newest.", examples=[1])
]


def list_reports(request: Request, engine: DatabaseEngine, reader: ReportReader) -> Response:
    """The reports that the key opens, the latest published first."""
    found = [
        {
            "community": each.community,
            "wave": each.wave,
            "names": each.names,
            "version": each.version,
            "published_on": f"{each.published_on}",
            "languages": list(each.languages),
            "address": f"/reports/{each.community}/{each.wave}",
        }
        for each in list_readable(engine, reader)
    ]
    return answer_fresh(request, to_bytes({"reports": found}))


def show_report(
    request: Request,
    engine: DatabaseEngine,
    reader: ReportReader,
    community: Community,
    wave: Wave,
    version: Version = None,
) -> Response:
    """A whole report, with the words of each of its languages, the commitments and the map beside its figures."""
    frozen = read_report(engine, reader, community, wave, version)
    beside = {"commitments": list(frozen.commitments), "map": frozen.shapes}
    head = to_bytes({**to_published(frozen), "words": frozen.words, **beside})
    return answer_fresh(request, head[:-1] + b',"report":' + frozen.report.content + b"}")


def show_headline(
    request: Request,
    engine: DatabaseEngine,
    reader: ReportReader,
    community: Community,
    wave: Wave,
    version: Version = None,
) -> Response:
    """The headline index of each agency, and its change."""
    frozen = read_report(engine, reader, community, wave, version)
    figures = [
        {
            "source": each.source,
            "agency": each.agency,
            "term": each.term,
            "interval": "sampling" if each.is_drawn else "modelled",
            "index": each.index.to_document(),
            "change": each.change.to_document() if each.change else None,
        }
        for each in read_headline(frozen)
    ]
    return answer_fresh(request, to_bytes({**to_published(frozen), "figures": figures}))


def read_report(engine: DatabaseEngine, reader: Reader, community: str, wave: str, version: int | None) -> FrozenReport:
    """The report if it is published (else 404) and the key opens it (else 403)."""
    try:
        frozen = find_frozen_report(engine, community, wave, version)
    except NotFound:
        frozen = None  # its sentence would name waves that are not published
    if frozen is None:
        raise HTTPException(404, f"Expected a published report, got {community}/{wave}, version {version or 'newest'}.")
    try:
        reader.check_can_read(agencies_of(frozen))
    except OutsideScope as refused:
        raise HTTPException(403, str(refused)) from None
    return frozen


def to_published(frozen: FrozenReport) -> dict[str, Any]:
    return {
        "community": frozen.community,
        "wave": frozen.wave,
        "version": frozen.version,
        "published_on": f"{frozen.published_on}",
        "sha256": frozen.report.sha256,
    }
