"""Tables of who lives and who works in a community, read with all their problems at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadTable, NotFound
from app.records.communities import agencies_of, get_community
from app.records.population import population_of
from app.records.workforce import workforce_of
from app.services.communities.population import load_population, store_population
from app.services.communities.workforce import load_workforce, store_workforce
from app.services.waves import lifecycle
from tests.services.making import ACT, PLAN

POPULATION = """variable,level,count,share,moe90,source,year
age,1,5000,,120,ACS 2025,2025
age,2,7000,,150,ACS 2025,2025
gender,1,,0.48,0.01,ACS 2025,2025
gender,2,,0.52,0.01,ACS 2025,2025
"""
WORKFORCE = """agency,variable,level,count,source,year
police,gender,woman,40,Annual report,2025
police,gender,man,160,Annual report,2025
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_population_table_is_loaded_and_replaced_by_variable(both_engine: Engine, tmp_path: Path) -> None:
    lifecycle.create_wave(both_engine, PLAN, ACT)
    store_population(both_engine, "river-city", load_population(write(tmp_path, POPULATION)), ACT)
    newer = POPULATION.replace("5000", "5500").replace(
        "gender,1,,0.48,0.01,ACS 2025,2025\ngender,2,,0.52,0.01,ACS 2025,2025\n", ""
    )
    store_population(both_engine, "river-city", load_population(write(tmp_path, newer)), ACT)
    with Session(both_engine) as session:
        rows = population_of(session, get_community(session, "river-city").id or 0)
    kept = [(row.variable, row.level, row.count, row.share, row.moe90) for row in rows]
    assert kept == [
        ("age", "1", 5500, None, 120),
        ("age", "2", 7000, None, 150),
        ("gender", "1", None, 0.48, 0.01),
        ("gender", "2", None, 0.52, 0.01),
    ]


def test_a_workforce_table_is_loaded(both_engine: Engine, tmp_path: Path) -> None:
    lifecycle.create_wave(both_engine, PLAN, ACT)
    for _ in range(2):
        store_workforce(both_engine, "river-city", load_workforce(write(tmp_path, WORKFORCE)), ACT)
    with Session(both_engine) as session:
        police = next(
            each for each in agencies_of(session, get_community(session, "river-city").id or 0) if each.slug == "police"
        )
        assert [(row.level, row.count) for row in workforce_of(session, police.id or 0)] == [
            ("man", 160),
            ("woman", 40),
        ]


def test_an_agency_that_is_not_there_is_named(engine: Engine, tmp_path: Path) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    levels = load_workforce(write(tmp_path, WORKFORCE.replace("police", "fire")))
    with pytest.raises(NotFound, match="Expected one of: library, police; there is no agency 'fire'"):
        store_workforce(engine, "river-city", levels, ACT)
    with pytest.raises(NotFound, match="there is no community 'nowhere'"):
        store_workforce(engine, "nowhere", levels, ACT)


@pytest.mark.parametrize(
    ("load", "table", "old", "new", "said"),
    [
        (load_population, POPULATION, "5000", "many", "line 2: expected a number of people in count, found 'many'"),
        (load_population, POPULATION, "5000", "-5", "line 2: expected a number of people in count, found '-5'"),
        (load_population, POPULATION, "5000", "nan", "line 2: expected a number of people in count, found 'nan'"),
        (load_population, POPULATION, "age,2", "age,1", "line 3: expected each level once, found age 1 again"),
        (
            load_population,
            POPULATION,
            "0.48,0.01",
            ",0.01",
            "line 4: expected either a count or a share, found neither",
        ),
        (load_population, POPULATION, "5000,,", "5000,0.5,", "line 2: expected either a count or a share, found both"),
        (load_population, POPULATION, "0.52", "0.62", "gender: expected shares that sum to 1, found 1.100"),
        (load_population, POPULATION, "7000,", ",0.5", "age: expected counts or shares throughout, found both"),
        (
            load_population,
            POPULATION,
            "5000,,120,ACS 2025,2025",
            "5000,,120,,2025",
            "1 to 300 characters in source, found ''",
        ),
        (
            load_population,
            POPULATION,
            "150,ACS 2025,2025",
            "150,ACS 2025,25",
            "line 3: expected a year in year, found '25'",
        ),
        (
            load_population,
            POPULATION,
            "variable,level",
            "name,level",
            "expected the columns variable, level, count, share",
        ),
        (load_population, POPULATION, POPULATION, "", "found none"),
        (load_workforce, WORKFORCE, "40", "4.5", "line 2: expected a whole number of people in count, found '4.5'"),
        (load_workforce, WORKFORCE, "40", "", "line 2: expected a count, found none"),
        (load_workforce, WORKFORCE, "man,160", "woman,160", "line 3: expected each level once"),
    ],
)
def test_table_error_is_named_with_its_line(
    tmp_path: Path, load: Callable[[Path], Any], table: str, old: str, new: str, said: str
) -> None:
    assert old in table
    with pytest.raises(BadTable, match=said):
        load(write(tmp_path, table.replace(old, new, 1)))


def test_all_errors_of_a_table_are_reported_together(tmp_path: Path) -> None:
    with pytest.raises(BadTable) as caught:
        load_population(write(tmp_path, POPULATION.replace("5000", "x").replace("0.52", "7")))
    assert len(caught.value.problems) == 2


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTable, match="expected text in the encoding utf-16, found bytes that are not"):
        load_population(path)


def test_universe_and_kind_of_a_table_are_stored(both_engine: Engine, tmp_path: Path) -> None:
    lifecycle.create_wave(both_engine, PLAN, ACT)
    table = "variable,level,count,source,year,universe,kind\nrace,1,50,ACS,2025,adults,combination\n"
    store_population(both_engine, "river-city", load_population(write(tmp_path, table)), ACT)
    with Session(both_engine) as session:
        (row,) = population_of(session, get_community(session, "river-city").id or 0)
    assert (row.universe, row.kind) == ("adults", "combination")


def test_unknown_universe_is_refused_with_its_line(tmp_path: Path) -> None:
    table = "variable,level,count,source,year,universe\nrace,1,50,ACS,2025,grown-ups\n"
    with pytest.raises(BadTable, match="line 2: expected adults, everyone or nothing as universe, found 'grown-ups'"):
        load_population(write(tmp_path, table))
