"""People with letters whose pages buy tokens, over lines that are cut: each repeats the last step until it is done."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import re
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.services.ballots.envelopes import INNER, PLAIN_SIZE, pad
from app.services.ballots.tokens.blind_rsa import BlindingFailed
from app.services.holders import hpke
from app.services.intake.submission import SoldToken
from tests.services.ballots.tokens.buying import Buyer

DATA = re.compile(r'data-(box|key)="([^"]*)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RESEAL = 409


@dataclass
class TokenCrowd:
    """People who buy and send, again after a cut line, to whichever server is there."""

    wave: str
    people: queue.SimpleQueue[Buyer]
    size: int = 4
    thanked: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    cuts: int = 0
    port: int = 0
    _going: bool = True
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._answer, daemon=True) for _ in range(self.size)]
        for thread in self._threads:
            thread.start()

    def is_done(self, count: int) -> bool:
        return len(self.thanked) + len(self.refused) >= count

    def stop(self) -> None:
        self._going = False
        for thread in self._threads:
            thread.join(20)

    def _answer(self) -> None:
        while self._going:
            try:
                buyer = self.people.get(timeout=0.05)
            except queue.Empty:
                continue
            (self.thanked if self._is_thanked(buyer) else self.refused).append(buyer.answer)

    def _is_thanked(self, buyer: Buyer) -> bool:
        while self._going and buyer.token is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                try:
                    buyer.learn(self._buy(buyer))
                except BlindingFailed:
                    return False
        keys: Mapping[str, str] = {}
        while self._going:
            with contextlib.suppress(OSError, http.client.HTTPException):
                keys = keys or dict(DATA.findall(self._ask("GET")[1]))
                status, text = self._ask("POST", self._sealed(buyer, keys))
                if status == RESEAL:
                    keys = json.loads(text)
                    continue
                return status == 200
        return False

    def _buy(self, buyer: Buyer) -> SoldToken:
        blinded = urlsafe_b64encode(buyer.blinded.message).decode() if buyer.blinded else ""
        fields = {"_do": "token", "_pace": "3", "_code": buyer.code, "_blinded": blinded}
        sold = json.loads(self._ask("POST", fields)[1])
        return SoldToken(b64decode(sold["key"]), b64decode(sold["signed"]), sold["agency"])

    def _sealed(self, buyer: Buyer, keys: Mapping[str, str]) -> dict[str, str]:
        sealed = hpke.seal(b64decode(keys["key"]), pad(buyer.text(), PLAIN_SIZE), INNER, keys["box"].encode())
        fields = {"_do": "send", "_pace": "3", "_lang": "en", "_agency": buyer.agency, "_number": buyer.number}
        return fields | {"_box": keys["box"], "_sealed": urlsafe_b64encode(sealed).decode()}

    def _ask(self, method: str, fields: Mapping[str, str] | None = None) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, f"/s/{self.wave}", urlencode(fields) if fields else None, FORM if fields else {})
            reply = line.getresponse()
            text = reply.read().decode()
            if reply.status >= 500:
                raise http.client.HTTPException  # "try again in a few minutes"
            return reply.status, text
        except (OSError, http.client.HTTPException):
            self.cuts += 1
            time.sleep(0.01)
            raise
        finally:
            line.close()
