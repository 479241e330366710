"""Answers with blind-signed tokens, over answers whose code travels beside them: one worker, in one run, over HTTP.

A token takes two more requests: for the key of the code, and for its signature. Both ways the page seals the answer, so
that the ratio is the price of tokens alone. The bodies are prepared before: phones blind and seal, not the server.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from sqlmodel import Session

from app.records.waves import get_wave
from app.services.ballots.envelopes import INNER_SIZE
from app.services.ballots.invitation_codes import create_codes
from app.services.tokens.raw_rsa import load_private, make_private, sign_in_python
from app.services.tokens.token_keys import KEY_BITS
from app.services.waves import lifecycle
from app.services.waves.open_waves import to_open_wave
from tests.bench.server import CONNECTIONS, per_second, serving
from tests.bench.timing import load
from tests.faults.processes import environment, wait_until_serving
from tests.services.making import ACT, make_database, make_open_wave, make_plan, make_settings
from tests.web.service import LANGUAGES, POLICE, RIVERSIDE, WAVE

CODES = 30_000
LENGTH = 6656  # of every body that a page sends
TARGET = 0.6
TURNS = 3

# Each body once; wrk ends before they do.
BODIES = """
local bodies, place = {}, 0
for line in io.lines("PATH") do bodies[#bodies + 1] = line end
request = function()
  place = place % #bodies + 1
  return wrk.format("POST", "ADDRESS", {["Content-Type"] = "application/x-www-form-urlencoded"}, bodies[place])
end
"""


def run() -> int:
    """Measure and print; return 1 where the target is missed."""
    sign_times()
    if not shutil.which("wrk"):
        print("tokens: expected the program wrk, but it is not installed (Debian package wrk)")
        return 0
    with_tokens, beside = [], []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "with").mkdir()
            (folder / "beside").mkdir()
            beside.append(_rate(folder / "beside", has_tokens=False))
            with_tokens.append(_rate(folder / "with", has_tokens=True) / 3)
    ratio = statistics.median(with_tokens) / statistics.median(beside)
    print(f"\none worker, {CONNECTIONS} connections, medians of {TURNS}, {load()}")
    print(f"{'answers a second, code beside':<44}{statistics.median(beside):>10.0f}")
    print(f"{'answers a second, with a token':<44}{statistics.median(with_tokens):>10.0f}", end="")
    print(f"{'ratio':>10}{ratio:>8.2f}  target {TARGET:.2f}")
    return int(ratio < TARGET)


def sign_times() -> None:
    """Print what a blind signature costs, with OpenSSL and in Python alone."""
    key = load_private(make_private(KEY_BITS))
    blinded = secrets.token_bytes(key.size - 1).rjust(key.size, b"\0")
    ways = {
        "blind signature, OpenSSL": lambda: key.sign(blinded),
        "blind signature, Python": lambda: sign_in_python(key._numbers, int.from_bytes(blinded, "big")),
    }
    for name, sign in ways.items():
        times = []
        for _ in range(30):
            start = time.perf_counter()
            sign()
            times.append(time.perf_counter() - start)
        print(f"{name:<44}{1000 * statistics.median(times):>10.2f} ms")


def _rate(folder: Path, *, has_tokens: bool) -> float:
    settings = make_settings(folder)
    engine = make_database(settings)
    plan = {"slug": WAVE, "survey": "community-trust", "languages": LANGUAGES, "agencies": (POLICE,)}
    plan |= {"community_names": RIVERSIDE, "contact": "call 555 0100"}
    lifecycle.create_wave(engine, make_plan(**plan), ACT)
    if has_tokens:
        codes = [each.typed for each in create_codes(engine, settings, WAVE, CODES, "letters")]
        make_open_wave(engine, settings, **plan)
    else:
        make_open_wave(engine, settings, **plan)
        codes = [each.typed for each in create_codes(engine, settings, WAVE, CODES, "letters")]
    with Session(engine) as session:
        wave = to_open_wave(session, get_wave(session, WAVE), settings.secret)
    assert (wave.tokens is not None) is has_tokens
    assert wave.keys is not None
    (folder / "bodies").write_text("\n".join(bodies(codes, wave.keys.box, has_tokens=has_tokens)))
    script = folder / "bodies.lua"
    script.write_text(BODIES.replace("PATH", str(folder / "bodies")).replace("ADDRESS", f"/s/{WAVE}"))
    with serving("app.cli.serve:application --factory", folder, environment(settings)) as ours:
        wait_until_serving(int(ours.rpartition(":")[2]), patience=120)
        return per_second(f"{ours}/s/{WAVE}", script)


def bodies(codes: Sequence[str], box: str, *, has_tokens: bool) -> list[str]:
    """Return what the pages of these codes send, in the order of the codes."""
    found = []
    for code in codes:
        sealed = base64.urlsafe_b64encode(secrets.token_bytes(INNER_SIZE)).decode()
        answer = {"_number": secrets.token_hex(16), "_agency": "police", "_lang": "en", "_pace": "3", "_do": "send"}
        answer |= {"_box": box, "_sealed": sealed}
        if has_tokens:
            request = {"_do": "token", "_pace": "3", "_code": code, "_blinded": ""}
            blinded = base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(KEY_BITS // 8 - 1)).decode()
            found += [fill(request), fill(request | {"_blinded": blinded})]
        found.append(fill(answer if has_tokens else answer | {"_code": code}))
    return found


def fill(fields: dict[str, str]) -> str:
    body = urlencode({**fields, "_fill": ""})
    return body + "0" * (-len(body) % LENGTH)


if __name__ == "__main__":
    raise SystemExit(run())
