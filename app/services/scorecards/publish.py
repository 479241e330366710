"""Scorecards: put together, protected by `analysis.disclosure`, frozen. The same figures give the same scorecard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from analysis.disclosure import PublishedScorecard as PublishedScorecard
from analysis.disclosure import Withheld, publish_scorecard, restore_scorecard
from analysis.errors import AnalysisError
from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.communities import Agency, Community, agencies_of, get_agency, get_community
from app.records.database import reading, writing
from app.records.measures import (
    Scorecard,
    agencies_with_figures,
    find_scorecard,
    newest_scorecards,
    scorecards_of,
    scored_agencies,
)
from app.records.wave_lifecycle import CLOSED
from app.records.waves import get_wave
from app.services.common.actor import Actor
from app.services.scorecards.draft import draft_scorecard
from app.services.scorecards.names import scorecard_words
from app.services.waves.lifecycle import publish_wave


class NothingToScore(Refused):
    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"Expected figures, staff counts or a published wave of {subject}, got none.")


class ScorecardNotMade(Refused):
    def __init__(self, subject: str, reason: str) -> None:
        self.subject, self.reason = subject, reason
        super().__init__(f"No scorecard can be made of {subject}: {reason}.")


@dataclass(frozen=True)
class FrozenScorecard:
    """A published scorecard as it is read. `words` holds the names in each language."""

    community: str
    agency: str
    version: int
    published_on: date
    card: PublishedScorecard
    words: dict[str, dict[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.words)


@dataclass(frozen=True)
class ScorecardWithholding:
    """How many numbers of people a scorecard does not show for one reason."""

    reason: str
    cells: int


def preview_scorecard(engine: Engine, community: str, agency: str = "") -> list[ScorecardWithholding]:
    """What a scorecard would withhold, and why; nothing is published."""
    with reading(engine) as session:
        card = _make(session, community, agency).card
    reasons = [row.cell.reason for table in card.tables for row in table.rows if isinstance(row.cell, Withheld)]
    return [ScorecardWithholding(reason, reasons.count(reason)) for reason in dict.fromkeys(reasons)]


def publish_community(engine: Engine, community: str, actor: Actor, agency: str = "") -> FrozenScorecard:
    """Publish the scorecard of a community or, with `agency`, of one of its agencies.

    Made while others write. Was a scorecard published meanwhile, the figures are looked at again beside it.
    """
    while True:
        with reading(engine) as session:
            made = _make(session, community, agency)
        with writing(engine) as session:
            if _history(session, made.community, agency) == made.history:
                return _freeze(session, made, agency, actor)


def publish_agencies(
    engine: Engine, community: str, actor: Actor, progress: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Publish a scorecard for each agency that has figures; each is done or not done as a whole."""
    with reading(engine) as session:
        found = agencies_with_figures(session, get_community(session, community).id or 0)
    for done, slug in enumerate(found, 1):
        publish_community(engine, community, actor, slug)
        progress(done, len(found))
    return len(found)


def find_frozen_scorecard(
    engine: Engine, community: str, agency: str = "", version: int | None = None
) -> FrozenScorecard | None:
    """A published scorecard, the newest version unless one is named."""
    with reading(engine) as session:
        found = get_community(session, community)
        frozen = find_scorecard(session, found.id or 0, agency, version)
        return _read(found.slug, frozen) if frozen else None


def get_frozen_scorecard(
    engine: Engine, community: str, agency: str = "", version: int | None = None
) -> FrozenScorecard:
    found = find_frozen_scorecard(engine, community, agency, version)
    if found is None:
        raise NotFound("published scorecard", f"{community}/{agency}" if agency else community)
    return found


def list_scorecards(engine: Engine) -> list[FrozenScorecard]:
    """The newest scorecard of each community."""
    with reading(engine) as session:
        return [
            _read(session.get_one(Community, found.community_id).slug, found)
            for found in newest_scorecards(session, agency="")
        ]


@dataclass(frozen=True)
class ScoredAgency:
    slug: str
    names: dict[str, str]


def list_agencies(engine: Engine, community: str) -> list[ScoredAgency]:
    """The agencies of a community that have a scorecard of their own."""
    with reading(engine) as session:
        found = get_community(session, community)
        scored = set(scored_agencies(session, found.id or 0))
        return [
            ScoredAgency(each.slug, each.names) for each in agencies_of(session, found.id or 0) if each.slug in scored
        ]


@dataclass(frozen=True)
class _Made:
    card: PublishedScorecard
    community: Community
    agencies: tuple[Agency, ...]
    history: list[str]


def _make(session: Session, community: str, agency: str) -> _Made:
    found = get_community(session, community)
    assert found.id is not None
    about = get_agency(session, found.id, agency) if agency else None
    history = _earlier(session, found, agency)
    try:
        draft = draft_scorecard(session, found, about)
        if not draft.units and not draft.quotes and not draft.public["things"]:
            raise NothingToScore(draft.subject)
        card = publish_scorecard(draft, [restore_scorecard(each.content, each.sha256) for each in history])
    except AnalysisError as error:
        raise ScorecardNotMade(f"{community}/{agency}" if agency else community, str(error)) from None
    agencies = (about,) if about else tuple(agencies_of(session, found.id))
    return _Made(card, found, agencies, [each.sha256 for each in history])


def _earlier(session: Session, community: Community, agency: str) -> list[Scorecard]:
    """Every scorecard that may hold the same numbers: those of the community, and of the agency or of all agencies."""
    return scorecards_of(session, community.id or 0, ("", agency) if agency else None)


def _history(session: Session, community: Community, agency: str) -> list[str]:
    return [each.sha256 for each in _earlier(session, community, agency)]


def _freeze(session: Session, made: _Made, agency: str, actor: Actor) -> FrozenScorecard:
    assert made.community.id is not None
    newest = find_scorecard(session, made.community.id, agency)
    if newest is None or newest.sha256 != made.card.sha256:
        newest = Scorecard(
            community_id=made.community.id,
            agency=agency,
            version=newest.version + 1 if newest else 1,
            content=made.card.content,
            words=scorecard_words(session, made.community, made.agencies),
            sha256=made.card.sha256,
            published_on=actor.now.date(),
        )
        session.add(newest)
        facts = {"version": newest.version, "sha256": newest.sha256, "agency": agency}
        record_act(session, actor.name, "scorecard published", made.community.slug, actor.now, **facts)
        _publish_waves(session, made.card, actor)
        session.flush()
    return _read(made.community.slug, newest)


def _publish_waves(session: Session, card: PublishedScorecard, actor: Actor) -> None:
    """A wave of staff or partners is published with the scorecard that tells its figures."""
    for told in card.document["public"]["waves"]:
        wave = get_wave(session, told["wave"])
        if wave.status == CLOSED:
            publish_wave(session, wave, actor)


def _read(community: str, found: Scorecard) -> FrozenScorecard:
    card = restore_scorecard(found.content, found.sha256)
    return FrozenScorecard(community, found.agency, found.version, found.published_on, card, found.words)
