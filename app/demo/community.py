"""Define River City, the demo's community: its agencies and its population table, all made up."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from app.demo.population import Population
from app.services.communities.population import Level
from app.services.waves.plan_file import PlannedAgency, WavePlan

ADULTS = 60_000
LANGUAGES = ("en", "es", "ar", "zh-Hans", "vi", "ko", "fr", "ru")
CONTACT = "commontrust@river-city.example"
SOURCE = "Simulated population of River City, fixed seed"
YEAR = 2026

PROTOCOL = {
    "sponsor": "River City (simulated)",
    "conductor": "River City Office of Community Trust (simulated)",
    "list": "Simulated list of the adults of River City, one row for each person",
    "coverage": "No one is missing from the simulated list",
    "selection": "Equal numbers at random, without replacement, in each of four areas",
    "household": "The list names persons, so no one was chosen within a home",
    "contacts": "One simulated letter, no reminder",
    "incentives": "None",
}
NAMES = {
    "en": "River City (simulated)",
    "es": "Ciudad del Río (simulada)",
    "ar": "مدينة النهر (بيانات محاكاة)",
    "zh-Hans": "河城（模拟数据）",
    "vi": "Thành phố Sông (dữ liệu mô phỏng)",
    "ko": "리버시티 (가상 데이터)",
    "fr": "Ville-Rivière (données simulées)",
    "ru": "Речной город (смоделированные данные)",
}
AGENCY_NAMES: Mapping[str, Mapping[str, str]] = {
    "police": {
        "en": "River City Police Department",
        "es": "Departamento de Policía de Ciudad del Río",
        "ar": "إدارة شرطة مدينة النهر",
        "zh-Hans": "河城警察局",
        "vi": "Sở Cảnh sát Thành phố Sông",
        "ko": "리버시티 경찰국",
        "fr": "Police de Ville-Rivière",
        "ru": "Полиция Речного города",
    },
    "health": {
        "en": "River City Health Centers",
        "es": "Centros de Salud de Ciudad del Río",
        "ar": "المراكز الصحية في مدينة النهر",
        "zh-Hans": "河城健康中心",
        "vi": "Các Trung tâm Y tế Thành phố Sông",
        "ko": "리버시티 보건소",
        "fr": "Centres de santé de Ville-Rivière",
        "ru": "Медицинские центры Речного города",
    },
    "housing": {
        "en": "River City Housing Office",
        "es": "Oficina de Vivienda de Ciudad del Río",
        "ar": "مكتب الإسكان في مدينة النهر",
        "zh-Hans": "河城住房办公室",
        "vi": "Văn phòng Nhà ở Thành phố Sông",
        "ko": "리버시티 주택 사무소",
        "fr": "Office du logement de Ville-Rivière",
        "ru": "Жилищное управление Речного города",
    },
}
# Where a sentence would bend a short name, as in Korean and Russian, sentences have the whole name.
SHORT_NAMES: Mapping[str, Mapping[str, str]] = {
    "police": {"en": "the police", "es": "la policía", "ar": "الشرطة", "zh-Hans": "警察局", "vi": "cảnh sát"},
    "health": {
        "en": "the health centers",
        "es": "los centros de salud",
        "ar": "المراكز الصحية",
        "zh-Hans": "健康中心",
        "vi": "các trung tâm y tế",
    },
    "housing": {
        "en": "the housing office",
        "es": "la oficina de vivienda",
        "ar": "مكتب الإسكان",
        "zh-Hans": "住房办公室",
        "vi": "văn phòng nhà ở",
    },
}
AREAS = {1: "North Hill", 2: "Riverside", 3: "Old Town", 4: "East Flats"}
AREA_NAMES: Mapping[int, Mapping[str, str]] = {
    1: {
        "en": AREAS[1], "es": "Colina Norte", "ar": "التل الشمالي", "zh-Hans": "北山", "vi": "Đồi Bắc",
        "ko": "북쪽 언덕", "fr": "Colline Nord", "ru": "Северный холм",
    },
    2: {
        "en": AREAS[2], "es": "Ribera", "ar": "ضفة النهر", "zh-Hans": "河畔", "vi": "Bờ Sông",
        "ko": "강변", "fr": "La Rive", "ru": "Набережная",
    },
    3: {
        "en": AREAS[3], "es": "Casco Antiguo", "ar": "البلدة القديمة", "zh-Hans": "老城", "vi": "Phố Cổ",
        "ko": "구시가지", "fr": "Vieille Ville", "ru": "Старый город",
    },
    4: {
        "en": AREAS[4], "es": "Llanos del Este", "ar": "السهول الشرقية", "zh-Hans": "东坪", "vi": "Đồng Đông",
        "ko": "동쪽 들", "fr": "Plaine Est", "ru": "Восточная равнина",
    },
}  # fmt: skip

# Made-up corners of the city in degrees: each area is a polygon, and neighbors share their borders.
CORNERS: Mapping[str, tuple[float, float]] = {
    "nw": (-90.31, 38.72), "n": (-90.24, 38.745), "ne": (-90.17, 38.71), "e": (-90.155, 38.655),
    "se": (-90.18, 38.59), "s": (-90.25, 38.575), "sw": (-90.32, 38.60), "w": (-90.335, 38.66),
    "bend": (-90.288, 38.675), "ford": (-90.205, 38.668), "quay": (-90.198, 38.62), "mill": (-90.275, 38.612),
}  # fmt: skip
SHAPES: Mapping[int, tuple[str, ...]] = {
    1: ("nw", "n", "ne", "ford", "bend", "w"),
    2: ("w", "bend", "mill", "s", "sw"),
    3: ("bend", "ford", "quay", "mill"),
    4: ("ne", "e", "se", "s", "mill", "quay", "ford"),
}


def area_map() -> bytes:
    """Return the shapes of the four areas as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"area": area, "name": AREAS[area]},
            "geometry": {"type": "Polygon", "coordinates": [[CORNERS[name] for name in (*names, names[0])]]},
        }
        for area, names in SHAPES.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


# Question of the survey -> name of its variable in population tables.
VARIABLES: Mapping[str, str] = {
    "AGE": "age",
    "GENDER": "gender",
    "RACE": "race",
    "LANGUAGE": "language",
    "AREA": "area",
    "EDUCATION": "education",
    "DISABILITY": "disability",
}


def wave_plan(slug: str) -> WavePlan:
    return WavePlan(
        slug=slug,
        survey="community-trust",
        community="river-city",
        community_names=NAMES,
        languages=LANGUAGES,
        drafts=LANGUAGES[1:],
        agencies=tuple(
            PlannedAgency(agency, names, short_names=SHORT_NAMES[agency]) for agency, names in AGENCY_NAMES.items()
        ),
        contact=CONTACT,
        codes="optional",
        areas=AREA_NAMES,
        population_source=SOURCE,
        protocol=PROTOCOL,
    )


def population_levels(population: Population) -> list[Level]:
    """Return the population table as a city would load it: counts with the margins of a census sample."""
    return [
        _level(variable, level, _people(population, question, level), population.size)
        for question, variable in VARIABLES.items()
        for level in range(1, int(population.groups[question].max()) + 1)
    ]


def _people(population: Population, question: str, level: int) -> int:
    count = int((population.groups[question] == level).sum())
    return count + (int((population.second_race == level).sum()) if question == "RACE" else 0)


def _level(variable: str, level: int, count: int, size: int) -> Level:
    """Return a count with the margin of a census of one household in thirteen: 1.645 standard errors."""
    margin = 1.645 * float(np.sqrt(count * (1 - count / size) * 12))
    kind = "combination" if variable == "race" else ""
    return Level(
        variable, str(level), float(count), None, float(round(margin)), SOURCE, YEAR, universe="adults", kind=kind
    )
