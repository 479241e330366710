"""Build the page of a release, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from app.language import formats
from app.language.extraction import mark
from app.language.languages import get_language
from app.services.releases.package.files import PackedFile
from app.services.releases.package.words import explain_left_out
from app.services.releases.publish import FrozenRelease
from app.web.locale import choose_language, choose_name, list_language_links
from app.web.releases.phrasing import catalog_for, format_size
from app.web.releases.variable_search import FoundVariable, SearchFacet
from app.web.view_models import LanguageLink, Named, Screen

STYLES = ("site.css", "public.css", "data.css")

FORMATS = {".csv": "CSV", ".parquet": "Parquet", ".sav": "SPSS", ".dta": "Stata"}
OTHERS: dict[str, str] = {
    "codebook": mark("Codebook"),
    "questionnaire": mark("Questionnaire"),
    "report": mark("Disclosure report"),
    "script": mark("Script of the headline table"),
    "metadata": mark("For programs and archives"),
    "terms": mark("Terms, citation, changes"),
    "sums": mark("Fingerprints"),
}
MOST_SHOWN = 12  # variables before the rest is folded away


@dataclass(frozen=True)
class FileLink:
    """A file to download; `language_link` names its language where the page has another one."""

    address: str
    name: str
    words: str
    size: str
    sha256: str
    language_link: LanguageLink | None = None


@dataclass(frozen=True)
class FileGroup:
    words: str
    files: tuple[FileLink, ...]


@dataclass(frozen=True)
class VariableLine:
    name: str
    words: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of all; `reason` where it was withdrawn."""

    address: str
    version: str
    words: str
    gone: bool
    current: bool


@dataclass(frozen=True)
class ReleaseScreen(Screen):
    """The page of a release."""

    template: ClassVar[str] = "releases/release.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    release: str
    wave: str
    title: str
    community: Named
    summary: str
    left_out: str
    simulated: bool
    facts: tuple[tuple[str, str], ...]
    language_links: tuple[LanguageLink, ...]
    data: tuple[FileLink, ...]
    elsewhere: tuple[FileLink, ...]  # the same data labeled in other languages
    reading: tuple[FileLink, ...]  # codebook, questionnaire, disclosure report in the page's language
    others: tuple[FileGroup, ...]
    variables: tuple[VariableLine, ...]
    more_variables: tuple[VariableLine, ...]
    variables_words: str
    citation: str
    versions: tuple[VersionLine, ...]
    taken: str
    asks: str


@dataclass(frozen=True)
class GoneScreen(Screen):
    """The page of a withdrawn release."""

    template: ClassVar[str] = "releases/gone.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    release: str
    day: str
    reason: str
    versions: tuple[VersionLine, ...]
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class ReleaseListing:
    address: str
    title: str
    words: str
    language_links: tuple[LanguageLink, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True)
class CommunityReleases:
    name: Named
    releases: tuple[ReleaseListing, ...]


@dataclass(frozen=True)
class ReleaseListScreen(Screen):
    """The list of all published releases."""

    template: ClassVar[str] = "releases/releases.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[CommunityReleases, ...]
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class VariablesScreen(Screen):
    """The search in the variables of all releases."""

    template: ClassVar[str] = "releases/variables.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    asked: str
    found: tuple[FoundVariable, ...]
    facets: tuple[SearchFacet, ...]
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class FormScreen(Screen):
    """The form for a request for restricted data."""

    template: ClassVar[str] = "releases/request.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    wave: str
    address: str
    language_links: tuple[LanguageLink, ...]
    filled: dict[str, str] = field(default_factory=dict)
    form_errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AskedScreen(Screen):
    """The page that confirms a stored request."""

    template: ClassVar[str] = "releases/asked.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    number: str
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class AccessScreen(Screen):
    """The files that a link opens."""

    template: ClassVar[str] = "releases/access.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    release: str
    title: str
    files: tuple[FileLink, ...]
    language_links: tuple[LanguageLink, ...]


# --- one release


def view_release(
    frozen: FrozenRelease, all_versions: Sequence[FrozenRelease], lang: str, taken: int, can_ask: bool
) -> ReleaseScreen:
    text, about = catalog_for(lang).text, frozen.about
    data = [file for file in frozen.files if file.role == "data"]
    lines = [VariableLine(each["name"], each["label"][lang]) for each in about["variables"]]
    return ReleaseScreen(
        lang=lang,
        release=frozen.name,
        wave=frozen.wave,
        title=about["title"][lang],
        community=choose_name(frozen.community_names, lang),
        summary=text(
            "Answers of {number} people, protected so that no one can be recognized. Ready for SPSS, Stata, R and "
            "every program that reads tables.",
            number=formats.number(about["rows"], lang),
        ),
        left_out=explain_left_out(about.get("left_out", {}), lang),
        simulated=about["simulated"],
        facts=tuple(_facts(frozen, lang)),
        language_links=list_language_links(frozen.languages),
        data=tuple(_link(frozen, file, lang) for file in data if file.language in (None, lang)),
        elsewhere=tuple(_link(frozen, file, lang) for file in data if file.language not in (None, lang)),
        reading=tuple(_reading(frozen, lang)),
        others=tuple(_others(frozen, lang)),
        variables=tuple(lines[:MOST_SHOWN]),
        more_variables=tuple(lines[MOST_SHOWN:]),
        variables_words=text("All other variables ({number})", number=formats.number(len(lines[MOST_SHOWN:]), lang)),
        citation=about["citation"],
        versions=tuple(_versions(all_versions, frozen, lang)),
        taken=text("Downloaded more than {number} times.", number=formats.number(taken, lang)) if taken else "",
        asks=f"/data/request/{frozen.wave}?lang={lang}" if can_ask else "",
    )


def _facts(frozen: FrozenRelease, lang: str) -> Iterator[tuple[str, str]]:
    text, about = catalog_for(lang).text, frozen.about
    first, last = map(date.fromisoformat, about["fielded"])
    yield text("People asked"), formats.date_range(first, last, lang)
    yield text("Records"), formats.number(about["rows"], lang)
    yield text("Variables"), formats.number(len(about["variables"]), lang)
    if about["replicates"]:
        yield text("Replicate weights"), formats.number(about["replicates"], lang)
    yield text("Labels in"), formats.listed([get_language(each).own_name for each in frozen.languages], lang)
    yield text("Version"), f"{frozen.version}, {formats.date(frozen.published_on, lang)}"


def _link(frozen: FrozenRelease, file: PackedFile, lang: str, words: str = "") -> FileLink:
    foreign = file.language is not None and file.language != lang
    return FileLink(
        address=f"/data/{frozen.name}/{file.path}",
        name=file.name,
        words=words or FORMATS.get("." + file.name.rpartition(".")[2], file.name),
        size=format_size(file.size, lang),
        sha256=file.sha256,
        language_link=list_language_links((file.language,))[0] if foreign and file.language else None,
    )


def _reading(frozen: FrozenRelease, lang: str) -> Iterator[FileLink]:
    for file in frozen.files:
        if file.language == lang and file.role in ("codebook", "questionnaire", "report"):
            yield _link(frozen, file, lang, catalog_for(lang).text(OTHERS[file.role]))


def _others(frozen: FrozenRelease, lang: str) -> Iterator[FileGroup]:
    for role, words in OTHERS.items():
        files = [file for file in frozen.files if file.role == role]
        if files:
            yield FileGroup(
                catalog_for(lang).text(words), tuple(_link(frozen, file, lang, file.name) for file in files)
            )


def _versions(found: Sequence[FrozenRelease], shown: FrozenRelease, lang: str) -> Iterator[VersionLine]:
    text = catalog_for(lang).text
    for each in found:
        day = formats.date(each.withdrawn_on or each.published_on, lang)
        words = text("Published on {day}", day=day) if each.stands else text("Withdrawn on {day}", day=day)
        yield VersionLine(f"/data/{each.name}?lang={lang}", each.version, words, not each.stands, each == shown)


def view_gone(frozen: FrozenRelease, all_versions: Sequence[FrozenRelease], lang: str) -> GoneScreen:
    assert frozen.withdrawn_on is not None
    versions = tuple(_versions(all_versions, frozen, lang))
    day = formats.date(frozen.withdrawn_on, lang)
    return GoneScreen(lang, frozen.name, day, frozen.reason, versions, list_language_links(frozen.languages))


def view_access(frozen: FrozenRelease, token: str, lang: str) -> AccessScreen:
    links = [
        FileLink(f"/data/access/{token}/{file.path}", file.path, file.path, format_size(file.size, lang), file.sha256)
        for file in frozen.files
    ]
    return AccessScreen(
        lang, frozen.name, frozen.about["title"][lang], tuple(links), list_language_links(frozen.languages)
    )


# --- all releases


def newest_of_each(found: Sequence[FrozenRelease]) -> tuple[FrozenRelease, ...]:
    """Return, of each wave, the newest version that was not withdrawn."""
    newest: dict[str, FrozenRelease] = {}
    for each in found:
        if each.stands:
            newest.setdefault(each.wave, each)
    return tuple(newest.values())


def list_communities(found: Sequence[FrozenRelease], lang: str) -> tuple[CommunityReleases, ...]:
    """Communities in the order of their latest release; of each wave, the newest version that stands."""
    newest = newest_of_each(found)
    return tuple(
        CommunityReleases(
            choose_name(next(each.community_names for each in newest if each.community == slug), lang),
            tuple(_listed(each, lang) for each in newest if each.community == slug),
        )
        for slug in dict.fromkeys(each.community for each in newest)
    )


def _listed(each: FrozenRelease, lang: str) -> ReleaseListing:
    text = catalog_for(lang).text
    own = choose_language(lang, "", each.languages)
    first, last = map(date.fromisoformat, each.about["fielded"])
    facts: dict[str, Any] = {
        "number": formats.number(each.about["rows"], lang),
        "version": each.version,
        "day": formats.date(each.published_on, lang),
    }
    return ReleaseListing(
        address=f"/data/{each.name}?lang={own}",
        title=text("Answers from {dates}", dates=formats.date_range(first, last, lang)),
        words=text("{number} records · version {version} · {day}", **facts),
        language_links=list_language_links(each.languages),
        formats=tuple(FORMATS.values()),
    )
