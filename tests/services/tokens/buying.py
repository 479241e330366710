"""A resident's page without a browser: it buys a token for a code, and sends a sealed answer with the token in it."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.services.ballots.envelopes import INNER, PLAIN_SIZE, pad
from app.services.holders import hpke
from app.services.intake.submission import BallotBox, OpenWave, SoldToken, SubmissionForm
from app.services.tokens.blind_rsa import PREFIX_SIZE, Blinded, BlindingFailed, blind, finalize
from app.services.tokens.token import MESSAGE, SealedToken
from app.services.tokens.token_keys import fingerprint_of
from app.settings import Settings
from tests.services.making import make_fields


@dataclass
class Buyer:
    """Hold one person's page: the code, the answer, and what the page keeps until it is sent."""

    code: str
    answer: int
    number: str = field(default_factory=lambda: secrets.token_hex(16))
    prefix: bytes = field(default_factory=lambda: secrets.token_bytes(PREFIX_SIZE))
    blinded: Blinded | None = None
    token: SealedToken | None = None
    agency: str = ""

    def learn(self, sold: SoldToken) -> None:
        """Take in the reply: first the key, for which this page blinds one message, then the signature."""
        self.agency = sold.agency
        modulus = int.from_bytes(sold.modulus, "big")
        if self.blinded is None:
            self.blinded = blind(modulus, self.prefix + MESSAGE)
        else:
            signature = finalize(modulus, self.prefix + MESSAGE, sold.signed, self.blinded.inverse)
            self.token = SealedToken(fingerprint_of(sold.modulus).hex(), self.prefix, signature)

    def text(self) -> bytes:
        """Return what the page seals."""
        fields = {code: values[0] for code, values in make_fields(self.answer).items()} | {"_agency": self.agency}
        return urlencode(fields | ({"~": self.token.to_text()} if self.token else {})).encode()

    def form(self, wave: OpenWave) -> SubmissionForm:
        """Return the sealed answer as it is sent: without the code."""
        assert wave.keys is not None
        return seal_text(wave, self.text(), self.number, self.agency)


def seal_text(wave: OpenWave, text: bytes, number: str, agency: str) -> SubmissionForm:
    assert wave.keys is not None
    box = wave.keys.box
    sealed = hpke.seal(b64decode(wave.keys.key), pad(text, PLAIN_SIZE), INNER, box.encode())
    return SubmissionForm(number, agency, "en", "", {}, pace="3", sealed=sealed, box=box)


async def buy(box: BallotBox, wave: OpenWave, buyer: Buyer) -> bool:
    """Buy a token, and return whether the service sold one."""
    assert wave.tokens is not None
    if buyer.blinded is None:
        buyer.learn(await box.sell_token(wave, wave.tokens, buyer.code, b""))
    assert buyer.blinded is not None
    try:
        buyer.learn(await box.sell_token(wave, wave.tokens, buyer.code, buyer.blinded.message))
    except BlindingFailed:
        return False
    return True


def buy_and_send(settings: Settings, slug: str, buyers: Sequence[Buyer], sends: int = 1) -> list[object]:
    """Let each person buy a token and send an answer, so often as `sends`; return the outcomes of the first sends."""

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        outcomes: list[object] = []
        for buyer in buyers:
            if not await buy(box, wave, buyer):
                outcomes.append("refused")
                continue
            outcomes.append(await box.submit(wave, buyer.form(wave)))
            for _ in range(sends - 1):
                buyer.number = secrets.token_hex(16)
                await box.submit(wave, buyer.form(wave))
        return outcomes

    return with_box(settings, slug, run)


def with_box(settings: Settings, slug: str, run: object) -> list[object]:
    box = BallotBox(settings)
    box.start()
    try:
        wave = box.find_open_wave(slug)
        assert wave is not None
        return asyncio.run(run(box, wave))  # type: ignore[operator]
    finally:
        box.stop()
