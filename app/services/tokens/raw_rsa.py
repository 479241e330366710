"""Do the raw RSA private operation of a blind signature: OpenSSL's where it can be loaded, else Python's own.

OpenSSL blinds the base with a random factor, works in constant time, and runs beside other threads. `cryptography`
offers no operation without padding, so this calls the library itself. Python's integers take a time that depends on
their values: there the base is blinded with a fresh random factor at each call, so that a caller who chooses messages
and measures time learns nothing of them, and both halves (Chinese remainders) are always computed. The time then
depends on the secret exponent and on chance, the same for all messages. Both check the result with the public key
before they return it (OpenSSL by itself): a single wrong bit in one half would reveal the key.
"""

from __future__ import annotations

import ctypes
import math
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from app.services.tokens.blind_rsa import EXPONENT, size_of

LIBRARIES = ("libcrypto.so.3", "libcrypto.so.1.1")  # an unversioned name ends a program on macOS
NO_PADDING = 3  # RSA_NO_PADDING of OpenSSL
RSA_KEY = 6  # EVP_PKEY_RSA


class SigningFailed(Exception):
    """Report a private operation whose result the public key does not confirm."""


@dataclass(frozen=True)
class IssuingKey:
    """Hold a private key in memory. Printing it shows only the modulus."""

    modulus: int
    _numbers: rsa.RSAPrivateNumbers = field(repr=False)
    _handle: int | None = field(repr=False, default=None)  # of OpenSSL; it lives as long as the process

    @property
    def size(self) -> int:
        return size_of(self.modulus)

    def sign(self, blinded: bytes) -> bytes:
        """Return the blind signature. Raises `ValueError` for a message of another length or beyond the modulus."""
        number = int.from_bytes(blinded, "big")
        if len(blinded) != self.size or not 0 < number < self.modulus:
            raise ValueError(f"expected {self.size} bytes below the modulus")
        return self._with_openssl(blinded) or sign_in_python(self._numbers, number).to_bytes(self.size, "big")

    def _with_openssl(self, blinded: bytes) -> bytes | None:
        library = load_openssl()
        return None if library is None or self._handle is None else _decrypt(library, self._handle, blinded)


def make_private(bits: int) -> bytes:
    """Return a new private key in DER (PKCS #8)."""
    key = rsa.generate_private_key(EXPONENT, bits)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def load_private(der: bytes) -> IssuingKey:
    """Load a private key in DER."""
    key = load_der_private_key(der, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    return IssuingKey(numbers.public_numbers.n, numbers, _load_handle(key))


def sign_in_python(key: rsa.RSAPrivateNumbers, number: int) -> int:
    """Raise a number to the private exponent by Chinese remainders, behind a fresh random factor.

    Raises `SigningFailed` where the public key does not confirm the result.
    """
    modulus = key.p * key.q
    factor = 0
    while math.gcd(factor, modulus) != 1:
        factor = 1 + secrets.randbelow(modulus - 1)
    base = number * pow(factor, EXPONENT, modulus) % modulus
    first, second = pow(base, key.dmp1, key.p), pow(base, key.dmq1, key.q)
    root = second + key.q * (key.iqmp * (first - second) % key.p)
    signed = root * pow(factor, -1, modulus) % modulus
    if pow(signed, EXPONENT, modulus) != number:
        raise SigningFailed
    return signed


# --- OpenSSL


@cache
def load_openssl() -> Any:
    """Return the library, or None where there is none of a known version."""
    for name in LIBRARIES:
        with suppress(OSError, AttributeError):
            return _declare(ctypes.CDLL(name))
    return None


def _declare(library: Any) -> Any:
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    reads = {
        "d2i_PrivateKey": (pointer, (ctypes.c_int, pointer, pointer, ctypes.c_long)),
        "EVP_PKEY_CTX_new": (pointer, (pointer, pointer)),
        "EVP_PKEY_CTX_free": (None, (pointer,)),
        "EVP_PKEY_decrypt_init": (ctypes.c_int, (pointer,)),
        "EVP_PKEY_CTX_ctrl": (ctypes.c_int, (pointer, *[ctypes.c_int] * 4, pointer)),
        "EVP_PKEY_decrypt": (ctypes.c_int, (pointer, ctypes.c_char_p, ctypes.POINTER(size), ctypes.c_char_p, size)),
    }
    for name, (result, arguments) in reads.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _load_handle(key: rsa.RSAPrivateKey) -> int | None:
    library = load_openssl()
    if library is None:
        return None
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    start = ctypes.c_char_p(der)
    return library.d2i_PrivateKey(RSA_KEY, None, ctypes.byref(start), len(der))  # type: ignore[no-any-return]


PADDING_CONTROL = 0x1001  # EVP_PKEY_CTRL_RSA_PADDING


def _decrypt(library: Any, handle: int, blinded: bytes) -> bytes | None:
    """Return the result of OpenSSL, or None where it refuses; Python's own operation then takes over."""
    context = library.EVP_PKEY_CTX_new(handle, None)
    if not context:
        return None
    try:
        result, length = ctypes.create_string_buffer(len(blinded)), ctypes.c_size_t(len(blinded))
        is_ready = (
            library.EVP_PKEY_decrypt_init(context) > 0
            and library.EVP_PKEY_CTX_ctrl(context, RSA_KEY, -1, PADDING_CONTROL, NO_PADDING, None) > 0
        )
        done = is_ready and library.EVP_PKEY_decrypt(context, result, ctypes.byref(length), blinded, len(blinded)) > 0
        return result.raw[: length.value] if done and length.value == len(blinded) else None
    finally:
        library.EVP_PKEY_CTX_free(context)
