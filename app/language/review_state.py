"""Compute the review state of a catalog: draft, reviewed, adjudicated, pretested (TRAPD).

A signature covers the exact sentences that were read, source and translation together. After a change of one word the
catalog is a draft again until someone reviews the change. A translation counts as reviewed only after two people sign
it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.language.catalogs import MessageCatalog
from app.language.po_files import PoEntry, read_entries, translation_path
from app.paths import LOCALES

DRAFT, REVIEWED, ADJUDICATED, PRETESTED = "draft", "reviewed", "adjudicated", "pretested"
# The steps that are signed, in their order. Without any signature the catalog is a draft.
STEPS: dict[str, str] = {
    REVIEWED: "read every sentence against the English, as a second translator",
    ADJUDICATED: "settled what reviewer and translator saw differently",
    PRETESTED: "watched residents answer in this wording and heard what they understood",
}
SIGNED_BY_TWO = (ADJUDICATED, PRETESTED)


@dataclass(frozen=True)
class Signature:
    """Hold one signature: the step, the signer with their role, the day, and the digest of the sentences."""

    step: str
    signer: str
    role: str
    day: datetime.date
    digest: str

    @property
    def signer_key(self) -> str:
        return signer_key(self.signer)


def signer_key(name: str) -> str:
    """Return one spelling for one person: `Ana  López` is `ana lópez`."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def fingerprint(entry: PoEntry) -> str:
    """Return 32 hexadecimal digits that change with the sentence, its context or its translation."""
    parts = [entry.context, entry.text, entry.plural, *entry.translation]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def fingerprints_of(catalog: MessageCatalog) -> frozenset[str]:
    """Return the fingerprints of a catalog whose sentences have no plural forms, as those of surveys."""
    found = catalog.messages.items()
    return frozenset(fingerprint(PoEntry(text, context, translation=forms)) for (context, text), forms in found)


def digest_of(fingerprints: Iterable[str]) -> str:
    """Return one digest of all sentences, independent of their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()


def read_fingerprints(language: str, domain: str, root: Path = LOCALES) -> frozenset[str]:
    """Return the fingerprints of a catalog as it is on disk now; empty without a catalog."""
    path = translation_path(root, language, domain)
    return _read(path, path.stat().st_mtime_ns) if path.exists() else frozenset()


@lru_cache(maxsize=512)
def _read(path: Path, changed: int) -> frozenset[str]:
    return frozenset(fingerprint(entry) for entry in read_entries(path) if entry.translation and not entry.fuzzy)


def find_state(signatures: Collection[Signature], digest: str) -> str:
    """Return the last step whose signatures cover the sentences as they are now."""
    signers = {step: {each.signer_key for each in _valid_signatures(signatures, digest, step)} for step in STEPS}
    if not signers[REVIEWED]:
        return DRAFT
    if not is_by_another(signers[ADJUDICATED], signers[REVIEWED]):
        return REVIEWED
    return PRETESTED if signers[PRETESTED] else ADJUDICATED


def is_by_another(signers: Collection[str], earlier: Collection[str]) -> bool:
    """Return whether two different people signed the two steps."""
    return bool(signers) and len({*signers, *earlier}) > 1


def _valid_signatures(signatures: Collection[Signature], digest: str, step: str) -> list[Signature]:
    return [each for each in signatures if each.step == step and each.digest == digest]


def find_obstacle(signatures: Sequence[Signature], digest: str, step: str, signer: str) -> str | None:
    """Return the reason why this person cannot sign this step now, or None."""
    reviewers = {each.signer_key for each in _valid_signatures(signatures, digest, REVIEWED)}
    if step == ADJUDICATED and not is_by_another({signer_key(signer)}, reviewers):
        return "expected another person to review the current sentences first"
    if step == PRETESTED and find_state(signatures, digest) not in SIGNED_BY_TWO:
        return "expected the sentences as they are now to be adjudicated first"
    return None
