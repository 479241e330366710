"""Manage the review of translations: signatures, and the state of each catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from app.errors import NotFound, Refused
from app.language.completeness import check_domain, find_domains
from app.language.languages import ALL_LANGUAGES, SOURCE
from app.language.po_files import template_path, translation_path
from app.language.review_state import STEPS, Signature, digest_of, find_obstacle, find_state, read_fingerprints
from app.paths import LOCALES
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.sign_offs import SignOff, sign_offs_for
from app.services.accounts.second_person import check_counts
from app.services.common.actor import Actor
from app.services.translations.review_status import to_signature

LONGEST_NAME = 120


class SignatureRefused(Refused):
    def __init__(self, language: str, domain: str, step: str, reason: str) -> None:
        self.language, self.domain, self.step, self.reason = language, domain, step, reason
        super().__init__(f"The {language} translation of {domain} cannot be signed as {step}: {reason}.")


@dataclass(frozen=True)
class TranslationStatus:
    """Hold the review status of one catalog. `changed` counts sentences that no one signed as they are now."""

    language: str
    domain: str
    state: str
    signatures: tuple[Signature, ...]
    sentences: int
    changed: int
    faults: int


def find_status(
    language: str, domain: str, signed: Sequence[SignOff], root: Path = LOCALES, faults: bool = True
) -> TranslationStatus:
    """Return the status of a catalog. Without `faults` its sentences are not checked, which is the slowest part."""
    now = read_fingerprints(language, domain, root)
    rows = [row for row in signed if (row.language, row.domain) == (language, domain)]
    signatures = tuple(map(to_signature, rows))
    return TranslationStatus(
        language,
        domain,
        find_state(signatures, digest_of(now)),
        signatures,
        len(now),
        len(now - {each for row in rows for each in row.sentences}) if rows else 0,
        _count_faults(language, domain, root, _written_at(language, domain, root)) if faults else 0,
    )


def _written_at(language: str, domain: str, root: Path) -> tuple[int, ...]:
    files = (translation_path(root, language, domain), template_path(root, domain))
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)


@lru_cache(maxsize=1024)
def _count_faults(language: str, domain: str, root: Path, written_at: tuple[int, ...]) -> int:
    """Return the number of faults. Files are checked again only after a change, because checking takes seconds."""
    return len(check_domain(root, domain, [language]))


def list_statuses(
    engine: Engine, languages: Sequence[str] = (), root: Path = LOCALES, faults: bool = True
) -> list[TranslationStatus]:
    """Return the status of every catalog of these languages, or of all languages."""
    wanted = [_known(code) for code in languages] or [code for code in ALL_LANGUAGES if code != SOURCE]
    with reading(engine) as session:
        signed = sign_offs_for(session, wanted)
        return [find_status(code, domain, signed, root, faults) for code in wanted for domain in find_domains(root)]


def _known(language: str) -> str:
    if language not in ALL_LANGUAGES or language == SOURCE:
        raise NotFound("translation", language, set(ALL_LANGUAGES) - {SOURCE})
    return language


@dataclass(frozen=True)
class WantedSignature:
    """Describe a signature: `step` is one of `STEPS`; `role` is that of the signer, such as "community reviewer"."""

    language: str
    domain: str
    step: str
    signer: str
    role: str


def sign(engine: Engine, wanted: WantedSignature, actor: Actor, root: Path = LOCALES) -> TranslationStatus:
    """Sign the sentences as they are on disk now."""
    _check_can_be_signed(wanted, root)
    sentences = read_fingerprints(wanted.language, wanted.domain, root)
    digest = digest_of(sentences)
    with writing(engine) as session:
        check_counts(session, actor.name)
        signed = sign_offs_for(session, [wanted.language])
        before = find_status(wanted.language, wanted.domain, signed, root)
        obstacle = find_obstacle(before.signatures, digest, wanted.step, wanted.signer)
        if obstacle:
            raise SignatureRefused(wanted.language, wanted.domain, wanted.step, obstacle)
        row = SignOff(**vars(wanted), signed_on=actor.now.date(), digest=digest, sentences=sorted(sentences))
        session.add(row)
        subject = f"{wanted.language}/{wanted.domain}"
        facts = {"step": wanted.step, "signer": wanted.signer, "role": wanted.role, "digest": digest}
        record_act(session, actor.name, "translation signed", subject, actor.now, **facts)
        return find_status(wanted.language, wanted.domain, [*signed, row], root)


def _check_can_be_signed(wanted: WantedSignature, root: Path) -> None:
    if wanted.step not in STEPS:
        raise NotFound("step of a review", wanted.step, STEPS)
    if wanted.domain not in find_domains(root):
        raise NotFound("catalog", wanted.domain, find_domains(root))
    faults = check_domain(root, wanted.domain, [_known(wanted.language)])
    if faults:
        reason = f"expected complete sentences, found {len(faults)} faults, the first is {faults[0]}"
        raise SignatureRefused(wanted.language, wanted.domain, wanted.step, reason)
    for name, text in (("signer", wanted.signer), ("role", wanted.role)):
        if not 0 < len(text.strip()) <= LONGEST_NAME:
            reason = f"expected a {name} of 1 to {LONGEST_NAME} letters, got {len(text.strip())}"
            raise SignatureRefused(wanted.language, wanted.domain, wanted.step, reason)
