"""An operator who is live with the server sees each request in order, with its content, and links no code to an answer.

The residents answer with script. The operator also knows the residents' pace on average, the own keys and the issuing
keys, the list of codes with the names on the letters, and at last the second holder's keys.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from urllib.parse import parse_qs

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sqlmodel import Session, select

from app.records.ballots import CURRENT, Box, Envelope, Response
from app.records.waves import get_wave
from app.services.ballots.envelopes import open_inner, open_outer
from app.services.ballots.tokens.blind_rsa import EXPONENT
from app.services.ballots.tokens.raw_rsa import IssuingKey
from app.services.ballots.tokens.token import read_token
from app.services.holders.identity import key_id
from app.services.holders.key_files import Passphrase, find_folder
from app.services.waves import lifecycle
from app.services.waves.open_waves import to_open_wave
from tests.attacks.live_requests import Seen, watch
from tests.attacks.test_time import cost_of, first_half
from tests.drills import choose
from tests.services.making import ACT, PASSPHRASE, PLAN, SURVEY, make_number_of, open_boxes
from tests.web.service import Service, open_service

RESIDENTS = choose(150, 300)
MOST = 0.07
BUSY, QUIET = 1.0, 5.0  # hours in which they all answer


@dataclass(frozen=True)
class Watched:
    """Hold a round that is over, all requests of it, and the service."""

    service: Service
    seen: list[Seen]

    def codes(self) -> list[Seen]:
        """Return the last request of each code that has one."""
        return [*{each.who: each for each in self.seen if "_code" in each.fields}.values()]

    def answers(self) -> list[Seen]:
        return [each for each in self.seen if each.fields.get("_do") == "send"]


@contextmanager
def watched(folder: Path, hours: float = BUSY) -> Iterator[Watched]:
    agencies = (replace(PLAN.agencies[0], slug="police"),)
    plan = {"survey": SURVEY, "agencies": agencies, "codes": "required", "languages": ("en",)}
    with open_service(folder, coded=RESIDENTS, **plan) as service:
        codes = [each.typed for each in service.codes]
        yield Watched(service, watch(service.client, service.address, codes, hours, Random(16)))


# --- what the operator tries


def find_certain(round: Watched) -> int:
    """Return the number of codes that share a value with one answer alone: a field, or a part of a reply."""
    answers = round.answers()
    values = Counter(value for each in answers for value in each.fields.values())
    links = 0
    for code in round.codes():
        known = {*code.fields.values(), code.reply}
        links += any(values[value] == 1 for value in known if value)
    return links


def match_by_time(round: Watched) -> dict[int, int]:
    """Return the most likely pairs of code and answer: the operator knows everyone's pace on average."""
    codes, answers = round.codes(), round.answers()
    gaps = np.array([[answer.at - code.at for answer in answers] for code in codes])
    rows, columns = linear_sum_assignment(cost_of(first_half)(gaps))
    return {codes[row].who: answers[column].who for row, column in zip(rows, columns, strict=True)}


def share(pairs: dict[int, int]) -> float:
    return sum(who == found for who, found in pairs.items()) / RESIDENTS


def open_apart(round: Watched) -> list[int]:
    """Close the round and open its box; return who gave each response, in the order in which they are stored."""
    service = round.service
    lifecycle.close_wave(service.engine, "riverside-2026", ACT)
    open_boxes(service.engine, service.settings, "riverside-2026", ACT)
    with Session(service.engine) as session:
        return [make_number_of(each.codes) for each in session.exec(select(Response))]


def match_responses(round: Watched, responses: list[int]) -> dict[int, int]:
    """Match codes with responses: by time with a sealed answer, and by order with what became of it."""
    places = {answer.who: place for place, answer in enumerate(round.answers())}
    return {who: responses[places[found]] for who, found in match_by_time(round).items()}


def inner_texts(service: Service) -> list[bytes]:
    """Return every text in the box, with the keys of both holders."""
    with Session(service.engine) as session:
        (box,) = session.exec(select(Box).where(Box.status == CURRENT))
        sealed = [each.sealed for each in session.exec(select(Envelope))]
    folders = [path.name for path in (service.settings.key_dir / "holders").iterdir()]
    holders = [find_folder(service.settings.key_dir, name) for name in folders]
    keys = {each.role: each.unlock(Passphrase(PASSPHRASE) if each.is_wrapped else None) for each in holders if each}
    operator = keys["operator"].load_key(key_id(box.public_key))
    second = keys["second"].load_key(key_id(box.second_key or b""))
    return [open_inner(second, box.id, open_outer(operator, box.id, each).sealed) for each in sealed]


# --- with tokens


def test_live_operator_links_no_code_to_an_answer(tmp_path: Path) -> None:
    """The second holder is apart: the operator has every request, the own keys, and the responses."""
    with watched(tmp_path) as round:
        certain, by_time = find_certain(round), share(match_by_time(round))
        by_answer = share(match_responses(round, open_apart(round)))
        assert len(round.answers()) == RESIDENTS
    print(f"certain {certain}, code to sealed answer by time {by_time:.1%}, code to answer {by_answer:.1%}")
    assert certain == 0
    assert max(by_time, by_answer) <= MOST


def test_both_holders_with_all_requests_are_left_with_time(tmp_path: Path) -> None:
    """Each token fits each blinded message equally well, even for who holds every private key."""
    with watched(tmp_path) as round:
        texts = inner_texts(round.service)
        tokens = [token for text in texts if (token := read_token(parse_qs(text.decode())["~"][0]))]
        assert len(tokens) == RESIDENTS
        assert find_certain(round) == 0
        sent = {value for code in round.codes() for value in code.fields.values() if len(value) > 4}
        assert not [text for text in texts if any(value.encode() in text for value in sent)]
        chance, key = Random(17), issuing_key(round.service)
        for _ in range(20):
            token, code = chance.choice(tokens), chance.choice(round.codes())
            assert fits(key, token.signature, code.fields["_blinded"])
        print(f"code to sealed answer by time in {BUSY:.0f} h: {share(match_by_time(round)):.1%}")


def issuing_key(service: Service) -> IssuingKey:
    with Session(service.engine) as session:
        wave = to_open_wave(session, get_wave(session, "riverside-2026"), service.settings.secret)
    assert wave.tokens is not None
    (key,) = wave.tokens.keys.values()
    return key


def fits(key: IssuingKey, signature: bytes, blinded: str) -> bool:
    """Return whether some blinding factor makes this blinded message of this token: the key's holder can find it."""
    encoded = pow(int.from_bytes(signature, "big"), EXPONENT, key.modulus)
    message = int.from_bytes(urlsafe_b64decode(blinded), "big")
    power = message * pow(encoded, -1, key.modulus) % key.modulus
    factor = int.from_bytes(key.sign(power.to_bytes(key.size, "big")), "big")
    return encoded * pow(factor, EXPONENT, key.modulus) % key.modulus == message


# --- the same attack without them


def test_same_operator_links_everyone_without_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.ballots.tokens.token_keys.has_room", lambda survey: False)
    with watched(tmp_path) as round:
        assert len(round.answers()) == RESIDENTS
        assert find_certain(round) == RESIDENTS
        assert share({each.who: each.who for each in round.codes()}) == 1
