"""The same sample written in another way: its answers must stay, by their own names and levels."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from tests.analysis.metamorphic.functions import FUNCTIONS, Answers
from tests.analysis.metamorphic.samples import ITEMS, Sample, Values

Transform = Callable[[Sample], Sample]

# Names of figures in a result, and names with spaces, signs and letters of other alphabets.
OTHER_NAMES = {
    "g": "n", "s": "term", "k": "estimate", "wave": "se", "y": "low", "x": "weight of x", "w": "value", "h": "Área",
    "psu": "df", "q1": "notes", "q2": "q 2", "vote": "level", "id": "index",
}  # fmt: skip
OTHER_LEVELS = {
    "a": "zürich",
    "b": "007",
    "c": "Ελλάδα, new",
    "m": "nan",
    "f": "None",
    "south": "?",
    "north": "0",
    "east": "NA",
}
BY_GROUP = ("mean", "total, count", "ratio", "quantile", "pairwise gaps")
ALL = tuple(FUNCTIONS)
OF_ONE_COLUMN = ("nonresponse", "gaps between strata")  # functions that name the column of the strata


def _reordered(sample: Sample, order: list[int]) -> Sample:
    return replace(sample, columns={name: [values[k] for k in order] for name, values in sample.columns.items()})


def shuffled_rows(sample: Sample) -> Sample:
    return _reordered(sample, np.random.default_rng(7).permutation(sample.rows).tolist())


def reversed_rows(sample: Sample) -> Sample:
    return _reordered(sample, list(range(sample.rows))[::-1])


def shuffled_columns(sample: Sample) -> Sample:
    return replace(sample, columns=dict(reversed(sample.columns.items())))


def renamed_columns(sample: Sample) -> Sample:
    columns = {OTHER_NAMES.get(name, name): values for name, values in sample.columns.items()}
    return replace(sample, columns=columns, names=OTHER_NAMES)


def renamed_levels(sample: Sample) -> Sample:
    columns = {
        name: [OTHER_LEVELS.get(x, x) if isinstance(x, str) else x for x in values]
        for name, values in sample.columns.items()
    }
    return replace(sample, columns=columns, levels=OTHER_LEVELS)


def blank_text(sample: Sample) -> Sample:
    """Empty and blank text in place of missing text, as an empty cell of a file."""
    columns = {
        name: [("", "  ")[k % 2] if x is None and "a" in values else x for k, x in enumerate(values)]
        for name, values in sample.columns.items()
    }
    return replace(sample, columns=columns)


def split_strata(sample: Sample) -> Sample:
    """Strata as the combinations of two columns."""
    halves = {"south": ("a", 1), "north": ("a", 2), "east": ("b", 1)}
    columns = {
        **sample.columns,
        "h1": [halves[x][0] for x in sample.columns["h"]],
        "h2": [halves[x][1] for x in sample.columns["h"]],
    }
    return replace(sample, columns=columns, names={"h": "h1+h2"})


def scaled_weights(sample: Sample) -> Sample:
    return replace(sample, columns={**sample.columns, "w": [8 * x for x in sample.columns["w"]]}, scale=8.0)


def waves_in_words(sample: Sample) -> Sample:
    """Waves whose names sort otherwise than in time."""
    words = {2023: "Sep 2023", 2024: "Apr 2024"}
    columns = {**sample.columns, "wave": [words[x] for x in sample.columns["wave"]]}
    return replace(sample, columns=columns, levels=words)


def turned_items(sample: Sample) -> Sample:
    return replace(sample, names=dict(zip(ITEMS, ITEMS[::-1], strict=True)))


def lonely_adjust(sample: Sample) -> Sample:
    return replace(sample, lonely="adjust")


def lonely_average(sample: Sample) -> Sample:
    return replace(sample, lonely="average")


def irrelevant_column(sample: Sample) -> Sample:
    """A column of lists, which nothing could convert, before all others."""
    return replace(sample, columns={"unused": [[k] for k in range(sample.rows)], **sample.columns})


def _with_group(sample: Sample, y: Values) -> Sample:
    """Four people of a group, a stratum and PSUs of their own."""
    added = {
        "id": [900, 901, 902, 903], "h": ["west"] * 4, "psu": [0, 1, 0, 1], "w": [1.0, 2.0, 3.0, 1.0], "y": y,
        "x": [1, 2, 3, 4], "g": ["zz"] * 4, "s": ["f", "m", "f", "m"], "k": [1, 2, 10, 1], "wave": [2023, 2024] * 2,
        "vote": [True, False, True, False], "q1": [1, 2, 3, 4],
        "q2": [2, 2, 3, 4], "q3": [1, 2, 4, 4], "q4": [1, 3, 3, 4],
    }  # fmt: skip
    return replace(sample, columns={name: [*values, *added[name]] for name, values in sample.columns.items()})


def irrelevant_group(sample: Sample) -> Sample:
    return _with_group(sample, [9, 1, 4, 2])


def silent_group(sample: Sample) -> Sample:
    return _with_group(sample, [None] * 4)


TRANSFORMS: Mapping[str, tuple[Transform, tuple[str, ...]]] = MappingProxyType(
    {
        "rows shuffled": (shuffled_rows, ALL),
        "rows reversed": (reversed_rows, ALL),
        "columns shuffled": (shuffled_columns, ALL),
        "columns renamed": (renamed_columns, ALL),
        "levels renamed": (renamed_levels, ALL),
        "strata in two columns": (split_strata, tuple(x for x in ALL if x not in OF_ONE_COLUMN)),
        "weights scaled": (scaled_weights, tuple(name for name in ALL if name not in ("calibrate", "poststratify"))),
        "waves in words": (waves_in_words, ALL),
        "blank text for missing text": (blank_text, ALL),
        "items in another order": (turned_items, tuple(name for name in ALL if name != "report")),
        "lonely PSUs: adjust": (lonely_adjust, ALL),
        "lonely PSUs: average": (lonely_average, ALL),
        "a column that is never used": (irrelevant_column, ALL),
        "a group that is never asked for": (irrelevant_group, BY_GROUP),
        "a group without data": (silent_group, BY_GROUP),
    }
)


ADDED = ("a group that is never asked for", "a group without data")


def kept(transform: str, function: str, answers: Answers) -> Answers:
    """The answers that a transform must keep: with a group added, those about the other groups.

    The degrees of freedom of a gap are at most those of the design, which the added PSUs raise.
    """
    if transform not in ADDED:
        return answers
    moved = ("df", "low", "high") if function == "pairwise gaps" else ()
    return {key: x for key, x in answers.items() if len(key) > 2 and "zz" not in key and key[-1] not in moved}
