"""Find the languages of a wave whose wording two people have not signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session

from app.language.languages import LANGUAGES, SOURCE
from app.language.review_state import SIGNED_BY_TWO, Signature, digest_of, find_state, read_fingerprints
from app.records.sign_offs import SignOff, sign_offs_for
from app.services.translations.untranslated import OUR_DOMAINS


def to_signature(row: SignOff) -> Signature:
    return Signature(row.step, row.signer, row.role, row.signed_on, row.digest)


def domains_asked_in(catalog: str) -> tuple[str, ...]:
    """Return the catalogs that a resident of a wave sees."""
    return (catalog, *OUR_DOMAINS)


def unreviewed(session: Session, catalog: str, languages: Collection[str]) -> dict[str, list[str]]:
    """Return the languages and catalogs that a resident would see without two signatures."""
    others = [code for code in languages if code != SOURCE and code in LANGUAGES]
    signed = sign_offs_for(session, others) if others else []
    found = {
        code: [domain for domain in domains_asked_in(catalog) if not _is_signed_by_two(code, domain, signed)]
        for code in others
    }
    return {code: domains for code, domains in found.items() if domains}


def _is_signed_by_two(language: str, domain: str, signed: Sequence[SignOff]) -> bool:
    signatures = [to_signature(row) for row in signed if (row.language, row.domain) == (language, domain)]
    return bool(signatures) and find_state(signatures, digest_of(read_fingerprints(language, domain))) in SIGNED_BY_TWO
