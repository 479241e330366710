"""Run `commontrust demo` on a database, once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from app.demo.story import CHAPTERS, run_story
from app.errors import WaveExists
from app.records.database import reading
from app.records.waves import find_wave
from app.services.accounts.api_keys import WantedKey, create_key
from app.services.common.actor import Actor
from app.settings import Settings


def run(engine: Engine, settings: Settings, actor: Actor, show: Callable[[str], None], unless_present: bool) -> None:
    """Create the demo community. If it exists, refuse, or leave it where `unless_present` is set."""
    with reading(engine) as session:
        existing = [wave for chapter in CHAPTERS if (wave := find_wave(session, chapter.slug))]
    if existing and unless_present:
        show("The demo community is there already.")
        return
    if existing:
        raise WaveExists(existing[0].slug, existing[0].status)
    show("Simulated residents of River City answer over HTTP; this takes about two minutes.")
    run_story(engine, settings, actor, show)
    show("Done: an open survey at /s/river-city-now, reports at /reports, data at /data,")
    show("a scorecard at /scorecard/river-city.")
    key = create_key(engine, settings, WantedKey("demo"), actor)
    show(f"A key for the examples at /api/docs: {key}")
