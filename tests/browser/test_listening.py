"""Listen: only a voice that speaks on the device itself, in the language of the page; hidden where there is none."""

from __future__ import annotations

import pytest

from tests.browser.conftest import City, Open, Visit

pytestmark = pytest.mark.browser
VOICES = """
const said = window.said = [];
class Utterance { constructor(text) { this.text = text; } }
const voices = %s;
const speech = new EventTarget();
Object.assign(speech, {
  getVoices: () => voices, pending: false,
  speak: (one) => said.push([one.voice.name, one.text]),
  cancel: () => said.push("hush"),
});
Object.defineProperty(window, "speechSynthesis", {value: speech});
window.SpeechSynthesisUtterance = Utterance;
"""
HERE = '{name: "here", lang: "es-MX", localService: true}'
CLOUD = '{name: "cloud", lang: "es-ES", localService: false}'
ENGLISH = '{name: "english", lang: "en_US", localService: true}'


def open_with(open_window: Open, city: City, lang: str, *voices: str) -> Visit:
    visit = open_window("about:blank")
    visit.page.add_init_script(VOICES % f"[{', '.join(voices)}]")
    visit.page.goto(city.address(lang))
    return visit


def said(visit: Visit) -> list[list[str]]:
    return [each for each in visit.page.evaluate("window.said") if each != "hush"]


def test_device_voice_reads_a_question_and_its_answers(city: City, open_window: Open) -> None:
    visit = open_with(open_window, city, "es", CLOUD, ENGLISH, HERE)
    visit.goes_to("s-trust")
    button = visit.page.locator("#q-A1 .hear")
    assert button.inner_text() == "Escuchar"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    stated = said(visit)
    assert {voice for voice, _ in stated} == {"here"}
    assert stated[0][1] == visit.page.locator("#q-A1 legend").evaluate("e => e.lastChild.textContent")
    assert [text for _, text in stated[-2:]] == ["No sé", "Prefiero no contestar"]
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert len(said(visit)) == len(stated), "a second press is silence"


@pytest.mark.parametrize("voices", [[], [CLOUD], [ENGLISH], [CLOUD, ENGLISH]])
def test_button_is_absent_without_a_voice_of_the_language(city: City, open_window: Open, voices: list[str]) -> None:
    visit = open_with(open_window, city, "es", *voices)
    visit.goes_to("s-trust")
    assert visit.page.locator(".hear").count() == 0


def test_leaving_and_going_on_are_silent(city: City, open_window: Open) -> None:
    visit = open_with(open_window, city, "es", HERE)
    visit.goes_to("s-trust")
    visit.page.click("#q-A1 .hear")
    visit.page.evaluate("said.length = 0")
    visit.page.click("#back")
    assert visit.page.evaluate("said") == ["hush"]
    assert visit.page.locator('.hear[aria-pressed="true"]').count() == 0


def test_late_voices_are_found_for_each_language(city: City, open_window: Open) -> None:
    visit = open_with(open_window, city, "es", ENGLISH)
    page = visit.page
    page.evaluate(
        f"speechSynthesis.getVoices().push({HERE}); speechSynthesis.dispatchEvent(new Event('voiceschanged'))"
    )
    visit.goes_to("s-trust")
    assert page.locator("#q-A1 .hear").inner_text() == "Escuchar"
    page.click('[data-do="lang:en"]')
    page.wait_for_selector('html[lang="en"]')
    page.click("#q-A1 .hear")
    assert said(visit)[0][0] == "english"
    page.click('[data-do="lang:ar"]')
    page.wait_for_selector('html[lang="ar"]')
    assert page.locator(".hear").count() == 0
