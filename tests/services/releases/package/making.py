"""A small data set in three languages, as the gate hands one over, with every kind of variable and of missing code."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np

from app.services.releases.package.study import (
    Change,
    CodeLabel,
    DataSet,
    DataVariable,
    HeadlineTable,
    ReleaseStudy,
    Weights,
)

LANGUAGES = ("en", "es", "ar")
LONG = {
    "en": "The people who work there treat everybody with respect, whatever they look like. " * 6,
    "es": "Las personas que trabajan allí tratan a todo el mundo con respeto. " * 6,
    "ar": "يعامل الأشخاص الذين يعملون هناك الجميع باحترام. " * 8,
}
MISSING = {
    -5: {"en": "Not answered", "es": "Sin respuesta", "ar": "بلا إجابة"},
    -6: {"en": "Withheld", "es": "No se muestra", "ar": "محجوب"},
    -7: {"en": "Prefer not to answer", "es": "Prefiero no responder", "ar": "أفضّل عدم الإجابة"},
    -8: {"en": "Don't know", "es": "No sé", "ar": "لا أعرف"},
    -9: {"en": "Not asked", "es": "No se preguntó", "ar": "لم يُسأل"},
}


def words(text: str) -> dict[str, str]:
    return {lang: f"{text} ({lang})" for lang in LANGUAGES}


def codes(*options: int, missing: tuple[int, ...] = tuple(MISSING)) -> tuple[CodeLabel, ...]:
    asked = [CodeLabel(option, words(f"Answer {option}")) for option in options]
    return (*asked, *(CodeLabel(code, MISSING[code], missing=True) for code in missing))


def make_study(**changes: Any) -> ReleaseStudy:
    given: dict[str, Any] = {
        "release": "river-city-2026-v1.0.0",
        "wave": "river-city-2026",
        "version": "1.0.0",
        "tier": "public",
        "published_on": date(2026, 5, 2),
        "community": {"en": "River City", "ar": "ريفر سيتي"},
        "title": {"en": "Trust in River City", "es": "Confianza en River City", "ar": "الثقة في ريفر سيتي"},
        "survey": "community-trust 1.0",
        "agencies": {"police": words("the police"), "library": words("the library")},
        "languages": LANGUAGES,
        "fielded": (date(2026, 3, 2), date(2026, 4, 13)),
        "base_url": "https://survey.example.org",
        "contact": "data@example.org",
        "changes": (Change("1.0.0", date(2026, 5, 2), "First release."),),
    }
    return ReleaseStudy(**{**given, **changes})


def make_data(rows: int = 600, seed: int = 7, replicates: int = 20, **changes: Any) -> DataSet:
    chance = np.random.default_rng(seed)
    variables = (
        DataVariable("source", "key", words("Sample source"), codes(1, 2, missing=())),
        DataVariable("agency", "key", words("Agency"), codes(1, 2, missing=())),
        DataVariable("age", "key", words("How old are you?"), codes(1, 2, 3, 4), recoding=words("four bands")),
        DataVariable("B1", "item", LONG, codes(1, 2, 3, 4, 5), measure="ordinal"),
        DataVariable(
            "A1", "item", words("Trust"), codes(*range(11)), measure="ordinal", ends=(words("None"), words("All"))
        ),
        DataVariable("C5_1", "item", words("Barrier"), codes(0, 1), sensitive=True, universe=words("If something")),
        DataVariable("CTI", "index", words("Trust index"), measure="scale"),
        DataVariable("weight", "weight", words("Weight"), measure="scale", decimals=2),
        *(
            DataVariable(f"rep_{k}", "replicate", words(f"Replicate {k}"), measure="scale", decimals=2)
            for k in range(1, replicates + 1)
        ),
    )
    columns: dict[str, Any] = {}
    for each in variables:
        if each.is_coded:
            values = [code.value for code in each.codes]
            columns[each.name] = chance.choice(np.array(values, np.int16), rows)
        elif each.kind == "index":
            columns[each.name] = np.where(chance.random(rows) < 0.1, np.nan, chance.integers(0, 101, rows) / 3)
    weight = np.round(chance.uniform(0.3, 4, rows), 2)
    group = chance.integers(1, replicates + 1, rows)
    columns["weight"] = weight
    for k in range(1, replicates + 1):
        columns[f"rep_{k}"] = np.round(np.where(group == k, 0, weight * replicates / (replicates - 1)), 2)
    document = {
        "schema": "commontrust/microdata/1",
        "wave": "river-city-2026",
        "rules": {"k": 5, "l": 2, "fewest_records": 50},
        "left_out": {"sources": [], "variables": [], "held_back_at_most": {}},
    }
    given: dict[str, Any] = {
        "study": make_study(),
        "variables": variables,
        "columns": {each.name: columns[each.name] for each in variables},
        "weights": (
            Weights(
                "weight",
                tuple(f"rep_{k}" for k in range(1, replicates + 1)),
                (replicates - 1) / replicates,
                (1.0,) * replicates,
                "JK1",
                "address-sample",
            ),
        ),
        "headline": HeadlineTable("CTI", "agency"),
        "document": document,
        "content": json.dumps(document).encode(),
    }
    return DataSet(**{**given, **changes})
