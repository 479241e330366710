"""Residents with codes who answer with script, and everything that a live operator sees of them, in its order."""

from __future__ import annotations

import heapq
import json
import math
import re
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from starlette.testclient import TestClient

from app.services.ballots.envelopes import INNER, PLAIN_SIZE, pad
from app.services.holders import hpke
from app.services.intake.submission import SoldToken
from tests.services.ballots.tokens.buying import Buyer

HALF = 4 * 60.0  # seconds of each half of the questionnaire, in the median
SPREAD = 0.5  # of its logarithm, as web surveys show
DATA = re.compile(r'data-(box|key|tokens)="([^"]*)"')


@dataclass(frozen=True)
class Seen:
    """Hold one request and its reply as the operator's own server sees them. `who` is for counting hits alone."""

    at: float
    fields: Mapping[str, str]
    reply: str
    who: int = field(repr=False)


@dataclass
class Resident:
    """Hold one person with a letter."""

    who: int
    code: str
    starts: float
    half: float
    early: float  # from 0 to 1: where in the first half it buys
    buyer: Buyer = field(init=False)

    def __post_init__(self) -> None:
        self.buyer = Buyer(self.code, self.who)

    def act(self, client: TestClient, address: str) -> Iterator[tuple[float, Seen]]:
        """Open the page, buy a token in the first half where there are any, and send; yield when each comes next."""
        page = client.get(address).text
        data = dict(DATA.findall(page))
        number = re.search(r'name="_number" value="([0-9a-f]{32})"', page)
        assert number
        yield self.starts, Seen(self.starts, {}, number[1], self.who)
        bought = self.starts + self.half * self.early
        has_tokens = "tokens" in data
        if has_tokens:
            yield bought, Seen(bought, *self._buy(client, address, ""), self.who)
            yield bought, Seen(bought, *self._buy(client, address, self._blinded()), self.who)
        self.buyer.agency = "police"
        sent = {"_agency": "police", "_lang": "en", "_pace": "3", "_do": "send", "_box": data["box"]}
        sent["_sealed"] = urlsafe_b64encode(self._seal(data)).decode()
        sent |= {"_number": secrets.token_hex(16)} if has_tokens else {"_number": number[1], "_code": self.code}
        end = self.starts + 2 * self.half
        yield end, Seen(end, sent, self._post(client, address, sent), self.who)

    def _buy(self, client: TestClient, address: str, blinded: str) -> tuple[dict[str, str], str]:
        fields = {"_do": "token", "_pace": "3", "_code": self.code, "_blinded": blinded}
        reply = self._post(client, address, fields)
        sold = json.loads(reply)
        self.buyer.learn(SoldToken(b64decode(sold["key"]), b64decode(sold["signed"]), sold["agency"]))
        return fields, reply

    def _blinded(self) -> str:
        assert self.buyer.blinded is not None
        return urlsafe_b64encode(self.buyer.blinded.message).decode()

    def _seal(self, data: Mapping[str, str]) -> bytes:
        return hpke.seal(b64decode(data["key"]), pad(self.buyer.text(), PLAIN_SIZE), INNER, data["box"].encode())

    def _post(self, client: TestClient, address: str, fields: Mapping[str, str]) -> str:
        reply = client.post(address, content=urlencode(fields))
        assert reply.is_success, reply.text
        return reply.text


def watch(client: TestClient, address: str, codes: list[str], hours: float, chance: Random) -> list[Seen]:
    """Let everyone answer within some hours, each step at its time, and return all requests in their order."""
    people = [
        Resident(who, code, chance.uniform(0, 3600 * hours), HALF * math.exp(chance.gauss(0, SPREAD)), chance.random())
        for who, code in enumerate(codes)
    ]
    waiting = [(each.starts, each.who, each.act(client, address)) for each in people]
    heapq.heapify(waiting)
    seen: list[Seen] = []
    while waiting:
        _, who, steps = heapq.heappop(waiting)
        found = next(steps, None)
        if found is not None:
            seen.append(found[1])
            heapq.heappush(waiting, (found[0] + 1e-6, who, steps))
    return sorted(seen, key=lambda each: each.at)
