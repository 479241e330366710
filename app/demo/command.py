"""What `commontrust demo` does with a database: the story, once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from app.demo.story import CHAPTERS, run_story
from app.errors import WaveExists
from app.records.database import reading
from app.records.waves import find_wave
from app.services.common.actor import Actor
from app.settings import Settings


def run(engine: Engine, settings: Settings, actor: Actor, tell: Callable[[str], None], unless_present: bool) -> None:
    """Make the demo community. Where it is there already, say so and stop, or leave it if that was asked for."""
    with reading(engine) as session:
        there = [wave for chapter in CHAPTERS if (wave := find_wave(session, chapter.slug))]
    if there and unless_present:
        tell("The demo community is there already.")
        return
    if there:
        raise WaveExists(there[0].slug, there[0].status)
    tell("Simulated residents of River City answer over HTTP; this takes about a minute.")
    run_story(engine, settings, actor, tell)
    tell("Done: an open survey at /s/river-city-now, reports at /reports, data at /data,")
    tell("a scorecard at /scorecard/river-city.")
