"""Turn the envelopes of boxes into answers, with both holders' keys: two layers, and a shuffle after each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlmodel import Session

from app.errors import BoxDamaged, HolderKeyMissing, SecondHolderElsewhere
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.records.ballots import Box, Envelope
from app.records.tokens import counted_tokens_of
from app.records.waves import Wave, rated_agencies_of
from app.services.ballots.answer_text import ReadText, read_text
from app.services.ballots.envelopes import OPEN_LINK, Ballot, InnerEnvelope, Labels, find_ballot, open_inner, open_outer
from app.services.ballots.response_flags import OF_OPEN_LINKS, in_order
from app.services.ballots.single_keys import load_box_key
from app.services.holders.hpke import NotOpened
from app.services.holders.identity import key_id
from app.services.holders.key_files import HolderFolder, Passphrase, UnlockedHolder, find_folder
from app.services.tokens.token import TokenCount
from app.services.tokens.token_keys import CodeKind, get_token_keys, kind_of
from app.settings import Settings


@dataclass(frozen=True)
class Unlock:
    """Hold what unlocks each holder on this machine. An operator without a passphrase needs none."""

    second: Passphrase | None = None
    operator: Passphrase | None = None


NO_PASSPHRASE = Unlock()


@dataclass(frozen=True)
class AnswerText:
    """Hold one answer after both layers: its labels, and its text, or None where the second layer did not open."""

    labels: Labels
    text: bytes | None


@dataclass(frozen=True)
class Unsealed:
    """Hold the readable answers of boxes, the number of those that no one can read, and the marks of their tokens."""

    ballots: tuple[Ballot, ...]
    unreadable: int = 0
    tokens: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Hold what reading an answer of a wave needs."""

    survey: Survey
    agencies: tuple[str, ...]
    tokens: Mapping[str, tuple[CodeKind, int]] = field(default_factory=dict)  # the keys of tokens, by fingerprint
    counted: frozenset[bytes] = frozenset()  # the marks of tokens that earlier openings counted
    needs_code: bool = False

    @classmethod
    def of(cls, session: Session, wave: Wave) -> Reading:
        """Return what the database holds of a wave. Raises `TokenKeysForged`."""
        agencies = rated_agencies_of(session, wave.id or 0)
        return cls(
            load_survey(wave.survey_text),
            tuple(agency.slug for agency, _ in agencies),
            {key.id: (kind_of(key), int.from_bytes(key.modulus, "big")) for key in get_token_keys(session, wave)},
            frozenset(counted_tokens_of(session, wave.id or 0)),
            bool(wave.token_keys) and wave.code_policy == "required",
        )

    def read(self, texts: Iterable[AnswerText]) -> Unsealed:
        """Read all answers of an opening. One of two answers with the same token is counted."""
        count = TokenCount(self.tokens, set(self.counted))
        found = [self._to_ballot(each, count) for each in texts]
        ballots = tuple(ballot for ballot in found if ballot is not None)
        return Unsealed(ballots, len(found) - len(ballots), tuple(sorted(count.seen - self.counted)))

    def _to_ballot(self, answer: AnswerText, count: TokenCount[CodeKind]) -> Ballot | None:
        text = read_text(self.survey, self.agencies, answer.text) if answer.text is not None else None
        labels = answer.labels
        if text is None or text.agency != labels.agency:
            return None
        if text.token:
            return self._to_ballot_of_token(text, labels, count)
        if self.needs_code and labels.source == OPEN_LINK:
            return None
        return Ballot(labels.source, labels.stratum, text.agency, text.answers, labels.flags)

    def _to_ballot_of_token(self, text: ReadText, labels: Labels, count: TokenCount[CodeKind]) -> Ballot | None:
        """Return the answer with the kind of its token's key, whose agency must be the one that is rated."""
        checked = count.check(text.token)
        if checked is None or checked[0].agency != text.agency:
            return None
        kind, mark = checked
        count.count(mark)
        flags = in_order(frozenset(labels.flags) - OF_OPEN_LINKS)
        return Ballot(kind.source, kind.stratum, text.agency, text.answers, flags)


def unseal(
    settings: Settings,
    boxes: Sequence[Box],
    envelopes: Sequence[Envelope],
    reading: Reading,
    unlock: Unlock,
    holders: tuple[str, str],
    chance: Random,
) -> Unsealed:
    """Remove all layers on this machine. `holders`: fingerprints of the operator and of the second holder."""
    singles = {box.id for box in boxes if box.second_key is None}
    ballots = unseal_single(settings, [each for each in envelopes if each.box_id in singles])
    doubles = [box for box in boxes if box.id not in singles]
    if not doubles:
        return Unsealed(tuple(ballots))
    second = get_second(settings, holders[1]).unlock(unlock.second)
    inner = remove_outer(settings, doubles, envelopes, holders[0], unlock, chance)
    read = reading.read(remove_inner(second, second_keys(doubles), inner, chance))
    return Unsealed((*ballots, *read.ballots), read.unreadable, read.tokens)


def get_second(settings: Settings, fingerprint: str) -> HolderFolder:
    folder = find_folder(settings.key_dir, fingerprint)
    if folder is None:
        raise SecondHolderElsewhere(fingerprint)
    return folder


def remove_outer(
    settings: Settings,
    boxes: Sequence[Box],
    envelopes: Sequence[Envelope],
    operator: str,
    unlock: Unlock,
    chance: Random,
) -> list[tuple[str, InnerEnvelope]]:
    """Remove the operator's envelopes and return the inner ones with their boxes, shuffled."""
    folder = find_folder(settings.key_dir, operator)
    if folder is None:
        raise HolderKeyMissing("the operator", operator, settings.key_dir)
    keys = load_keys(folder.unlock(unlock.operator), {box.id: box.public_key for box in boxes})
    try:
        inner = [
            (each.box_id, open_outer(keys[each.box_id], each.box_id, each.sealed))
            for each in envelopes
            if each.box_id in keys
        ]
    except NotOpened:
        raise BoxDamaged(boxes[0].id) from None
    chance.shuffle(inner)
    return inner


def remove_inner(
    second: UnlockedHolder,
    keys: Mapping[str, bytes],
    inner: Sequence[tuple[str, InnerEnvelope]],
    chance: Random,
) -> list[AnswerText]:
    """Remove the second holder's envelopes and return the answers, shuffled again."""
    privates = load_keys(second, keys)
    texts = [AnswerText(each.labels, _find_text(privates[box_id], box_id, each.sealed)) for box_id, each in inner]
    chance.shuffle(texts)
    return texts


def _find_text(private: bytes, box_id: str, sealed: bytes) -> bytes | None:
    try:
        return open_inner(private, box_id, sealed)
    except NotOpened:
        return None


def load_keys(holder: UnlockedHolder, publics: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the private key of each box."""
    return {box_id: holder.load_key(key_id(public)) for box_id, public in publics.items()}


def second_keys(boxes: Iterable[Box]) -> dict[str, bytes]:
    return {box.id: box.second_key for box in boxes if box.second_key is not None}


def unseal_single(settings: Settings, envelopes: Sequence[Envelope]) -> list[Ballot]:
    """Open envelopes of an earlier version."""
    keys = {box_id: load_box_key(settings.key_dir, box_id) for box_id in {each.box_id for each in envelopes}}
    found = [find_ballot(each.sealed, keys[each.box_id]) for each in envelopes]
    damaged = [each.box_id for each, ballot in zip(envelopes, found, strict=True) if ballot is None]
    if damaged:
        raise BoxDamaged(damaged[0])
    return [ballot for ballot in found if ballot is not None]
