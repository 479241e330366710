"""Search the audit log, verify it, and export it as a table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.records.audit_log import AuditEvent, Search
from app.services.common.audit_log import AuditPage, ChainProof, all_acts, find_acts, prove, record_access
from app.services.common.formula_guard import guard
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download

COLUMNS = ("number", "at_utc", "who", "act", "subject", "facts", "previous_hash", "hash")


@dataclass(frozen=True)
class AuditScreen(StaffScreen):
    template: ClassVar[str] = "admin/audit.html"
    here: ClassVar[str] = "Audit log"

    page: AuditPage
    search: Search
    query: str


@dataclass(frozen=True)
class ProofScreen(StaffScreen):
    template: ClassVar[str] = "admin/proof.html"
    here: ClassVar[str] = "Audit log"

    proof: ChainProof


def show_log(request: StaffRequest) -> Response:
    search = read_search(request)
    return request.show(AuditScreen(find_acts(request.engine, search), search, request.http.url.query))


def show_proof(request: StaffRequest) -> Response:
    return request.show(ProofScreen(prove(request.engine, request.form.one("noted"), request.actor)))


def send_log(request: StaffRequest) -> Response:
    found = all_acts(request.engine, read_search(request))
    record_access(request.engine, "log taken along", "audit log", request.actor, lines=len(found))
    return download(to_csv(found), f"audit-{request.now:%Y-%m-%d}.csv", "text/csv; charset=utf-8")


def read_search(request: StaffRequest) -> Search:
    since, until = read_day(request.query("since")), read_day(request.query("until"))
    return Search(request.query("actor"), request.query("act"), request.query("subject"), since, until)


def read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def to_csv(found: list[AuditEvent]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found:
        facts = json.dumps(each.facts, ensure_ascii=False, sort_keys=True)
        row = (each.id, each.at.isoformat(), each.actor, each.act, each.subject, facts, each.previous_hash, each.hash)
        writer.writerow([guard(value) for value in row])
    return file.getvalue().encode("utf-8-sig")
