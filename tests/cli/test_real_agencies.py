"""Load real staff counts with the public commands: officers of New Jersey, of 343 cities of LEMAS, and of 75 cities.

The loaded counts add up to those of the publishers. A scorecard shows no group under ten, and none follows from it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from statistics import mean

import pytest
from sqlalchemy import Engine

from analysis.disclosure import Shown
from analysis.representation import Shares, overlap_index
from app.records.communities import agencies_of, get_community
from app.records.database import connect, reading
from app.records.population import population_of
from app.records.workforce import workforce_of_all
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import read_figures
from app.services.scorecards.publish import FrozenScorecard, get_frozen_scorecard, list_agencies, list_scorecards
from app.services.scorecards.resident_shares import residents_of
from app.settings import load_settings
from tests.cli.conftest import Run

GROUPS = {"White": "racePctWhite", "Black": "racepctblack", "Hisp": "racePctHisp", "Asian": "racePctAsian"}


@pytest.fixture
def engine(run: Run) -> Iterator[Engine]:
    assert run("migrate")[0] == 0
    engine = connect(load_settings().database_url)
    yield engine
    engine.dispose()


def write(path: Path, head: str, rows: Sequence[Sequence[object]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head.split(","), *rows])
    return str(path)


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]


def said(run: Run, *arguments: str) -> str:
    status, out, error = run(*arguments)
    assert status == 0, error
    return out


def counts_of(frozen: FrozenScorecard) -> Iterator[Mapping[str, int | None]]:
    for table in frozen.card.tables:
        yield {row.domain: row.cell.n if isinstance(row.cell, Shown) else None for row in table.rows}


def narrow_ranges(cells: Mapping[str, int | None]) -> list[str]:
    """Return the variables with one hidden group whose range, from subtraction, is narrower than five."""
    total = cells["everyone"]
    found = []
    groups = sorted(name for name in cells if "=" in name and not name.startswith("known "))
    for variable, names in groupby(groups, lambda name: name.split("=")[0]):
        levels = [cells[name] for name in names]
        if total is not None and levels.count(None) == 1:
            stated = [n for n in levels if n is not None]
            low = max(total - 2 - sum(n + 2 for n in stated), 0)
            high = total + 2 - sum(max(n - 2, 10) for n in stated)
            if min(high, 9) - low < 4:
                found.append(variable)
    return found


@pytest.mark.slow
def test_new_jersey_has_529_agencies_and_30565_officers(run: Run, engine: Engine, shared: Path, tmp_path: Path) -> None:
    rows = read(shared / "data" / "nj_police_diversity_2021" / "officers_by_agency.csv")
    names = {(row["agency_county"], row["agency_name"]): "" for row in rows}
    names = {key: slug(f"{key[1]} {key[0]}") for key in names}
    assert len(names) == len(set(names.values())) == 529
    register = [("new-jersey", "New Jersey", agency, key[1]) for key, agency in names.items()]
    register_file = write(tmp_path / "r.csv", "community,community_name,agency,agency_name", register)
    assert said(run, "community", "load", register_file) == "Communities: 1. Agencies: 529.\n"
    staff: dict[tuple[str, str, str], int] = {}
    for row in rows:
        agency = names[row["agency_county"], row["agency_name"]]
        for variable in ("race", "gender"):
            level = row[f"officer_{variable}"].replace("Not reported", "unknown")
            staff[agency, variable, level] = staff.get((agency, variable, level), 0) + int(row["officers"])
    lines = [(*key, count, "NJ Office of the Attorney General", 2021) for key, count in staff.items()]
    table = write(tmp_path / "s.csv", "agency,variable,level,count,source,year", lines)
    said(run, "workforce", "load", "new-jersey", table)
    with reading(engine) as session:
        ids = [agency.id or 0 for agency in agencies_of(session, get_community(session, "new-jersey").id or 0)]
        kept = workforce_of_all(session, ids)
    for variable, unknown in (("race", 205), ("gender", 267)):
        found = [row for row in kept if row.variable == variable]
        assert sum(row.count for row in found) == 30_565
        assert sum(row.count for row in found if row.level == "unknown") == unknown
    check_publication(run, engine)


def check_publication(run: Run, engine: Engine) -> None:
    """Every agency through the gate, large and small: none shows a group under ten, and none follows."""
    stated = said(run, "measures", "publish", "new-jersey", "--each-agency")
    assert stated == "529 scorecards of agencies of new-jersey are published.\n"
    audited = 0
    for agency in list_agencies(engine, "new-jersey"):
        frozen = get_frozen_scorecard(engine, "new-jersey", agency.slug)
        for unit in frozen.card.units:
            audited += unit.audit["cells"]
            assert (unit.audit["recovered"], unit.audit["narrow"]) == (0, 0)
        for cells in counts_of(frozen):
            assert all(n is None or n >= 10 for n in cells.values())
            assert narrow_ranges(cells) == []
    assert audited > 1500


def test_lemas_overlap_equals_the_figure_of_its_file(run: Run, engine: Engine, shared: Path, tmp_path: Path) -> None:
    cities = read(shared / "data" / "lemas_communities_1990" / "city_police_composition.csv")
    assert len(cities) == 343
    worst = 0.0
    for city in cities:
        staff, residents = lemas_shares(city)
        match = overlap_index(staff, residents).value
        worst = max(worst, abs(match - float(city["RacialMatchCommPol"])))
    assert worst <= 0.02  # the file rounds four shares and their sum to two decimals
    for city in cities[::49]:
        load_city(run, city, tmp_path)
        check_city(engine, city)


def lemas_shares(city: Mapping[str, str]) -> tuple[Shares, Shares]:
    police = {name: float(city[f"PctPolic{name}"]) for name in GROUPS}
    lived = {name: float(city[column]) for name, column in GROUPS.items()}
    return Shares.of_percent(police, allow_overlap=True), Shares.of_percent(lived, allow_overlap=True)


def load_city(run: Run, city: Mapping[str, str], folder: Path) -> None:
    """Load the city's four groups, and its other officers as not known, because the file has no group for them."""
    where, officers = slug(city["communityname"]), round(float(city["LemasSwornFT"]))
    register = [(where, city["communityname"], "police", "Police")]
    said(run, "community", "load", write(folder / "r.csv", "community,community_name,agency,agency_name", register))
    counts = {name: round(float(city[f"PctPolic{name}"]) * officers / 100) for name in GROUPS}
    rest = max(officers - sum(counts.values()), 0)
    staff = [("police", "race", name, count, "LEMAS", 1990) for name, count in {**counts, "unknown": rest}.items()]
    said(run, "workforce", "load", where, write(folder / "s.csv", "agency,variable,level,count,source,year", staff))
    lived = [("race", name, float(city[column]) / 100, "Census", 1990) for name, column in GROUPS.items()]
    people = write(folder / "p.csv", "variable,level,share,source,year", lived)
    total = sum(float(city[column]) for column in GROUPS.values())
    status, _, error = run("population", "load", where, people)
    assert (status, "race: expected shares that sum to 1" in error) == (
        (2, True) if abs(total - 100) > 2 else (0, False)
    )
    said(run, "population", "load", where, people, "--overlap")
    said(run, "measures", "publish", where)


def check_city(engine: Engine, city: Mapping[str, str]) -> None:
    """The published overlap is that of the file, as far as rounding and groups that are not shown allow."""
    frozen = get_frozen_scorecard(engine, slug(city["communityname"]))
    [line] = read_figures(frozen.card, load_definitions()).staff
    match = float(city["RacialMatchCommPol"])
    with reading(engine) as session:
        community = get_community(session, slug(city["communityname"]))
        [residents] = residents_of(population_of(session, community.id or 0))
    assert residents.percent["Black"] == pytest.approx(float(city["racepctblack"]), abs=0.001)
    staffing = line.staffing
    if staffing.overlap is None:
        assert staffing.reason == "too few"
        return
    officers = float(city["LemasSwornFT"])
    slack = 100 * (2.5 * 4 + 9 * len(staffing.shown.hidden)) / officers + 2
    assert abs(staffing.overlap.value - match) <= slack
    for cells in counts_of(frozen):
        assert all(n is None or n >= 10 for n in cells.values())


def test_officer_residency_of_75_cities_has_the_known_mean(
    run: Run, engine: Engine, shared: Path, tmp_path: Path
) -> None:
    rows = read(shared / "data" / "police_locals_2014" / "police_locals.csv")
    register = [(slug(row["city"]), row["city"], "police", f"Police of {row['city']}") for row in rows]
    table = write(tmp_path / "r.csv", "community,community_name,agency,agency_name", register)
    assert said(run, "community", "load", table) == "Communities: 75. Agencies: 75.\n"
    head = "measure,agency,period,version,numerator,denominator,unknown,breakdown,level,source,attested_by,attested_on"
    for row in rows:
        force = int(row["police_force_size"])
        living = round(float(row["all"]) * force)
        who = ("EEO tabulation", "FiveThirtyEight", "2015-01-05")
        figures = [("1.3a", "police", "2014", "1", living, force, 0, "", "", *who)]
        said(run, "measures", "load", slug(row["city"]), write(tmp_path / "m.csv", head, figures))
        said(run, "measures", "publish", slug(row["city"]))
    shares = []
    for frozen in list_scorecards(engine):
        series = read_figures(frozen.card, load_definitions()).find("1.3a")
        assert series is not None
        shares.append(series.last)
    stated = [point for point in shares if point.value is not None]
    assert len(shares) == 75
    assert mean(point.value or 0 for point in stated) == pytest.approx(39.9, abs=0.6)
    assert sum((point.value or 0) < 50 for point in stated) == 49


def test_shares_of_groups_without_their_numbers_are_refused(run: Run, engine: Engine, tmp_path: Path) -> None:
    """The file of 75 cities has shares by race without the number of officers behind each."""
    register = write(
        tmp_path / "r.csv", "community,community_name,agency,agency_name", [("city", "City", "police", "Police")]
    )
    said(run, "community", "load", register)
    head = "measure,agency,period,version,numerator,denominator,breakdown,level,source,attested_by,attested_on"
    who = ("EEO tabulation", "FiveThirtyEight", "2015-01-05")
    rows = [("1.3a", "police", "2014", "1", 61, "", "race", "black", *who)]
    status, _, error = run("measures", "load", "city", write(tmp_path / "m.csv", head, rows))
    assert status == 2
    assert "line 2: no denominator: expected the number of staff whose home address is known" in error
