"""Make all that a print shop needs for the sample of a round: codes and letters of each part, labels, a protocol."""

from __future__ import annotations

import io
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from app.errors import CodesRefused
from app.records.audit_log import record_act
from app.records.database import writing
from app.records.wave_lifecycle import DRAFT
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import Invitation, create_codes, to_list
from app.services.common.actor import Actor
from app.services.uploads.address_lists import DrawnList, draw_addresses, to_csv
from app.services.waves.letters import OF_HOMES
from app.services.waves.protocol import LONGEST
from app.services.waves.sample_plan import StoredSample
from app.settings import Settings

# Writes the letters of one part: file ending -> bytes.
WriteLetters = Callable[[Sequence[Invitation]], Mapping[str, bytes]]
APART, TOGETHER = "apart", "together"


@dataclass(frozen=True)
class WantedFiles:
    """Hold the choices of the form: the list of addresses if any, the draw number, and how codes meet addresses."""

    addresses: bytes | None
    seed: str
    column: str = ""
    pairing: str = APART


def make_files(
    engine: Engine,
    settings: Settings,
    slug: str,
    sample: StoredSample,
    wanted: WantedFiles,
    write: WriteLetters,
    actor: Actor,
) -> bytes:
    """Create the codes of every part and return a ZIP file. The list of addresses is read first, and not stored.

    Codes and labels stand in files of their own, so that no file says which home got which code. `TOGETHER` makes one
    file for a mail merge instead.
    """
    letters = {part.name: part.letters for part in sample.parts}
    drawn = draw_addresses(wanted.addresses, letters, wanted.seed, wanted.column) if wanted.addresses else None
    if wanted.pairing == TOGETHER and drawn is None:
        raise CodesRefused(slug, "a file for a mail merge needs the list of addresses")
    if drawn:
        record_draw(engine, slug, drawn, actor)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in sample.parts:
            made = create_codes(
                engine, settings, slug, part.letters, OF_HOMES, part.name, frame=part.addresses, actor=actor
            )
            for name, content in _files(part.name, made, drawn, wanted.pairing, write).items():
                bundle.writestr(f"{slug}-{name}", content)
        if drawn:
            bundle.writestr(f"{slug}-protocol.txt", "\n".join(drawn.sentences()) + "\n")
    return file.getvalue()


def _files(
    part: str, made: Sequence[Invitation], drawn: DrawnList | None, pairing: str, write: WriteLetters
) -> Mapping[str, bytes | str]:
    name = to_file_name(part)
    files: dict[str, bytes | str] = {f"{name}-{ending}": content for ending, content in write(made).items()}
    if drawn is None or pairing == APART:
        files[f"{name}-codes.csv"] = to_list(made)
    if drawn and pairing == APART:
        files[f"{name}-labels.csv"] = drawn.labels(part)
    if drawn and pairing == TOGETHER:
        files[f"{name}-merge.csv"] = merge(drawn, part, made)
    return files


def merge(drawn: DrawnList, part: str, made: Sequence[Invitation]) -> str:
    """Return addresses beside codes as CSV, paired at random."""
    rows = list(drawn.parts[part])
    secrets.SystemRandom().shuffle(rows)
    paired = [(*row, each.printed, each.link) for row, each in zip(rows, made, strict=True)]
    return to_csv((*drawn.columns, "code", "link"), paired)


def record_draw(engine: Engine, slug: str, drawn: DrawnList, actor: Actor) -> None:
    """Note the draw in the audit log and, in a draft, in the protocol that the report prints."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        if wave.status == DRAFT and wave.protocol.get("list"):
            wave.protocol = {**wave.protocol, "selection": " ".join(drawn.sentences()[:3])[:LONGEST]}
            session.add(wave)
        facts = {"rows": drawn.protocol["rows"], "list": drawn.protocol["list_sha256"], "seed": drawn.protocol["seed"]}
        record_act(session, actor.name, "sample drawn", slug, actor.now, **facts)


def to_file_name(part: str) -> str:
    """Return a part of the city as part of a file name.

    >>> to_file_name("Ñuñoa / North"), to_file_name("北")
    ('nunoa-north', 'part')
    """
    plain = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "part"
