"""Describe the tables of registers: one kind for each register, checked and stored like every table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine

from app.services.common.actor import Actor
from app.services.registers.entries import NEEDED, check_entries, store_entries
from app.services.registers.register_table import REGISTERS, Register
from app.services.registers.request_systems import to_request
from app.services.scorecards.upload_rows import Rows, read_noted
from app.services.uploads.uploaded_table import THE_FILE, Checked, RefusedRow, TableKind, UploadedTable

PREFIX = "register "
EXAMPLE_DAY, EXAMPLE_NUMBER = "2026-03-02", "4"


def register_tables() -> Mapping[str, TableKind]:
    """Return a kind of table for each register that the staff keep."""
    kinds = (_kind(register) for register in REGISTERS.values() if not register.by_readers)
    return {kind.name: kind for kind in kinds}


def _kind(register: Register) -> TableKind:
    def check(engine: Engine, upload: UploadedTable) -> Checked:
        rows, assumed = _read(register, upload)
        check_entries(engine, upload.community, register.name, rows, datetime.now(UTC).date(), THE_FILE)
        foreign = {row.get("agency", "") for _, row in rows if row.get("withdraw") != "yes"}
        names = sorted(each for each in foreign if not upload.member.answers_for([f"{upload.community}/{each}"]))
        if names:
            return Checked(refused=tuple(RefusedRow(None, "", f"{name} is not your agency") for name in names))
        cells = tuple(tuple(row.get(name, "") for name in register.columns) for _, row in rows)
        return Checked(
            cells, (f"{len(rows)} entries; an existing one gets a new revision",), (), upload.described(*assumed)
        )

    def store(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
        rows, _ = _read(register, upload)
        own = upload.member.agencies_in(upload.community)
        store_entries(engine, upload.community, register.name, rows, actor, "console", own, "register loaded")

    header = ",".join(register.columns)
    example = f"{header}\n{','.join(_example(register, name) for name in register.columns)}"
    return TableKind(f"{PREFIX}{register.name}", register.title, register.columns, example, register.lead, check, store)


def _read(register: Register, upload: UploadedTable) -> tuple[Rows, tuple[str, ...]]:
    """Read the rows; the export of a records system is read as requests, of the member's agency if he has one."""
    if register.name != "requests":
        return read_noted(THE_FILE, upload.text.encode(), NEEDED)
    rows, notes = read_noted(THE_FILE, upload.text.encode(), ())
    own = upload.member.agencies_in(upload.community) or ()
    agency = {"agency": next(iter(own))} if len(own) == 1 else {}
    return [(line, agency | {"entry": ""} | to_request(row)) for line, row in rows], notes


def _example(register: Register, name: str) -> str:
    fixed = {"entry": f"{register.name}-1", "agency": "police", "lang": "en", "withdraw": ""}
    if name in fixed:
        return fixed[name]
    field = register.field(name)
    samples = {"day": EXAMPLE_DAY, "count": EXAMPLE_NUMBER, "money": EXAMPLE_NUMBER}
    return (field.options[0] if field.options else samples.get(field.kind, "…")) if field.required else ""
