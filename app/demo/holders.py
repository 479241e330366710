"""Make both holders of the demo on one machine. A real community keeps the second passphrase to itself."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from app.services.common.actor import Actor
from app.services.holders.identity import OPERATOR, SECOND
from app.services.holders.key_files import Passphrase, make_folder
from app.services.holders.register import add_holder, list_statuses, publish_keys
from app.services.waves.unsealing import Unlock
from app.settings import Settings

OPERATOR_NAME, SECOND_NAME = "River City (simulated)", "Library Friends of River City (simulated)"
PASSPHRASE = "river city demo"
UNLOCK = Unlock(Passphrase(PASSPHRASE))
KEYS = 12


def make_holders(engine: Engine, settings: Settings, actor: Actor, show: Callable[[str], None]) -> None:
    """Make the holders once, and say what is different from a real survey round."""
    if {each.role for each in list_statuses(engine, settings)} == {OPERATOR, SECOND}:
        return
    for name, role, passphrase in ((OPERATOR_NAME, OPERATOR, None), (SECOND_NAME, SECOND, PASSPHRASE)):
        holder = make_folder(settings.key_dir, name, role, passphrase)
        add_holder(engine, settings, publish_keys(holder, KEYS), actor)
    show("The demo holds the keys of both holders by itself. A real survey round needs two people for that:")
    show(f"here the second passphrase is “{PASSPHRASE}”, and there no one writes it down.")
