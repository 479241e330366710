"""The page's script buys a token: it blinds as RFC 9474 says, fast on a slow phone, and refuses another key."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from app.web.rendering import load_asset
from tests.browser.conftest import City, Open

pytestmark = pytest.mark.browser
RFC = json.loads((Path(__file__).parents[1] / "services" / "tokens" / "rfc9474.json").read_text("utf-8"))
RAW = """const raw = (hex) => Uint8Array.from(hex.match(/../g) || [], (one) => parseInt(one, 16));
const hexed = (from) => [...from].map((one) => one.toString(16).padStart(2, 0)).join("");"""
BLIND = """async ([n, text, salt, factor, signed]) => {
  %s
  const [blinded, finish] = await blindly(raw(n), raw(text), raw(salt), BigInt("0x" + factor));
  return [hexed(blinded), hexed(finish(raw(signed)))];
}"""
MEASURE = """async (n) => {
  %s
  const times = [];
  for (let turn = 0; turn < 15; turn++) {
    const start = performance.now();
    await blindly(raw(n), crypto.getRandomValues(new Uint8Array(48)));
    times.push(performance.now() - start);
  }
  return times;
}"""
SLOWER = 6  # times, as a cheap phone
MOST_MILLISECONDS = 100


def with_script(source: str) -> str:
    return source % f"{load_asset('token.js')}\n{RAW}"


@pytest.mark.parametrize("vector", RFC["vectors"], ids=[vector["name"] for vector in RFC["vectors"]])
def test_script_blinds_to_the_bytes_of_the_rfc(city: City, open_window: Open, vector: dict[str, Any]) -> None:
    modulus = RFC["key"]["n"]
    factor = pow(int(vector["inv"], 16), -1, int(modulus, 16))
    given = [modulus, vector["input_msg"], vector["salt"], f"{factor:x}", vector["blind_sig"]]
    found = open_window(city.address()).page.evaluate(with_script(BLIND), given)
    assert found == [vector["blinded_msg"], vector["sig"]]


def test_blinding_is_quick_on_a_slow_phone(city: City, open_window: Open) -> None:
    modulus = RFC["key"]["n"][: 2048 // 4]
    odd = modulus[:-1] + "b"
    page = open_window(city.address()).page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times = page.evaluate(with_script(MEASURE), odd)
    print(f"blinding with the CPU slowed {SLOWER} times: {statistics.median(times):.0f} ms, at most {max(times):.0f}")
    assert statistics.median(times) <= MOST_MILLISECONDS
