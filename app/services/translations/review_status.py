"""Find the languages of a wave whose wording two people have not signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.language.catalogs import MessageCatalog
from app.language.languages import LANGUAGES, SOURCE
from app.language.po_files import PoEntry
from app.language.review_state import (
    ADJUDICATED,
    DRAFT,
    PRETESTED,
    REVIEWED,
    SIGNED_BY_TWO,
    STEPS,
    Signature,
    digest_of,
    find_state,
    fingerprint,
    is_by_another,
    read_fingerprints,
    signer_key,
)
from app.questionnaire.definition import Survey
from app.questionnaire.messages import sentences
from app.questionnaire.survey_words import survey_words
from app.records.sign_offs import SignOff, sign_offs_for
from app.services.translations.untranslated import OUR_DOMAINS


def to_signature(row: SignOff) -> Signature:
    return Signature(row.step, row.signer, row.role, row.signed_on, row.digest)


def domains_asked_in(catalog: str) -> tuple[str, ...]:
    """Return the catalogs that a resident of a wave sees."""
    return (catalog, *OUR_DOMAINS)


AS_ON_DISK: Mapping[tuple[str, str], str] = {}


@dataclass(frozen=True)
class AskedSentences:
    """Hold the sentences of a survey as fingerprints by language, and the languages with translations of its own."""

    find: Callable[[str], frozenset[str]]
    own: frozenset[str] = frozenset()


def sentences_asked(survey: Survey) -> AskedSentences:
    """Return the sentences of a survey as they are now."""
    return AskedSentences(
        lambda code: fingerprints_in(survey, survey_words(survey, code)), frozenset(survey.translations)
    )


def fingerprints_in(survey: Survey, words: MessageCatalog) -> frozenset[str]:
    """Return the fingerprints of the sentences of a survey that have a translation."""
    found = ((each, words.find(each.text, each.context)) for each in sentences(survey))
    return frozenset(fingerprint(PoEntry(each.text, each.context, translation=forms)) for each, forms in found if forms)


def unreviewed(
    session: Session,
    catalog: str,
    languages: Collection[str],
    digests: Mapping[tuple[str, str], str] = AS_ON_DISK,
    asked: AskedSentences | None = None,
) -> dict[str, list[str]]:
    """Return the languages and catalogs that a resident would see without two signatures.

    `digests` are of frozen sentences, by language and catalog; others are read as they are on disk. `asked` gives the
    sentences of the survey: where their catalog is not signed as a whole, each of them needs its two signatures.
    """
    others = [code for code in languages if code != SOURCE and (code in LANGUAGES or (code, catalog) in digests)]
    signed = sign_offs_for(session, others) if others else []
    found = {
        code: [
            domain
            for domain in domains_asked_in(catalog)
            if not _is_signed(code, domain, signed, digests, asked if domain == catalog else None)
        ]
        for code in others
    }
    return {code: domains for code, domains in found.items() if domains}


def _is_signed(
    language: str,
    domain: str,
    signed: Sequence[SignOff],
    digests: Mapping[tuple[str, str], str],
    asked: AskedSentences | None,
) -> bool:
    is_own = asked is not None and language in asked.own
    if not is_own and _is_signed_by_two(language, domain, signed, digests):
        return True
    rows = [row for row in signed if row.language == language]
    return asked is not None and bool(rows) and is_covered(asked.find(language), language, rows)


def is_covered(asked: frozenset[str], language: str, signed: Sequence[SignOff]) -> bool:
    """Return whether two people signed each of these sentences as it is."""
    signers = find_signers(signed, language)
    return all(find_sentence_state(signers, each) in SIGNED_BY_TWO for each in asked)


Signers = Mapping[str, Mapping[str, frozenset[str]]]


def find_signers(signed: Sequence[SignOff], language: str) -> Signers:
    """Return step -> fingerprint -> the people who signed it."""
    found: dict[str, dict[str, frozenset[str]]] = {step: {} for step in STEPS}
    for row in signed:
        if row.language == language:
            lines = found[row.step]
            for each in row.sentences:
                lines[each] = lines.get(each, frozenset()) | {signer_key(row.signer)}
    return found


def find_sentence_state(signers: Signers, sentence: str) -> str:
    """Return the last step that was signed for one sentence, by the rule of whole catalogs."""
    reviewers, settlers = (signers[step].get(sentence, frozenset()) for step in (REVIEWED, ADJUDICATED))
    if not reviewers:
        return DRAFT
    if not is_by_another(settlers, reviewers):
        return REVIEWED
    return PRETESTED if sentence in signers[PRETESTED] else ADJUDICATED


def _is_signed_by_two(
    language: str, domain: str, signed: Sequence[SignOff], digests: Mapping[tuple[str, str], str]
) -> bool:
    signatures = [to_signature(row) for row in signed if (row.language, row.domain) == (language, domain)]
    if not signatures:
        return False
    digest = digests.get((language, domain)) or digest_of(read_fingerprints(language, domain))
    return find_state(signatures, digest) in SIGNED_BY_TWO
