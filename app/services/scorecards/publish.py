"""Publish scorecards: drafted, protected by `analysis.disclosure`, frozen. The same figures give the same scorecard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

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
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.draft import draft_scorecard
from app.services.scorecards.names import scorecard_words
from app.services.scorecards.small_changes import hide_small_changes
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
    """Hold a published scorecard. `words` has the names in each language."""

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
    """Count the numbers of people that a scorecard hides for one reason."""

    reason: str
    cells: int


def preview_scorecard(
    engine: Engine, community: str, agency: str = "", today: date | None = None
) -> list[ScorecardWithholding]:
    """Return what a scorecard would hide, and why, without publishing it."""
    with reading(engine) as session:
        card = _make(session, community, agency, today or datetime.now(UTC).date()).card
    reasons = [row.cell.reason for table in card.tables for row in table.rows if isinstance(row.cell, Withheld)]
    return [ScorecardWithholding(reason, reasons.count(reason)) for reason in dict.fromkeys(reasons)]


def draft_community(engine: Engine, community: str, agency: str, today: date) -> FrozenScorecard:
    """Return the scorecard as it would be published today, without storing it."""
    with reading(engine) as session:
        drafted = _make(session, community, agency, today)
        newest = find_scorecard(session, drafted.community.id or 0, agency)
        words = scorecard_words(session, drafted.community, drafted.agencies)
        version = newest.version + 1 if newest else 1
        return FrozenScorecard(drafted.community.slug, agency, version, today, drafted.card, words)


def publish_community(engine: Engine, community: str, actor: Actor, agency: str = "") -> FrozenScorecard:
    """Publish the scorecard of a community or, with `agency`, of one of its agencies.

    The computation holds no lock. If a scorecard was published meanwhile, the figures are checked again together with
    it.
    """
    while True:
        with reading(engine) as session:
            drafted = _make(session, community, agency, actor.now.date())
        with writing(engine) as session:
            if _history(session, drafted.community, agency) == drafted.history:
                return _freeze(session, drafted, agency, actor)


def publish_agencies(
    engine: Engine, community: str, actor: Actor, progress: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Publish a scorecard for each agency with figures; each one is published completely or not at all."""
    with reading(engine) as session:
        found = agencies_with_figures(session, get_community(session, community).id or 0)
    for done, slug in enumerate(found, 1):
        publish_community(engine, community, actor, slug)
        progress(done, len(found))
    return len(found)


def find_frozen_scorecard(
    engine: Engine, community: str, agency: str = "", version: int | None = None
) -> FrozenScorecard | None:
    """Return a published scorecard; by default its newest version."""
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
    """Return the newest scorecard of each community."""
    with reading(engine) as session:
        return [
            _read(session.get_one(Community, found.community_id).slug, found)
            for found in newest_scorecards(session, agency="")
        ]


def corrects(newer: FrozenScorecard, older: FrozenScorecard) -> bool:
    """Return whether the newer version has another revision of a figure, or takes one back."""
    revisions = [
        {
            (each["agency"], each["measure"], each["period"]): each["revision"]
            for kind in ("uploads", "things", "withdrawn")
            for each in frozen.card.document["public"].get(kind, ())
        }
        for frozen in (newer, older)
    ]
    return any(revisions[0].get(key, revision) > revision for key, revision in revisions[1].items())


@dataclass(frozen=True)
class ScoredAgency:
    slug: str
    names: dict[str, str]


def list_agencies(engine: Engine, community: str) -> list[ScoredAgency]:
    """Return the agencies of a community that have a scorecard of their own."""
    with reading(engine) as session:
        found = get_community(session, community)
        scored = set(scored_agencies(session, found.id or 0))
        return [
            ScoredAgency(each.slug, each.names) for each in agencies_of(session, found.id or 0) if each.slug in scored
        ]


@dataclass(frozen=True)
class _Draft:
    card: PublishedScorecard
    community: Community
    agencies: tuple[Agency, ...]
    history: list[str]


def _make(session: Session, community: str, agency: str, today: date) -> _Draft:
    found = get_community(session, community)
    assert found.id is not None
    about = get_agency(session, found.id, agency) if agency else None
    history = _earlier(session, found, agency)
    try:
        draft = draft_scorecard(session, found, about, today)
        written = any(draft.public["registers"].values())
        if not draft.units and not draft.quotes and not draft.public["things"] and not written:
            raise NothingToScore(draft.subject)
        earlier = [restore_scorecard(each.content, each.sha256) for each in history]
        draft = hide_small_changes(draft, [each.document["public"] for each in earlier], load_definitions())
        card = publish_scorecard(draft, earlier)
    except AnalysisError as error:
        raise ScorecardNotMade(f"{community}/{agency}" if agency else community, str(error)) from None
    agencies = (about,) if about else tuple(agencies_of(session, found.id))
    return _Draft(card, found, agencies, [each.sha256 for each in history])


def _earlier(session: Session, community: Community, agency: str) -> list[Scorecard]:
    """Return every scorecard that may hold the same numbers: of the community, and of the agency or all agencies."""
    return scorecards_of(session, community.id or 0, ("", agency) if agency else None)


def _history(session: Session, community: Community, agency: str) -> list[str]:
    return [each.sha256 for each in _earlier(session, community, agency)]


def _freeze(session: Session, drafted: _Draft, agency: str, actor: Actor) -> FrozenScorecard:
    assert drafted.community.id is not None
    newest = find_scorecard(session, drafted.community.id, agency)
    if newest is None or newest.sha256 != drafted.card.sha256:
        newest = Scorecard(
            community_id=drafted.community.id,
            agency=agency,
            version=newest.version + 1 if newest else 1,
            content=drafted.card.content,
            words=scorecard_words(session, drafted.community, drafted.agencies),
            sha256=drafted.card.sha256,
            published_on=actor.now.date(),
        )
        session.add(newest)
        facts = {"version": newest.version, "sha256": newest.sha256, "agency": agency}
        record_act(session, actor.name, "scorecard published", drafted.community.slug, actor.now, **facts)
        _publish_waves(session, drafted.card, actor)
        session.flush()
    return _read(drafted.community.slug, newest)


def _publish_waves(session: Session, card: PublishedScorecard, actor: Actor) -> None:
    """Publish a wave of staff or partners together with the scorecard of its figures."""
    for facts in card.document["public"]["waves"]:
        wave = get_wave(session, facts["wave"])
        if wave.status == CLOSED:
            publish_wave(session, wave, actor)


def _read(community: str, found: Scorecard) -> FrozenScorecard:
    card = restore_scorecard(found.content, found.sha256)
    return FrozenScorecard(community, found.agency, found.version, found.published_on, card, found.words)
