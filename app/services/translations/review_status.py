"""Find the languages of a wave whose wording two people have not signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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


AS_ON_DISK: Mapping[tuple[str, str], str] = {}


def unreviewed(
    session: Session,
    catalog: str,
    languages: Collection[str],
    digests: Mapping[tuple[str, str], str] = AS_ON_DISK,
) -> dict[str, list[str]]:
    """Return the languages and catalogs that a resident would see without two signatures.

    `digests` are of frozen sentences, by language and catalog; others are read as they are on disk.
    """
    others = [code for code in languages if code != SOURCE and (code in LANGUAGES or (code, catalog) in digests)]
    signed = sign_offs_for(session, others) if others else []
    found = {
        code: [domain for domain in domains_asked_in(catalog) if not _is_signed_by_two(code, domain, signed, digests)]
        for code in others
    }
    return {code: domains for code, domains in found.items() if domains}


def _is_signed_by_two(
    language: str, domain: str, signed: Sequence[SignOff], digests: Mapping[tuple[str, str], str]
) -> bool:
    signatures = [to_signature(row) for row in signed if (row.language, row.domain) == (language, domain)]
    if not signatures:
        return False
    digest = digests.get((language, domain)) or digest_of(read_fingerprints(language, domain))
    return find_state(signatures, digest) in SIGNED_BY_TWO
