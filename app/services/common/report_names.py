"""Return the names in a report, by id, in each language of its wave. They are frozen beside the figures.

The figures use ids (`item.B1`, `group.age=2`, `agency.police`); a page or another program looks up their names here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.language.catalogs import MessageCatalog
from app.questionnaire.definition import Item, Survey
from app.questionnaire.survey_words import survey_words
from app.questionnaire.wording import (
    facet_title,
    index_title,
    item_text,
    option_text,
    people_text,
    question_text,
    scale_ends,
    share_title,
    survey_title,
)
from app.records.communities import Agency, Community

Words = dict[str, dict[str, str]]

# Parts of the name of a made-up community, in each language.
SIMULATED = ("simulat", "simulad", "محاكاة")


def report_words(survey: Survey, community: Community, agencies: Sequence[Agency], languages: Sequence[str]) -> Words:
    """Return language -> id -> text."""
    return {lang: dict(_words(survey, community, agencies, lang)) for lang in languages}


def _words(survey: Survey, community: Community, agencies: Sequence[Agency], lang: str) -> Iterator[tuple[str, str]]:
    words = survey_words(survey, lang)
    yield "community", name_in(community.names, lang)
    yield "survey", survey_title(survey, words)
    for agency in agencies:
        yield f"agency.{agency.slug}", name_in(agency.names, lang)
        if agency.short_name(lang):
            yield f"short.{agency.slug}", agency.short_name(lang)
    yield from _index_words(survey, words)
    for item in survey.items.values():
        yield from _item_words(survey, item, words)
    for share in survey.shares:
        yield f"share.{share.id}", share_title(share, words)


def name_in(names: Mapping[str, str], lang: str) -> str:
    """Return a proper name in a language, or in English where it has no other."""
    return names.get(lang) or names.get("en") or next(iter(names.values()), "")


def is_simulated(names: Iterable[str]) -> bool:
    """Return whether the community's name marks it as simulated, in any language."""
    return any(sign in name.lower() for name in names for sign in SIMULATED)


def _index_words(survey: Survey, words: MessageCatalog) -> Iterator[tuple[str, str]]:
    for index in survey.indices:
        yield f"index.{index.id}", index_title(index, words)
        for facet in index.facets:
            yield f"index.{index.id}:{facet.id}", facet_title(index, facet, words)


def _item_words(survey: Survey, item: Item, words: MessageCatalog) -> Iterator[tuple[str, str]]:
    # Reports have an ellipsis in place of the agency's name, because they show the answers by agency.
    text = item_text(item, words, "…")
    yield f"item.{item.code}", text
    yield from _figure_words(item, words)
    ends = scale_ends(survey.scales[item.scale], words) if item.scale else None
    if ends:
        yield f"item.{item.code}.low", ends[0]
        yield f"item.{item.code}.high", ends[1]
    for option in item.choices:
        yield f"item.{item.code}.{option.code}", option_text(option, words)
    if item.key_variable:
        yield from _group_words(item, text, words)


def _figure_words(item: Item, words: MessageCatalog) -> Iterator[tuple[str, str]]:
    """Yield the names of a question whose items share a figure: `grid.G1` its text, `grid.G1.G1_2` an item's."""
    figure = item.kind.report.figure
    if figure and item.part:
        yield f"{figure}.{item.question}", question_text(item, words, "…")
        yield f"{figure}.{item.question}.{item.code}", option_text(item.part.option, words)


def _group_words(item: Item, text: str, words: MessageCatalog) -> Iterator[tuple[str, str]]:
    for option in item.options:
        group = f"{item.key_variable}={option.code}"
        if item.kind.takes_several:
            group = f"{item.key_variable}_{option.code}=yes"
            yield f"group.{item.key_variable}_{option.code}", text
        yield f"group.{group}", option_text(option, words)
        if option.people:
            yield f"people.{group}", people_text(option, words)
    yield f"group.{item.key_variable}", text
