"""The four test vectors of RFC 9474, and both ways of the raw private operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.services.ballots.tokens import raw_rsa
from app.services.ballots.tokens.blind_rsa import BlindingFailed, blind, blind_with, finalize, prepare, verify
from app.services.ballots.tokens.raw_rsa import IssuingKey, SigningFailed, load_private, make_private, sign_in_python

RFC = json.loads((Path(__file__).parent / "rfc9474.json").read_text("utf-8"))
NAMES = [vector["name"] for vector in RFC["vectors"]]


def rfc_key() -> IssuingKey:
    p, q, n, e, d = (int(RFC["key"][name], 16) for name in ("p", "q", "n", "e", "d"))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, n)
    )
    return load_private(numbers.private_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="module")
def key() -> IssuingKey:
    return load_private(make_private(2048))


@pytest.mark.parametrize("vector", RFC["vectors"], ids=NAMES)
def test_blind_signature_has_the_bytes_of_the_rfc(vector: dict[str, Any]) -> None:
    key, salt = rfc_key(), bytes.fromhex(vector["salt"])
    prepared = bytes.fromhex(vector["msg_prefix"]) + bytes.fromhex(vector["msg"])
    inverse = int(vector["inv"], 16)
    blinded = blind_with(key.modulus, prepared, salt, pow(inverse, -1, key.modulus))
    assert prepared.hex() == vector["input_msg"]
    assert blinded.message.hex() == vector["blinded_msg"]
    assert blinded.inverse == inverse
    signed = key.sign(blinded.message)
    assert signed.hex() == vector["blind_sig"]
    signature = finalize(key.modulus, prepared, signed, inverse, len(salt))
    assert signature.hex() == vector["sig"]
    assert verify(key.modulus, prepared, signature, len(salt))


def test_python_and_openssl_sign_alike(key: IssuingKey, monkeypatch: pytest.MonkeyPatch) -> None:
    blinded = blind(key.modulus, prepare(b"text")).message
    signed = key.sign(blinded)
    monkeypatch.setattr(raw_rsa, "load_openssl", lambda: None)
    assert key.sign(blinded) == signed


def test_signature_of_another_key_is_refused(key: IssuingKey) -> None:
    other, prepared = load_private(make_private(2048)), prepare(b"text")
    blinded = blind(key.modulus, prepared)
    message = (int.from_bytes(blinded.message, "big") % other.modulus).to_bytes(other.size, "big")
    with pytest.raises(BlindingFailed):
        finalize(key.modulus, prepared, other.sign(message), blinded.inverse)


def test_signature_counts_for_its_own_message_alone(key: IssuingKey) -> None:
    prepared = prepare(b"text")
    blinded = blind(key.modulus, prepared)
    signature = finalize(key.modulus, prepared, key.sign(blinded.message), blinded.inverse)
    assert verify(key.modulus, prepared, signature)
    assert not verify(key.modulus, prepare(b"text"), signature)


@pytest.mark.parametrize("message", [b"", b"\1" * 255, b"\0" * 256, b"\xff" * 256])
def test_message_of_another_size_is_not_signed(key: IssuingKey, message: bytes) -> None:
    with pytest.raises(ValueError, match="expected 256 bytes"):
        key.sign(message)


def test_wrong_half_of_a_signature_never_leaves(key: IssuingKey) -> None:
    """A fault in one half would reveal the key's factors to anyone who sees the signature."""
    numbers = key._numbers
    broken = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d, numbers.dmp1 ^ 2, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    )
    with pytest.raises(SigningFailed):
        sign_in_python(broken, 12345)


def test_printed_key_shows_no_secret(key: IssuingKey) -> None:
    assert str(key._numbers.p) not in repr(key)


THEIRS = json.loads((Path(__file__).parent / "blindrsa_ts.json").read_text("utf-8"))


def test_blindrsa_ts_and_this_module_agree_in_each_step() -> None:
    """Its blinded message, signed and finalized here, has its bytes; both accept what the other made."""
    found = {name: bytes.fromhex(THEIRS[name]) for name in ("prepared", "blinded", "signed", "signature")}
    key = load_private(bytes.fromhex(THEIRS["private_key"]))
    assert key.sign(found["blinded"]) == found["signed"]
    inverse = int(THEIRS["inverse"], 16)
    assert finalize(key.modulus, found["prepared"], found["signed"], inverse) == found["signature"]
    assert verify(key.modulus, found["prepared"], bytes.fromhex(THEIRS["signature_of_our_page"]))
    assert THEIRS["package_accepts_our_page"]
