"""The selectors in a real browser: on the markup that `rules` promises, they match exactly when the rule holds."""

import json

import pytest
from playwright.sync_api import sync_playwright

from app.questionnaire.rules import input_id
from app.questionnaire.skip_logic import to_stylesheet
from tests.programs import find_chromium, require
from tests.questionnaire.rules.make_vectors import VECTORS, with_last

pytestmark = pytest.mark.browser

SHARED = json.loads(VECTORS.read_text("utf-8"))

TICK = """(ids) => {
  for (const input of document.querySelectorAll("input")) input.checked = ids.includes(input.id)
}"""


def to_fieldset(item):
    inputs = "".join(
        f'<input type="{item["type"]}" id="{input_id(item["code"], code)}" name="{item["code"]}" value="{code}">'
        f'<label for="{input_id(item["code"], code)}">{code}</label>'
        for code in item["choices"]
    )
    return f'<fieldset id="q-{item["code"]}"><legend>{item["code"]}</legend>{inputs}</fieldset>'


@pytest.fixture(scope="module")
def page():
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        last = {"code": "LAST", "type": "radio", "choices": [1, 2]}
        form = "".join(map(to_fieldset, [*SHARED["items"], last]))
        page.set_content(f'<style id="rules"></style><form id="survey"><section id="s-asked">{form}</section></form>')
        yield page
        browser.close()


@pytest.mark.parametrize("vector", SHARED["vectors"], ids=lambda vector: vector["name"])
def test_the_selector_and_the_sheet_agree_with_the_vector(page, vector):
    sheet = to_stylesheet(with_last(vector["written"]))
    page.evaluate("(css) => document.getElementById('rules').textContent = css", sheet)
    for case in vector["cases"]:
        page.evaluate(TICK, [input_id(item, code) for item, codes in case["answers"].items() for code in codes])
        matches = page.evaluate("(css) => document.querySelector('#survey' + css) !== null", vector["css"])
        shown = page.evaluate("() => getComputedStyle(document.getElementById('q-LAST')).display !== 'none'")
        assert (matches, shown) == (case["holds"], case["holds"]), case
