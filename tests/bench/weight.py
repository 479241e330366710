"""The weight of the resident's page: the whole core survey in one request, in every language. Fails when over."""

import re
import sys
import tempfile
from pathlib import Path

from app.language.languages import LANGUAGES
from tests.walk.switching import open_world
from tests.web.service import Service

PAGE_LIMIT = 25_000
SCRIPT_LIMIT = 8_000


def run() -> int:
    """Print the weights; the number of those over their limit."""
    over = 0
    with tempfile.TemporaryDirectory() as folder, open_world(Path(folder)) as city:
        print("\nresident's page, core survey with style and script, one request")
        print(f"{'language':<12}{'raw':>10}{'gzip':>10}{'limit':>10}{'script':>10}{'limit':>10}")
        for language in LANGUAGES:
            page, packed = fetch(city, language)
            script = max((len(found) for found in re.findall(rb"<script[^>]*>(.*?)</script>", page, re.S)), default=0)
            over += (packed > PAGE_LIMIT) + (script > SCRIPT_LIMIT)
            print(f"{language:<12}{len(page):>10}{packed:>10}{PAGE_LIMIT:>10}{script:>10}{SCRIPT_LIMIT:>10}")
    return over


def fetch(city: Service, language: str) -> tuple[bytes, int]:
    """The page, and how many bytes of it were on the wire."""
    with city.client.stream("GET", city.address, params={"lang": language}) as response:
        packed = b"".join(response.iter_raw())
    return city.client.get(city.address, params={"lang": language}).content, len(packed)


if __name__ == "__main__":
    sys.exit(1 if run() else 0)
