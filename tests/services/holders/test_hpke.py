"""HPKE as RFC 9180 defines it: its test vector, another implementation, and every changed byte."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hpke as library
from cryptography.hazmat.primitives.asymmetric import ec

from app.services.holders.hpke import NotOpened, make_private, open_sealed, public_of, seal, seal_from

# RFC 9180, appendix A.3.1: base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, sequence number 0
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
EPHEMERAL = bytes.fromhex("4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb")
PRIVATE = bytes.fromhex("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2")
PUBLIC = bytes.fromhex(
    "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82"
    "6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0"
)
ENC = bytes.fromhex(
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
)
AAD = b"Count-0"
TEXT = b"Beauty is truth, truth beauty"
CIPHERTEXT = bytes.fromhex("5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434")
SUITE = library.Suite(library.KEM.P256, library.KDF.HKDF_SHA256, library.AEAD.AES_128_GCM)


def test_sealing_gives_the_bytes_of_the_rfc() -> None:
    ephemeral = ec.derive_private_key(int.from_bytes(EPHEMERAL, "big"), ec.SECP256R1())
    assert public_of(PRIVATE) == PUBLIC
    assert seal_from(ephemeral, PUBLIC, TEXT, INFO, AAD) == ENC + CIPHERTEXT


def test_opening_gives_the_text_of_the_rfc() -> None:
    assert open_sealed(PRIVATE, ENC + CIPHERTEXT, INFO, AAD) == TEXT


def test_another_implementation_seals_and_opens_the_same() -> None:
    private = ec.derive_private_key(int.from_bytes(PRIVATE, "big"), ec.SECP256R1())
    assert open_sealed(PRIVATE, SUITE.encrypt(TEXT, private.public_key(), INFO), INFO) == TEXT
    assert SUITE.decrypt(seal(PUBLIC, TEXT, INFO), private, INFO) == TEXT


def test_each_changed_byte_is_refused() -> None:
    private = make_private()
    sealed = seal(public_of(private), TEXT, INFO, AAD)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(NotOpened):
            open_sealed(private, changed, INFO, AAD)


@pytest.mark.parametrize("sealed", [b"", b"\x04" * 65, b"\x00" * 100, ENC, ENC + b"\x00" * 15])
def test_bytes_that_are_no_message_are_refused(sealed: bytes) -> None:
    with pytest.raises(NotOpened):
        open_sealed(PRIVATE, sealed, INFO)


def test_another_key_info_or_aad_is_refused() -> None:
    for private, info, aad in ((make_private(), INFO, AAD), (PRIVATE, b"", AAD), (PRIVATE, INFO, b"")):
        with pytest.raises(NotOpened):
            open_sealed(private, ENC + CIPHERTEXT, info, aad)
