"""The pages and files at `/data`: lists, downloads that resume, withdrawn releases and requests for access."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.records.audit_log import acts
from app.records.database import reading
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.releases import access_requests
from app.services.releases import build as release_building
from app.services.releases import publish as release_publishing
from app.services.releases.publish import FrozenRelease
from app.settings import Settings
from app.web.releases.phrasing import format_size
from tests.services.making import ACT, make_database, make_settings
from tests.services.released import WAVE, make_release

NOW = Actor("olga", datetime.now(UTC))
CSV = f"data/{WAVE}.csv"


@dataclass(frozen=True)
class Library:
    settings: Settings
    engine: Engine
    client: TestClient
    release: FrozenRelease

    @property
    def address(self) -> str:
        return f"/data/{self.release.name}"

    def bytes_of(self, path: str) -> bytes:
        return (ObjectStore(self.settings).folder("public", self.release.name) / path).read_bytes()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = make_settings(tmp_path_factory.mktemp("library"))
    engine = make_database(settings)
    release = make_release(engine, settings)
    release_building.build_release(engine, settings, WAVE, ACT, "restricted")
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Library(settings, engine, client, release)
    engine.dispose()


# --- pages


def test_home_page_leads_to_the_list_and_to_the_release(library: Library) -> None:
    page = library.client.get("/data?lang=en")
    assert page.status_code == 200
    assert "River City" in page.text
    assert f'href="{library.address}?lang=en"' in page.text
    assert 'href="/data?lang=en"' in library.client.get("/?lang=en").text


@pytest.mark.parametrize(("lang", "words"), [("es", "Datos para investigar"), ("ar", "بيانات للباحثين")])
def test_the_list_speaks_each_language(library: Library, lang: str, words: str) -> None:
    page = library.client.get("/data", params={"lang": lang})
    assert words in page.text
    assert "Data for researchers" not in page.text
    assert page.headers["content-language"] == lang


def test_page_lists_the_files_and_leads_to_each(library: Library) -> None:
    page = library.client.get(library.address).text
    for file in library.release.files:
        assert f'href="{library.address}/{file.path}"' in page
        assert file.sha256 in page
    for words in ("How old are you?", "CC BY 4.0", library.release.about["citation"], "1.0.0"):
        assert words in page
    assert "<script" not in page


def test_the_name_of_a_wave_leads_to_its_newest_release(library: Library) -> None:
    answer = library.client.get(f"/data/{WAVE}?lang=en")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{library.address}?lang=en"


@pytest.mark.parametrize("path", ["/data/nothing", "/data/nothing/TERMS.txt", f"/data/{WAVE}-r1.0.0"])
def test_unpublished_release_is_not_found(library: Library, path: str) -> None:
    assert library.client.get(path).status_code == 404


def test_the_restricted_file_has_no_public_address(library: Library) -> None:
    assert library.client.get(f"/data/{WAVE}-r1.0.0/{CSV}").status_code == 404
    assert library.client.get(f"/api/v1/releases/{WAVE}-r1.0.0").status_code in (404, 422)
    assert f"{WAVE}-r" not in library.client.get("/data/catalog.jsonld").text


# --- files


def test_file_is_served_byte_for_byte(library: Library) -> None:
    answer = library.client.get(f"{library.address}/{CSV}", headers={"accept-encoding": "identity"})
    assert answer.content == library.bytes_of(CSV)
    assert hashlib.sha256(answer.content).hexdigest() == library.release.file(CSV).sha256  # type: ignore[union-attr]
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["content-disposition"] == f'attachment; filename="{WAVE}.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_small_text_travels_compressed(library: Library) -> None:
    with library.client.stream("GET", f"{library.address}/{CSV}", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == library.bytes_of(CSV)


def test_interrupted_download_is_resumed(library: Library) -> None:
    whole = library.bytes_of(f"data/{WAVE}.en.dta")
    address, tag = f"{library.address}/data/{WAVE}.en.dta", hashlib.sha256(whole).hexdigest()
    rest = library.client.get(address, headers={"range": "bytes=1000-", "if-range": f'"{tag}"'})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert rest.content == whole[1000:]
    changed = library.client.get(address, headers={"range": "bytes=1000-", "if-range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole)
    beyond = library.client.get(address, headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


def test_unchanged_file_is_answered_with_304(library: Library) -> None:
    address = f"{library.address}/TERMS.txt"
    tag = library.client.get(address).headers["etag"]
    again = library.client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert library.client.get(address, headers={"if-none-match": '"another"'}).status_code == 200
    assert library.client.head(address).status_code == 200


@pytest.mark.parametrize(
    "path", ["..%2f..%2fsealed", "%2e%2e/%2e%2e/commontrust.sqlite3", "data", "data/", "nothing.csv", "a" * 300]
)
def test_no_address_leads_out_of_the_package(library: Library, path: str) -> None:
    assert library.client.get(f"{library.address}/{path}").status_code == 404


def test_a_page_of_the_package_may_run_nothing(library: Library) -> None:
    answer = library.client.get(f"{library.address}/codebook/en.html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "content-disposition" not in answer.headers


def test_downloads_are_counted_in_tens_and_parts_are_not(library: Library) -> None:
    before = release_publishing.downloads_in_tens(library.engine, library.release.name)
    for _ in range(10):
        library.client.get(f"{library.address}/CITATION.cff")
        library.client.get(f"{library.address}/CHANGES.txt", headers={"range": "bytes=5-"})
    assert release_publishing.downloads_in_tens(library.engine, library.release.name) == before + 10
    assert "Downloaded more than" in library.client.get(library.address).text


# --- programs


def test_feed_lists_each_file_with_its_fingerprint(library: Library) -> None:
    answer = library.client.get("/data/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    (stated,) = json.loads(answer.text)["dcat:dataset"]
    sums = {each["spdx:checksum"]["spdx:checksumValue"] for each in stated["dcat:distribution"]}
    assert library.release.file(CSV).sha256 in sums  # type: ignore[union-attr]


def test_api_lists_the_same_releases(library: Library) -> None:
    (listed,) = library.client.get("/api/v1/releases").json()["releases"]
    assert (listed["name"], listed["sha256"]) == (library.release.name, library.release.sha256)
    stated = library.client.get(f"/api/v1/releases/{listed['name']}").json()
    assert {file["sha256"] for file in stated["files"]} == {file.sha256 for file in library.release.files}
    assert library.client.get(f"/api/v1/releases/{WAVE}").json() == stated
    assert library.client.get("/api/v1/releases/nothing").status_code == 404


# --- asking for restricted data

FORM = {
    "name": "Ada <b>Lovelace</b>",
    "organisation": "University",
    "email": "ada@example.edu",
    "purpose": "How trust differs between the young of both parts of the city.",
    "agrees": "yes",
}


def test_form_works_without_script_and_asks_for_missing_fields(library: Library) -> None:
    address = f"/data/request/{WAVE}?lang=en"
    page = library.client.get(address)
    assert page.status_code == 200
    assert "<script" not in page.text
    again = library.client.post(address, data={**FORM, "purpose": "Because", "agrees": ""})
    assert again.status_code == 422
    assert "Please say a little more" in again.text
    assert "Ada &lt;b&gt;Lovelace" in again.text
    assert 'aria-describedby="purpose-wrong"' in again.text
    assert access_requests.list_requests(library.engine) == []


def test_approved_request_leads_to_the_file(library: Library) -> None:
    arrived = library.client.post(f"/data/request/{WAVE}?lang=es", data=FORM)
    assert arrived.status_code == 200
    (asked,) = access_requests.list_requests(library.engine)
    assert asked.id in arrived.text
    link = access_requests.approve_request(library.engine, library.settings, asked.id, NOW).link
    path = link.removeprefix(library.settings.base_url)
    page = library.client.get(path)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert f'href="{path}/{CSV}"' in page.text
    file = library.client.get(f"{path}/{CSV}")
    folder = ObjectStore(library.settings).folder("restricted", f"{WAVE}-r1.0.0")
    assert file.content == (folder / CSV).read_bytes()
    assert file.headers["cache-control"] == "no-store"
    with reading(library.engine) as session:
        last = acts(session)[-1]
    assert (last.act, last.subject) == ("restricted data fetched", asked.id)
    assert library.client.get(f"{path}/../secret").status_code == 404


def test_request_form_is_absent_without_restricted_data(library: Library) -> None:
    assert library.client.get("/data/request/nowhere").status_code == 404
    assert library.client.post("/data/request/nowhere", data=FORM).status_code == 404


# --- withdrawn


def test_withdrawn_release_leaves_its_notice(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    engine = make_database(settings)
    release = make_release(engine, settings)
    release_publishing.withdraw_release(engine, settings, release.name, "A code was <wrong>.", ACT)
    with TestClient(create_app(settings)) as client:
        page = client.get(f"/data/{release.name}?lang=en")
        assert page.status_code == 410
        assert "A code was &lt;wrong&gt;." in page.text
        assert client.get(f"/data/{release.name}/{CSV}").status_code == 410
        assert client.get(f"/api/v1/releases/{release.name}").status_code == 410
        assert client.get("/api/v1/releases").json()["releases"][0]["withdrawn_on"] == f"{ACT.now.date()}"
        assert client.get(f"/data/{WAVE}").status_code == 404
        assert "No data have been published yet." in client.get("/data?lang=en").text
        assert json.loads(client.get("/data/catalog.jsonld").text)["dcat:dataset"] == []
    engine.dispose()


def test_file_sizes_are_shown_in_readable_units() -> None:
    assert [format_size(size, "en") for size in (12, 9_400, 94_000, 12_340_000)] == [
        "0.1 kB",
        "9.4 kB",
        "94 kB",
        "12.3 MB",
    ]
    assert format_size(12_340_000, "es") == "12.3 MB"


# --- the search in all variables


def test_search_finds_a_variable_by_words_and_by_name(library: Library) -> None:
    variables = library.release.about["variables"]
    item = next(each for each in variables if each["kind"] == "item")
    for asked in (item["name"].lower(), " ".join(item["label"]["en"].upper().split()[:3])):
        page = library.client.get("/data/variables", params={"q": asked, "lang": "en"})
        assert f'<code dir="ltr">{item["name"]}</code>' in page.text
        assert f'href="{library.address}?lang=en"' in page.text


def test_search_without_a_match_says_so(library: Library) -> None:
    page = library.client.get("/data/variables", params={"q": "<script>zzz", "lang": "en"}).text
    assert "No variable has these words." in page
    assert "<script>zzz" not in page
    assert "(0)" in page


def test_search_counts_within_each_release(library: Library) -> None:
    whole = library.client.get("/data/variables", params={"lang": "en"}).text
    assert f"({len(library.release.about['variables'])})" in whole
    other = library.client.get("/data/variables", params={"lang": "en", "release": "elsewhere"}).text
    assert "<tbody>" not in other


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_search_is_in_the_language_of_its_reader(library: Library, lang: str) -> None:
    page = library.client.get("/data/variables", params={"lang": lang}).text
    assert not [word for word in ("Search", "Variables", "All data") if f">{word}" in page]
