"""The Census API and its tables against recorded answers; every way in which it can refuse becomes one sentence."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from analysis.representation import Shares
from app.errors import BadTable, NotFound
from app.services.communities.census_api import CensusRefused, fetch_population, read_acs_table, read_census_place

RECORDED = (Path(__file__).parent / "census" / "santa_monica_B02001.json").read_text("utf-8")
SANTA_MONICA = read_census_place("state:06 place:70000")


def client_of(*, status: int = 200, text: str = RECORDED, seen: list[httpx.URL] | None = None) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request.url)
        return httpx.Response(status, text=text)

    return httpx.Client(transport=httpx.MockTransport(answer))


def test_api_request_follows_the_documents_and_returns_margins() -> None:
    seen: list[httpx.URL] = []
    levels = fetch_population(client_of(seen=seen), "B02001", 2012, SANTA_MONICA, key="k")
    assert seen[0].path == "/data/2012/acs/acs5"
    assert dict(seen[0].params) | {"get": ""} == {"get": "", "for": "place:70000", "in": "state:06", "key": "k"}
    assert seen[0].params["get"].startswith("NAME,B02001_002E,B02001_002M,")
    assert [(each.level, each.count, each.moe90) for each in levels] == [
        ("white", 70330, 1052),
        ("black", 3547, 549),
        ("american indian", 206, 172),
        ("asian", 8981, 894),
        ("pacific islander", 122, 89),
        ("another", 3010, 562),
        ("two or more", 3812, 598),
    ]
    assert sum(each.count or 0 for each in levels) == 90008
    assert levels[0].source == "American Community Survey 2008-2012, table B02001, Santa Monica city, California"


def test_codes_in_the_place_of_a_margin_are_no_margins() -> None:
    controlled = fetch_population(
        client_of(text=RECORDED.replace('"1052"', '"-555555555"')), "B02001", 2012, SANTA_MONICA
    )
    unknown = fetch_population(client_of(text=RECORDED.replace('"1052"', '"-222222222"')), "B02001", 2012, SANTA_MONICA)
    assert (controlled[0].moe90, unknown[0].moe90) == (0.0, None)


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (204, "", "Expected a place that the census knows from the Census API, got nothing"),
        (400, "error: unknown variable 'B9'", "Expected figures from the Census API, got status 400: error: unknown"),
        (200, "<html>Missing Key</html>", r"Expected figures as JSON \(is the key right\?\)"),
        (200, '[["NAME"]]', "Expected one place from the Census API, got 0"),
        (200, RECORDED.replace('"70330"', '"-666666666"'), "Expected a count of white in B02001_002E"),
        (200, RECORDED.replace('"70330"', "null"), "Expected a count of white in B02001_002E"),
    ],
)
def test_every_other_answer_is_refused_in_a_sentence(status: int, text: str, said: str) -> None:
    with pytest.raises(CensusRefused, match=said):
        fetch_population(client_of(status=status, text=text), "B02001", 2012, SANTA_MONICA)


def test_failed_connection_and_unknown_place_are_reported() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    with pytest.raises(CensusRefused, match="Expected an answer from the Census API, got ConnectError"):
        fetch_population(httpx.Client(transport=httpx.MockTransport(fail)), "B02001", 2012, SANTA_MONICA)
    with pytest.raises(CensusRefused, match="Expected a place such as 'state:06 place:70000'"):
        read_census_place("Santa Monica")
    with pytest.raises(NotFound, match="there is no table of the ACS 'B1'"):
        fetch_population(client_of(), "B1", 2012, SANTA_MONICA)


def test_table_of_santa_monica_equals_the_api_answer(shared: Path) -> None:
    file = shared / "data" / "acs_santa_monica_2012" / "acs_estimates.csv"
    from_table = read_acs_table(file, "B02001", "Santa Monica city, California", 2012)
    from_api = fetch_population(client_of(), "B02001", 2012, SANTA_MONICA)
    assert from_table == from_api
    shares = Shares.of_margins({each.level: (each.count or 0, each.moe90 or 0) for each in from_table}, (90008, 36))
    assert shares.percent.round(2).tolist()[:2] == [78.14, 3.94]
    assert shares.se.round(3).tolist()[:2] == [0.71, 0.371]


def test_table_without_a_line_or_the_place_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "acs.csv"
    path.write_text("table,label,geography,estimate,moe90\nB02001,White alone,Here,10,2\n")
    with pytest.raises(BadTable, match="expected lines of B02001 for american indian, another"):
        read_acs_table(path, "B02001", "Here", 2012)
    with pytest.raises(NotFound, match="Expected one of: Here; there is no geography 'There'"):
        read_acs_table(path, "B02001", "There", 2012)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(BadTable, match="expected the columns table, label, geography, estimate, moe90, found a, b"):
        read_acs_table(path, "B02001", "Here", 2012)


SEXES = "table,label,geography,estimate,moe90\nB01001,Male:,Here,{}\nB01001,Female:,Here,{}\n"


@pytest.mark.parametrize(
    ("written", "margin"),
    [
        ("±90", 90), ("+/-90", 90), ("± 1090", 1090), ("*****", 0), ("-555555555", 0), ("**", None), ("(X)", None),
        ("", None), ("-222222222", None),
    ],
)  # fmt: skip
def test_margin_is_read_as_the_census_writes_it(tmp_path: Path, written: str, margin: float | None) -> None:
    path = tmp_path / "acs.csv"
    path.write_text(SEXES.format(f"1200,{written}", f"1300,{written}"), "utf-8")
    assert [each.moe90 for each in read_acs_table(path, "B01001", "Here", 2023)] == [margin, margin]


@pytest.mark.parametrize("written", ["ninety", "-5", "90*"])
def test_margin_that_is_no_number_is_no_exact_count(tmp_path: Path, written: str) -> None:
    path = tmp_path / "acs.csv"
    path.write_text(SEXES.format(f"1200,{written}", f"1300,{written}"), "utf-8")
    with pytest.raises(BadTable, match=r"line 2: expected a margin of 0 or more in moe90, found .*; line 3"):
        read_acs_table(path, "B01001", "Here", 2023)


def test_labels_of_newer_years_are_known(tmp_path: Path) -> None:
    labels = ("White alone", "Black or African American alone", "American Indian and Alaska Native alone",
              "Asian alone", "Native Hawaiian and Other Pacific Islander alone", "Some Other Race alone",
              "Two or More Races:")  # fmt: skip
    path = tmp_path / "acs.csv"
    rows = "".join(f"B02001,Estimate!!Total:!!{label},Here,10,1\n" for label in labels)
    path.write_text("table,label,geography,estimate,moe90\n" + rows)
    assert len(read_acs_table(path, "B02001", "Here", 2022)) == len(labels)
