"""Seal an answer twice, all in one size: the inner envelope for the second holder, the outer one for the operator.

    outer envelope (operator):  source, stratum, flags and agency, inner envelope
    inner envelope (second holder):  agency and answers

Neither holder alone reads an answer. A box of an earlier version has one envelope; it is opened as it was sealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.questionnaire.definition import Survey
from app.services.ballots.response_flags import FLAGS
from app.services.holders import hpke

PLAIN_SIZE = 4096  # every inner envelope, however short its answers
LABEL_SIZE = 768  # source, stratum, flags and agency, however short
LENGTH_BYTES = 4
INNER_SIZE = PLAIN_SIZE + hpke.OVERHEAD
SEALED_SIZE = INNER_SIZE + LABEL_SIZE + hpke.OVERHEAD
INNER, OUTER = b"commontrust inner", b"commontrust outer"
OPEN_LINK = "open link"  # the source of an answer whose labels name no code
LONGEST_NAME = 40  # of a source and of a stratum
LONGEST_SLUG = 80  # of an agency


@dataclass(frozen=True)
class Ballot:
    """Hold everything that is ever known of one answer."""

    source: str
    stratum: str
    agency: str
    answers: Mapping[str, Any]
    flags: tuple[str, ...] = ()

    @property
    def sample(self) -> tuple[str, str]:
        """Return the kind of sample of its code."""
        return self.source, self.stratum

    @property
    def kind(self) -> tuple[str, str, str]:
        """Return all that a code shows about its holder: the kind of sample, and the agency that it chooses."""
        return self.source, self.stratum, self.agency


@dataclass(frozen=True)
class Labels:
    """Hold what the server adds to an answer: the kind of sample of its code, flags, and the agency that it chose.

    A form that a page sealed may name another agency; its box shows that when it is opened.
    """

    source: str
    stratum: str
    flags: tuple[str, ...] = ()
    agency: str = ""

    def to_row(self) -> list[Any]:
        return [self.source, self.stratum, list(self.flags), self.agency]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Labels:
        source, stratum, flags, agency = row
        return cls(source, stratum, tuple(flags), agency)

    def to_bytes(self) -> bytes:
        return to_json(self.to_row())

    @classmethod
    def of(cls, text: bytes) -> Labels:
        return cls.of_row(json.loads(text))


@dataclass(frozen=True)
class InnerEnvelope:
    """Hold an answer after the operator's half of an opening: still sealed to the second holder."""

    labels: Labels
    sealed: bytes


@dataclass(frozen=True)
class SealingKeys:
    """Hold the public keys of a box. Without the second holder's, each answer has one envelope."""

    box_id: str
    operator: bytes
    second: bytes | None


def to_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def to_text(ballot: Ballot) -> bytes:
    """Return what the second holder's envelope holds of checked answers."""
    return to_json([ballot.agency, ballot.answers])


def labels_of(ballot: Ballot) -> Labels:
    return Labels(ballot.source, ballot.stratum, ballot.flags, ballot.agency)


def pad(text: bytes, size: int) -> bytes:
    assert len(text) <= size - LENGTH_BYTES, "expected text that fits the envelope: opening the wave checks it"
    return (len(text).to_bytes(LENGTH_BYTES, "big") + text).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    return padded[LENGTH_BYTES : LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")]


def seal(ballot: Ballot, keys: SealingKeys) -> bytes:
    """Seal checked answers in both envelopes."""
    if keys.second is None:
        return seal_once(ballot, keys.operator)
    return seal_outer(labels_of(ballot), seal_inner(to_text(ballot), keys), keys)


def seal_inner(text: bytes, keys: SealingKeys) -> bytes:
    assert keys.second is not None
    return hpke.seal(keys.second, pad(text, PLAIN_SIZE), INNER, keys.box_id.encode())


def seal_outer(labels: Labels, inner: bytes, keys: SealingKeys) -> bytes:
    return hpke.seal(keys.operator, pad(labels.to_bytes(), LABEL_SIZE) + inner, OUTER, keys.box_id.encode())


def open_outer(private: bytes, box_id: str, sealed: bytes) -> InnerEnvelope:
    """Remove the operator's envelope. Raises `NotOpened`."""
    plain = hpke.open_sealed(private, sealed, OUTER, box_id.encode())
    return InnerEnvelope(Labels.of(unpad(plain[:LABEL_SIZE])), plain[LABEL_SIZE:])


def open_inner(private: bytes, box_id: str, sealed: bytes) -> bytes:
    """Remove the second holder's envelope and return its text. Raises `NotOpened`."""
    return unpad(hpke.open_sealed(private, sealed, INNER, box_id.encode()))


# --- boxes of an earlier version


def to_plain(ballot: Ballot) -> bytes:
    return to_json([ballot.source, ballot.stratum, ballot.agency, ballot.answers, ballot.flags])


def seal_once(ballot: Ballot, public_key: bytes) -> bytes:
    return SealedBox(PublicKey(public_key)).encrypt(pad(to_plain(ballot), PLAIN_SIZE))


def find_ballot(sealed: bytes, key: PrivateKey) -> Ballot | None:
    """Return the contents of a single envelope, or None where this key does not open it."""
    try:
        text = unpad(SealedBox(key).decrypt(sealed))
    except (CryptoError, ValueError):
        return None
    source, stratum, agency, answers, *flags = json.loads(text)
    return Ballot(source, stratum, agency, answers, tuple(flags[0]) if flags else ())  # older envelopes have none


# --- the size of an answer


def largest_form(survey: Survey) -> int:
    """Return the size in bytes of the longest form that a page seals, its rated agency included."""
    fields = [
        f"{item.code}={option}&"
        for item in survey.items.values()
        for option in ([each.code for each in item.choices] if item.kind.takes_several else [-9999])
    ]
    return len("".join(fields)) + len("_agency=") + 9 * LONGEST_SLUG  # an escaped letter beyond Latin takes nine


def largest_ballot(survey: Survey) -> int:
    """Return the size in bytes of the longest possible answer, names of sample and agency included."""
    answers = {
        item.code: [option.code for option in item.choices] if item.kind.takes_several else -9999
        for item in survey.items.values()
    }
    widest = "\N{EURO SIGN}"  # three bytes, as most letters beyond Latin
    ballot = Ballot(widest * LONGEST_NAME, widest * LONGEST_NAME, widest * LONGEST_SLUG, answers, FLAGS)
    return len(to_plain(ballot)) + LENGTH_BYTES
