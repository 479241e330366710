"""The code of a letter: its check character is tested in the page, and no server hears that it was typed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.ballots.invitation_codes import ALPHABET, read_code, with_check
from tests.browser.conftest import City, Open, serving
from tests.web.service import open_service

pytestmark = pytest.mark.browser
CODE = with_check("ABCDEF0HJ")
SPELLINGS = [
    CODE,
    f" {CODE[:5].lower()}-{CODE[5:]} ",
    CODE.replace("0", "O"),
    CODE.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    CODE.translate(str.maketrans("0123456789", "०१२३४५६७८९")),
    CODE.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")),
    "\uff21" + CODE[1:],  # a full-width letter
    CODE[:-1],
    CODE + "0",
    CODE[1] + CODE[0] + CODE[2:],
    CODE[:3] + "é" + CODE[4:],
    "0" * 26,
]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_service(tmp_path_factory.mktemp("letters"), codes="required") as service, serving(service) as port:
        yield City(service, port)


def test_page_reads_codes_as_the_service_does(letters: City, open_window: Open) -> None:
    rng = random.Random(7)
    slips = [CODE[:place] + rng.choice(ALPHABET) + CODE[place + 1 :] for place in rng.choices(range(10), k=12)]
    visit = open_window(letters.address())
    visit.page.click("#go")
    for typed in [*SPELLINGS, *slips]:
        visit.page.fill("#code", typed)
        visit.page.click("#next")
        is_on = visit.page.locator("#s-trust").is_visible()
        assert is_on is (read_code(typed) is not None), typed
        if is_on:
            visit.page.click("#back")
            visit.page.wait_for_selector("#your-code:visible")
        else:
            assert "We do not know this code." in visit.page.inner_text("#said")
            assert visit.page.get_attribute("#code", "aria-invalid") == "true"
    assert len(visit.requests) == 1, "no server heard of a code"


def test_round_with_codes_asks_before_the_first_question(letters: City, open_window: Open) -> None:
    page = open_window(letters.address()).page
    page.click("#go")
    page.click("#next")
    assert "Type the code" in page.inner_text("#said")
    assert page.locator("#s-trust").is_hidden()
    page.click("#your-code summary")
    assert "Ask the people who sent the letters" in page.inner_text("#your-code details")
    assert "555 0100" in page.inner_text("#your-code details")


def test_round_with_codes_holds_a_page_without_script(letters: City, open_window: Open, tmp_path: Path) -> None:
    visit = open_window(letters.address(), script=False)
    visit.tick("A1-3")
    visit.page.click("#send")
    visit.page.wait_for_timeout(200)
    assert visit.page.evaluate("document.activeElement.id") == "code", "the browser leads to the empty field"
    assert len(visit.requests) == 1
