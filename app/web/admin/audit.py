"""The audit log: searched, proved, taken along as a table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.records.audit_log import AuditEvent, Search
from app.services.common.audit_log import Page, Proof, all_acts, find_acts, prove, record_look
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit, download
from app.web.reports.csv_export import guard

COLUMNS = ("number", "at_utc", "who", "act", "subject", "facts", "previous_hash", "hash")


@dataclass(frozen=True)
class AuditScreen(StaffScreen):
    template: ClassVar[str] = "admin/audit.html"
    here: ClassVar[str] = "Audit log"

    page: Page
    search: Search
    query: str


@dataclass(frozen=True)
class ProofScreen(StaffScreen):
    template: ClassVar[str] = "admin/proof.html"
    here: ClassVar[str] = "Audit log"

    proof: Proof


def show_log(visit: Visit) -> Response:
    search = read_search(visit)
    return visit.show(AuditScreen(find_acts(visit.engine, search), search, visit.request.url.query))


def show_proof(visit: Visit) -> Response:
    return visit.show(ProofScreen(prove(visit.engine, visit.form.one("noted"), visit.actor)))


def send_log(visit: Visit) -> Response:
    found = all_acts(visit.engine, read_search(visit))
    record_look(visit.engine, "log taken along", "audit log", visit.actor, lines=len(found))
    return download(to_csv(found), f"audit-{visit.now:%Y-%m-%d}.csv", "text/csv; charset=utf-8")


def read_search(visit: Visit) -> Search:
    since, until = read_day(visit.query("since")), read_day(visit.query("until"))
    return Search(visit.query("actor"), visit.query("act"), visit.query("subject"), since, until)


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
