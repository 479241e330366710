"""`/api/v1/measures`: how measures are counted, and figures that a program of an agency brings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import BadTable, NotFound
from app.records.keys import EVERY_AGENCY
from app.services.accounts.api_keys import OutsideScope, Reader
from app.services.common.actor import Actor
from app.services.registers.entries import NotYours, store_entries
from app.services.registers.register_table import REGISTERS
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.load import load_measures, preview_measures
from app.services.scorecards.upload_rows import Rows, to_rows
from app.web.api.access import DatabaseEngine, MeasureWriter
from app.web.api.freshness import answer_fresh
from app.web.api.models import EntriesKept, Figures, FiguresKept, Refusal, RegisterEntries
from app.web.api.reports import Community
from app.web.api.responses import Responses, to_bytes

MISSING: Responses = {404: {"model": Refusal, "description": "No such community."}}
BAD_ROWS: Responses = {
    400: {"model": Refusal, "description": "The body is not JSON."},
    409: {"model": FiguresKept, "description": "Some rows are refused, each by the name of its rule; none is kept."},
}
BAD_ENTRIES: Responses = {
    400: {"model": Refusal, "description": "The body is not JSON."},
    409: {"model": EntriesKept, "description": "Some entries are refused, each with a sentence; none is kept."},
}


def list_definitions(request: Request) -> Response:
    """Return how each measure is counted, and its limits. Everyone may ask, without a key."""
    found = [
        {
            "id": each.id, "version": each.version, "step": each.step, "title": each.title, "kind": each.kind,
            "source": each.source, "numerator": each.numerator, "denominator": each.denominator, "unit": each.unit,
            "period": each.period, "direction": each.direction, "breakdowns": list(each.breakdowns),
            "companions": list(each.companions), "needs": list(each.needs), "trap": each.trap,
        }
        for each in load_definitions().all.values()
    ]  # fmt: skip
    return answer_fresh(request, to_bytes({"measures": found}))


def keep_figures(
    engine: DatabaseEngine,
    writer: MeasureWriter,
    community: Community,
    figures: Figures,
    preview: Annotated[bool, Query(description="Return what would happen, and store nothing.")] = False,
) -> Response:
    """Store figures: all or, where one is refused, none. A figure that is already there gets a new revision."""
    rows = to_rows([each.model_dump(exclude_none=True) for each in figures.figures])
    check_is_theirs(writer, community, rows)
    try:
        found = preview_measures(engine, community, rows)
        kept = 0 if preview or found.refused else keep(engine, writer, community, rows)
    except NotFound:
        raise HTTPException(404, f"Expected a community, got {community}.") from None
    except BadTable as refused:  # another request changed a trend meanwhile
        raise HTTPException(409, str(refused)) from None
    body = {"accepted": len(found.figures), "kept": kept, "refused": [asdict(each) for each in found.refused]}
    return Response(to_bytes(body), 409 if found.refused else 200, media_type="application/json")


def keep_entries(
    engine: DatabaseEngine, writer: MeasureWriter, community: Community, register: Community, entries: RegisterEntries
) -> Response:
    """Store entries of a register: all or, where one is refused, none. An entry that is there gets a new revision."""
    rows = to_rows([each.to_row() for each in entries.entries])
    check_is_theirs(writer, community, [(line, row) for line, row in rows if register != "replies"])
    if register not in REGISTERS or REGISTERS[register].by_readers or register == "replies":
        raise HTTPException(404, f"Expected a register of the staff, got {register}.")
    own = None if EVERY_AGENCY in writer.agencies else names_in(writer, community)
    actor = Actor(f"key {writer.key}", datetime.now(UTC))
    try:
        kept = store_entries(engine, community, register, rows, actor, "api", own)
    except NotFound:
        raise HTTPException(404, f"Expected a community, got {community}.") from None
    except BadTable as refused:
        return Response(to_bytes({"kept": 0, "refused": list(refused.problems)}), 409, media_type="application/json")
    except NotYours as refused:
        raise HTTPException(403, str(refused)) from None
    return Response(to_bytes({"kept": kept, "refused": []}), media_type="application/json")


def names_in(writer: Reader, community: str) -> set[str]:
    """Return the agencies of a community that the key may write for."""
    pairs = (each.partition("/") for each in writer.agencies)
    return {agency for place, _, agency in pairs if place == community}


def keep(engine: DatabaseEngine, writer: Reader, community: str, rows: Rows) -> int:
    actor = Actor(f"key {writer.key}", datetime.now(UTC))
    stored = load_measures(engine, community, rows, actor, "api")
    return stored.new + stored.corrected


def check_is_theirs(writer: Reader, community: str, rows: Rows) -> None:
    """Refuse with 403 before any look-up, so that a key learns nothing about other agencies."""
    for agency in sorted({f"{community}/{row['agency']}" for _, row in rows}):
        if not writer.can_write(agency):
            raise HTTPException(403, str(OutsideScope(agency, sorted(writer.agencies))))
