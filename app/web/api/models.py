"""The shapes of the answers, as OpenAPI tells them; `Document` is the frozen document as publishing writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["higher", "lower", "unclear"]
Flag = Literal["few_answers", "few_effective", "wide", "at_most", "at_least", "coarse", "structural"]
Reason = Literal[
    "too_few", "too_few_effective", "one_dominates", "not_estimable", "protects_another", "changed_by_few", "structural"
]
TableKind = Literal["index", "share", "count", "gap", "figure"]
Unit = Literal["points", "percent", "number", "people"]


class Shape(BaseModel):
    """Base of all shapes: Pydantic converts no field and accepts no other field."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Refusal(Shape):
    """One sentence: what was expected, and what arrived."""

    detail: str


class ShownCell(Shape):
    """A figure. With `at_most` or `at_least` the value is a bound. `n` and `n_effective` are rounded."""

    shown: Literal[True]
    value: float
    low: float | None
    high: float | None
    se: float | None
    n: int
    n_effective: int | None
    flags: list[Flag]
    step: float


class WithheldCell(Shape):
    """A hidden figure, and the reason."""

    shown: Literal[False]
    reason: Reason


Cell = Annotated[ShownCell | WithheldCell, Field(discriminator="shown")]


class Row(Shape):
    """One figure: its group (`domain`, see `catalogue`), name (`term`, see `words`), compared group (`against`).

    A difference has a `verdict`; null where it is hidden or people were not picked at random. A share of a group has
    its `part`: the group whose number the share shows.
    """

    domain: str
    term: str
    base: str
    against: str | None
    part: str | None = None
    cell: Cell
    verdict: Verdict | None = None


class Table(Shape):
    """Figures of one kind. Points and percent go from 0 to 100."""

    id: str
    title: str
    kind: TableKind
    unit: Unit
    sensitive: bool
    rows: list[Row]


class Rate(Shape):
    """A share of two rounded counts; null where it is too small to show."""

    part: int | None
    whole: int | None
    percent: float | None


class Fact(Shape):
    """A statement of the method box."""

    kind: Literal["date", "text", "count", "rate", "constant"]
    value: str | int | float | Rate | None


class Section(Shape):
    """A part of the report; its name begins with the sample source that it is about."""

    name: str
    facts: dict[str, Fact]
    tables: list[Table]


class Domain(Shape):
    """A group of people: the levels of each variable that they have."""

    id: str
    family: str
    where: dict[str, list[str]]


class Groups(Shape):
    """Every group that the report may show."""

    variables: dict[str, list[str]]
    domains: list[Domain]


class Withholding(Shape):
    """A figure that the report hides, and the reason."""

    table: str
    domain: str
    term: str
    reason: Reason


class Audit(Shape):
    """The number of hidden figures that the audit tested, that follow from others, and whose range is too narrow."""

    cells: int
    recovered: Literal[0]
    narrow: Literal[0]


class EarlierSource(Shape):
    """The headline of one sample source in an earlier round."""

    source: str
    weighted_by: str | None
    table: Table


class EarlierRound(Shape):
    """An earlier round as its own report published it, with that report's fingerprint."""

    wave: str
    sha256: str
    fielded: str | None
    survey: str | None
    wording: str | None = None
    sources: list[EarlierSource]


class Document(Shape):
    """The frozen document. The fingerprint is the SHA-256 of its canonical JSON: sorted keys, no spaces."""

    schema_: Annotated[Literal["commontrust/report/1"], Field(alias="schema")]
    wave: str
    data: str
    rules: dict[str, float]
    notes: list[str]
    catalogue: Groups
    sections: list[Section]
    counted: Table | None
    withheld: list[Withholding]
    audit: Audit
    earlier: list[EarlierRound] = Field(default_factory=list)


class ListedReport(Shape):
    """The newest version of the report of a wave."""

    community: str
    wave: str
    names: Annotated[dict[str, str], Field(description="The community's name by language.")]
    version: int
    published_on: date
    languages: list[str]
    address: Annotated[str, Field(description="Where the report is read, below this service's address.")]


class ReportList(Shape):
    """The reports that a key opens, the latest published first."""

    reports: list[ListedReport]


class Published(Shape):
    """Which report it is, and its fingerprint."""

    community: str
    wave: str
    version: int
    published_on: date
    sha256: str


class Reply(Shape):
    """The reply of a community organization to a commitment, in its own language."""

    organization: str
    stance: str
    words: str
    lang: str


class Commitment(Shape):
    """A promise that answers a finding of an earlier round, as its agency entered it in the language `lang`.

    `finding` names the round, the agency and the part of its page, such as `river-city-2025/police#groups`.
    """

    entry: str
    agency: str
    lang: str
    finding: str
    what: str
    after: str
    promised: str
    by: str | None = None
    state: str
    proof: str | None = None
    because: str | None = None
    limits: str | None = None
    replies: list[Reply]


class AreaShape(Shape):
    """One part of the city: an SVG path with relative steps, and the place of its mark (x and y)."""

    path: str
    mark: list[int]


class AreaMap(Shape):
    """The map of a community in steps of a grid; `areas` by the level of the group `area`."""

    width: int
    height: int
    areas: dict[str, AreaShape]


class PublishedReport(Published):
    """A report with its words (language -> id -> text), and what was frozen beside its figures."""

    words: dict[str, dict[str, str]]
    commitments: list[Commitment]
    map: AreaMap | None
    report: Document


class HeadlineFigure(Shape):
    """The headline index of one agency in one kind of sample.

    `sampling`: people were drawn at random, and the interval is one of sampling error. `modelled`: they came by
    themselves, and the interval leaves out what comes from who chose to take part.
    """

    source: str
    agency: str
    term: str
    interval: Literal["sampling", "modelled"]
    index: Cell
    change: Annotated[Cell | None, Field(description="Against the wave before, where there is one.")]


class Headline(Published):
    """The headline index, separately for each kind of sample."""

    figures: list[HeadlineFigure]


class ListedRelease(Shape):
    """A data set. `sha256` is the fingerprint of its list of fingerprints, SHA256SUMS."""

    name: str
    community: str
    wave: str
    version: str
    published_on: date
    withdrawn_on: date | None
    title: Annotated[dict[str, str], Field(description="By language.")]
    rows: int
    languages: list[str]
    sha256: str
    address: Annotated[str, Field(description="The path of its page and download, below this service's address.")]


class ReleaseList(Shape):
    """All data sets, the latest first."""

    releases: list[ListedRelease]


class ReleasedVariable(Shape):
    """One column and what it holds. The codebook lists its codes."""

    name: str
    kind: Literal["id", "key", "item", "index", "weight"]
    label: Annotated[dict[str, str], Field(description="By language.")]


class ReleasedFile(Shape):
    """One file of the package. It never changes."""

    path: str
    role: Literal["data", "metadata", "codebook", "questionnaire", "script", "report", "terms", "sums"]
    media_type: str
    language: str | None
    size: int
    sha256: str
    address: str


class ReleaseDetail(ListedRelease):
    """A data set with everything in it."""

    survey: str
    fielded: Annotated[list[date], Field(description="First and last day.")]
    simulated: bool
    citation: str
    changes: str
    variables: list[ReleasedVariable]
    replicates: int
    files: list[ReleasedFile]


class Definition(Shape):
    """How a measure is counted. The service computes measures of kind survey and staffing itself."""

    id: str
    version: str
    step: Literal["envision", "plan", "invest", "evaluate", "strengthen"]
    title: str
    kind: Literal["people", "share", "rate", "mix", "survey", "staffing", "amount"]
    source: str
    numerator: str
    denominator: str
    unit: str
    period: str
    direction: str
    breakdowns: list[str]
    companions: list[str]
    needs: list[str]
    trap: str


class Definitions(Shape):
    """All measures, and the figures that stand beside them."""

    measures: list[Definition]


Text = Annotated[str, Field(max_length=300)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


class Figure(Shape):
    """One figure, as a row of a table: counts, period, source, and the person who confirms it."""

    measure: Text
    agency: Text
    period: Annotated[Text, Field(examples=["2026-Q1"])]
    version: Text = "1"
    numerator: Amount
    denominator: Amount | None = None
    unknown: Amount | None = None
    breakdown: Text = ""
    level: Text = ""
    source: Text
    attested_by: Text
    attested_on: Annotated[Text, Field(examples=["2026-04-10"])]
    trend: Text = ""


class Figures(Shape):
    """Figures of one community."""

    figures: Annotated[list[Figure], Field(min_length=1, max_length=10_000)]


class RefusedFigure(Shape):
    """A refused figure: its place from 1, the name of the rule, one sentence."""

    line: int
    rule: str
    sentence: str


class FiguresKept(Shape):
    """How many figures could be kept, how many were new or corrected, and which are refused."""

    accepted: int
    kept: int
    refused: list[RefusedFigure]


Slug = Annotated[str, Field(max_length=80, pattern="^[a-z0-9-]+$")]


class SentEntry(Shape):
    """One entry of a register: its name, the agency that enters it, its fields by name as text."""

    entry: Annotated[Slug, Field(examples=["commitments-1"])]
    agency: Text = ""
    lang: Text = "en"
    values: dict[Text, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict, max_length=40)
    withdraw: bool = False

    def to_row(self) -> dict[str, str]:
        """Return the entry as a row of a table."""
        own = {
            "entry": self.entry,
            "agency": self.agency,
            "lang": self.lang,
            "withdraw": "yes" if self.withdraw else "",
        }
        return {**self.values, **own}


class RegisterEntries(Shape):
    """Entries of one register of a community."""

    entries: Annotated[list[SentEntry], Field(min_length=1, max_length=1_000)]


class EntriesKept(Shape):
    """How many entries were kept, and why the others were refused."""

    kept: int
    refused: list[str]
