"""Answers with blind-signed tokens, over answers whose code travels beside them: one worker, in one run, over HTTP.

A token takes two more requests: for the key of the code, and for its signature. Without a token either the page seals
too, which gives the price of tokens alone, or the server seals in both envelopes, as it does without script. The bodies
are prepared before: phones blind and seal, not the server.
"""

from __future__ import annotations

import base64
import itertools
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
from tests.bench.server import CONNECTIONS, answered_form, serving_house
from tests.bench.timing import load
from tests.bench.workers import Rate, measure_rate
from tests.services.making import ACT, make_database, make_open_wave, make_plan, make_settings
from tests.web.service import LANGUAGES, POLICE, RIVERSIDE, WAVE

CODES = 30_000
LENGTH = 6656  # of every body that a page sends
TARGET = 0.6
TURNS = 3
TOKEN, PAGE, SERVER = "with a token", "sealed by the page, code beside", "sealed by the server, code beside"
WAYS = {TOKEN: 3, PAGE: 1, SERVER: 1}  # and the requests for one answer

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
    found: dict[str, list[Rate]] = {way: [] for way in WAYS}
    for _, way in itertools.product(range(TURNS), WAYS):
        with tempfile.TemporaryDirectory() as name:
            found[way].append(_measure(Path(name), way))
    wall = {way: statistics.median(each.wall for each in rates) / WAYS[way] for way, rates in found.items()}
    busy = {way: statistics.median(each.processor for each in rates) / WAYS[way] for way, rates in found.items()}
    print(f"\none worker, {CONNECTIONS} connections, medians of {TURNS}, {load()}")
    print(f"{'answers':<44}{'a second':>10}{'ratio':>8}{'of processor':>14}{'ratio':>8}")
    for way in WAYS:
        ratios = wall[TOKEN] / wall[way], busy[TOKEN] / busy[way]
        print(f"{way:<44}{wall[way]:>10.0f}{ratios[0]:>8.2f}{busy[way]:>14.0f}{ratios[1]:>8.2f}")
    print(
        f"target {TARGET:.2f} of processor, of those that the server seals: "
        "other load on the machine leaves it as it is"
    )
    return int(busy[TOKEN] / busy[SERVER] < TARGET)


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


def _measure(folder: Path, way: str) -> Rate:
    """Return the requests a second, and for each second of processor of the server."""
    has_tokens = way == TOKEN
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
    (folder / "bodies").write_text("\n".join(bodies(codes, wave.keys.box, way)))
    script = folder / "bodies.lua"
    script.write_text(BODIES.replace("PATH", str(folder / "bodies")).replace("ADDRESS", f"/s/{WAVE}"))
    with serving_house(settings, workers=1) as (port, process):
        return measure_rate(f"http://127.0.0.1:{port}/s/{WAVE}", script, process)


def bodies(codes: Sequence[str], box: str, way: str) -> list[str]:
    """Return what the pages of these codes send, in the order of the codes."""
    if way == SERVER:
        form = answered_form(Path("surveys/community-trust/survey.yaml").read_text("utf-8"))
        return [f"{form}&_number={secrets.token_hex(16)}&_code={code}" for code in codes]
    found = []
    for code in codes:
        sealed = base64.urlsafe_b64encode(secrets.token_bytes(INNER_SIZE)).decode()
        answer = {"_number": secrets.token_hex(16), "_agency": "police", "_lang": "en", "_pace": "3", "_do": "send"}
        answer |= {"_box": box, "_sealed": sealed}
        if way == TOKEN:
            request = {"_do": "token", "_pace": "3", "_code": code, "_blinded": ""}
            blinded = base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(KEY_BITS // 8 - 1)).decode()
            found += [fill(request), fill(request | {"_blinded": blinded})]
        found.append(fill(answer if way == TOKEN else answer | {"_code": code}))
    return found


def fill(fields: dict[str, str]) -> str:
    body = urlencode({**fields, "_fill": ""})
    return body + "0" * (-len(body) % LENGTH)


if __name__ == "__main__":
    raise SystemExit(run())
