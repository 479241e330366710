"""Decide which requests for a token are granted: each code has one blinded message signed, and that one again.

The decision is stored, durably, before any signature leaves the service. A request that is not granted makes the same
work and gets a reply of the same kind: what is signed then is a random number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.records.ballots import store_unless_there
from app.records.codes import FoundCode, codes_among, spend_codes
from app.records.tokens import TokenRequest, requests_among
from app.services.common.overtaken import OvertakenMeanwhile


@dataclass(frozen=True)
class SigningRequest:
    """Hold the hash of a code and the digest of a blinded message, or None to ask for the key alone."""

    wave_id: int
    code: bytes
    digest: bytes | None


@dataclass(frozen=True)
class Grant:
    """Hold what the database knows of the code, and whether its blinded message is to be signed."""

    found: FoundCode | None
    is_granted: bool


def decide_grants(
    requests: Sequence[SigningRequest],
    is_open: Mapping[int, bool],
    codes: Mapping[bytes, FoundCode],
    digests: Mapping[bytes, bytes],
) -> list[Grant]:
    """Return one grant for each request, in their order. `codes` and `digests` are the state before the first."""
    granted = dict(digests)
    grants = []
    for request in requests:
        found = codes.get(request.code)
        if found is not None and found.wave_id != request.wave_id:
            found = None
        is_known = found is not None and request.digest is not None and is_open.get(request.wave_id, False)
        if is_known and found is not None and request.digest is not None and not found.spent:
            granted.setdefault(request.code, request.digest)
        grants.append(Grant(found, is_known and granted.get(request.code) == request.digest))
    return grants


def grant(
    session: Session, requests: Sequence[SigningRequest], is_open: Mapping[int, bool]
) -> tuple[list[Grant], list[SigningRequest]]:
    """Decide, and store the new grants: each spends its code. Raises `OvertakenMeanwhile`.

    Returns the grants and, apart, the requests that spent their code now.
    """
    hashes = sorted({request.code for request in requests})
    codes, digests = codes_among(session, hashes), requests_among(session, hashes)
    grants = decide_grants(requests, is_open, codes, digests)
    new = new_grants(requests, grants, digests)
    if new:
        rows = [{"code": each.code, "digest": each.digest, "wave_id": each.wave_id} for each in new]
        stored = store_unless_there(session, TokenRequest, rows)
        if stored < len(new) or spend_codes(session, [each.code for each in new]) < len(new):
            raise OvertakenMeanwhile
    return grants, new


def new_grants(
    requests: Sequence[SigningRequest], grants: Sequence[Grant], digests: Mapping[bytes, bytes]
) -> list[SigningRequest]:
    """Return the requests that spend their code now, in the order of the code: it prevents deadlocks."""
    pairs = zip(requests, grants, strict=True)
    new = {each.code: each for each, grant in pairs if grant.is_granted and each.code not in digests}
    return [new[code] for code in sorted(new)]
