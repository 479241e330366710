"""Describe the protected data in the survey's words, as the one source of all files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.disclosure import ProtectedMicrodata
from app.language.catalogs import MessageCatalog, load_catalog
from app.questionnaire import wording
from app.questionnaire.definition import (
    DONT_KNOW,
    DONT_KNOW_OPTION,
    NO_ANSWER,
    NOT_ASKED,
    PREFER_NOT,
    PREFER_NOT_OPTION,
    WITHHELD,
    Item,
    Option,
    Survey,
)
from app.questionnaire.survey_words import survey_words
from app.services.releases.package import method, words
from app.services.releases.package.questionnaire import UNNAMED, write_rule
from app.services.releases.package.study import (
    CodeLabel,
    DataSet,
    DataVariable,
    HeadlineTable,
    ReleaseStudy,
    Texts,
    Weights,
)
from app.services.waves.protocol import is_random

SOURCE, AGENCY, WEIGHT = "source", "agency", "weight"
DECIMALS = 2  # of indices and weights
BETWEEN_MERGED = " / "


def describe(survey: Survey, study: ReleaseStudy, microdata: ProtectedMicrodata) -> DataSet:
    """Return the data set of a study."""
    dictionary = Dictionary(survey, study)
    document = microdata.document
    return DataSet(
        study=study,
        variables=tuple(dictionary.describe(entry) for entry in document["variables"]),
        columns=microdata.columns,
        weights=tuple(_weights(document)),
        headline=_headline(survey, microdata.columns),
        document=document,
        content=microdata.content,
    )


def _headline(survey: Survey, columns: Mapping[str, Any]) -> HeadlineTable | None:
    rated = next((index.id for index in survey.indices if index.rated and index.id in columns), None)
    return HeadlineTable(rated, AGENCY if AGENCY in columns else SOURCE) if rated else None


def _weights(document: Mapping[str, Any]) -> Iterator[Weights]:
    several = len(document["weights"]) > 1
    names = [entry["name"] for entry in document["variables"] if entry["kind"] == "replicate"]
    for code, facts in document["weights"].items():
        replicates = tuple(names[: facts["groups"]])
        yield Weights(
            weight=WEIGHT,
            replicates=replicates,
            scale=facts["scale"],
            rscales=(1.0,) * len(replicates),
            kind="JK1",
            source=facts["source"],
            source_code=int(code) if several else None,
        )


@dataclass(frozen=True)
class Dictionary:
    """Name each variable in the survey's words, in every language of the release."""

    survey: Survey
    study: ReleaseStudy

    @property
    def languages(self) -> tuple[str, ...]:
        return self.study.languages

    @cached_property
    def catalogs(self) -> Mapping[str, MessageCatalog]:
        return {lang: survey_words(self.survey, lang) for lang in self.languages}

    def describe(self, entry: Mapping[str, Any]) -> DataVariable:
        """Return the variable of an entry of the protected document."""
        name, kind = entry["name"], entry["kind"]
        if kind == "id":
            return DataVariable(name, kind, self._translate(words.CASE))
        if kind in ("weight", "replicate"):
            return self._weight(name, kind)
        if kind == "index":
            return self._index(name)
        if name in (SOURCE, AGENCY):
            return self._named(entry)
        return self._asked(entry)

    def _weight(self, name: str, kind: Any) -> DataVariable:
        number = name.rpartition("_")[2].lstrip("0")
        label = self._translate(words.WEIGHT) if kind == WEIGHT else self._translate(words.REPLICATE, number=number)
        return DataVariable(name, kind, label, measure="scale", decimals=DECIMALS)

    def _index(self, name: str) -> DataVariable:
        index = next(index for index in self.survey.indices if index.id == name)
        title = self._words(lambda words: wording.index_title(index, words))
        return DataVariable(
            name, "index", self._translate(words.INDEX, index=title), measure="scale", decimals=DECIMALS
        )

    def _named(self, entry: Mapping[str, Any]) -> DataVariable:
        """Return the variable of the sample source or the agency, whose codes stand for names."""
        name = entry["name"]
        label = self._translate(words.SOURCE_OF_SAMPLE if name == SOURCE else words.AGENCY)
        codes = tuple(
            CodeLabel(code, self._source(names[0]) if name == SOURCE else self._agency(names))
            for code, names in _named(entry)
        )
        return DataVariable(name, entry["kind"], label, codes + self._missing(entry))

    def _source(self, slug: str) -> Texts:
        if slug == "address-sample" and not is_random(self.study.protocol):
            return {lang: load_catalog(lang, method.REPORT).text(method.INVITED) for lang in self.languages}
        return self._translate(words.SOURCES[slug]) if slug in words.SOURCES else dict.fromkeys(self.languages, slug)

    def _agency(self, slugs: Sequence[str]) -> Texts:
        names = self.study.agencies
        return {lang: BETWEEN_MERGED.join(names[slug][lang] for slug in slugs) for lang in self.languages}

    def _asked(self, entry: Mapping[str, Any]) -> DataVariable:
        """Return the variable of a question, or of one answer of a question with several."""
        name = entry["name"]
        item, option = self._find(name)
        text = self._words(lambda words: wording.item_text(item, words, UNNAMED))
        if option is not None:
            chosen = self._option(option)
            text = {lang: f"{text[lang]} – {chosen[lang]}" for lang in self.languages}
        levels = _levels(entry)
        merged = {code: levels[code] for code in levels if len(levels[code]) > 1}
        return DataVariable(
            name,
            entry["kind"],
            text,
            tuple(self._code(item, option, code, asked) for code, asked in levels.items()) + self._missing(entry),
            measure=item.kind.data.measure,
            ends=self._ends(item),
            universe=self._translate(words.ASKED_WHERE, rule=write_rule(item.show_if)) if item.show_if else None,
            recoding=self._translate(words.RECODED, rule=_write_merged(merged)) if merged else None,
            concept=item.construct or "",
            sensitive=bool(entry.get("sensitive")),
        )

    def _find(self, name: str) -> tuple[Item, Option | None]:
        """Return the item of a variable, and the option where each option is a variable of its own."""
        for item in self.survey.items.values():
            if name in (item.code, item.key_variable):
                return item, None
            for option in item.options if item.kind.takes_several else ():
                if name in (f"{item.code}_{option.code}", f"{item.key_variable}_{option.code}"):
                    return item, option
        raise KeyError(name)

    def _code(self, item: Item, option: Option | None, code: int, asked: Sequence[int]) -> CodeLabel:
        if option is not None:
            return CodeLabel(code, self._translate(words.CHOSEN if code else words.NOT_CHOSEN))
        labels = {each.code: self._option(each) for each in item.options}
        if item.kind.takes_several:
            labels |= {each: self._translate(words.SEVERAL) for each in asked if each not in labels}
        return CodeLabel(
            code, {lang: BETWEEN_MERGED.join(labels[each][lang] for each in asked) for lang in self.languages}
        )

    def _option(self, option: Option) -> Texts:
        return self._words(lambda words: wording.option_text(option, words))

    def _ends(self, item: Item) -> tuple[Texts, Texts] | None:
        scale = self.survey.scales[item.scale] if item.scale else None
        if scale is None or scale.low is None:
            return None
        low, high = ({lang: _end(scale, words, k) for lang, words in self.catalogs.items()} for k in (0, 1))
        return low, high

    def _missing(self, entry: Mapping[str, Any]) -> tuple[CodeLabel, ...]:
        """Return the missing codes of a variable. A withheld key variable may also have been unanswered."""
        labels = {
            NO_ANSWER: self._translate(words.NOT_ANSWERED),
            WITHHELD: self._translate(words.SUPPRESSED),
            PREFER_NOT: self._option(PREFER_NOT_OPTION),
            DONT_KNOW: self._option(DONT_KNOW_OPTION),
            NOT_ASKED: self._translate(words.NOT_ASKED),
        }
        if entry["kind"] == "key":
            both = (labels[WITHHELD], labels[NO_ANSWER])
            labels[WITHHELD] = {lang: BETWEEN_MERGED.join(each[lang] for each in both) for lang in self.languages}
        return tuple(CodeLabel(code, labels[code], missing=True) for code in entry["missing"])

    def _translate(self, sentence: str, **values: Texts | str) -> Texts:
        return words.translate(self.languages, sentence, **values)

    def _words(self, write: Any) -> Texts:
        return {lang: write(catalog) for lang, catalog in self.catalogs.items()}


def _end(scale: Any, catalog: MessageCatalog, position: int) -> str:
    ends = wording.scale_ends(scale, catalog)
    assert ends is not None
    return ends[position]


def _write_merged(merged: Mapping[int, Sequence[int]]) -> str:
    """Return merged codes as in `1001 = 1, 2; 2003 = 3, 4`."""
    return "; ".join(f"{code} = {', '.join(map(str, asked))}" for code, asked in merged.items())


def _levels(entry: Mapping[str, Any]) -> dict[int, tuple[int, ...]]:
    """Return released code -> original codes."""
    if "recoding" in entry:
        groups = entry["recoding"]["groups"]
        return {int(code): tuple(groups[code]) for code in sorted(groups, key=lambda code: groups[code])}
    return {code: (code,) for code in entry["codes"]}


def _named(entry: Mapping[str, Any]) -> list[tuple[int, tuple[str, ...]]]:
    """Return released code -> names."""
    return [(code, tuple(entry["labels"][str(each)] for each in group)) for code, group in _levels(entry).items()]
