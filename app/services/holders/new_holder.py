"""Make holders on this machine: the operator's keys where there are none, and a second holder under a passphrase."""

from __future__ import annotations

import json

from sqlalchemy import Engine

from app.errors import HolderRefused
from app.services.common.actor import Actor
from app.services.holders.identity import OPERATOR, SECOND
from app.services.holders.key_files import Passphrase, UnlockedHolder, get_folder, make_folder
from app.services.holders.register import (
    LONGEST_NAME,
    PublicHolder,
    add_holder,
    list_statuses,
    publish_keys,
    to_public,
)
from app.settings import Settings

OPERATOR_NAME = "operator"
KEYS = 20  # one-time keys to make; each opening uses one


def make_operator(engine: Engine, settings: Settings, actor: Actor, keys: int = KEYS) -> UnlockedHolder | None:
    """Make the operator's keys where no operator is registered; they lie in KEY_DIR without a passphrase."""
    if any(each.role == OPERATOR for each in list_statuses(engine, settings)):
        return None
    holder = make_folder(settings.key_dir, OPERATOR_NAME, OPERATOR, None)
    add_holder(engine, settings, publish_keys(holder, keys), actor)
    return holder


def make_second(
    engine: Engine, settings: Settings, name: str, passphrase: str, actor: Actor, keys: int = KEYS
) -> UnlockedHolder:
    """Make a second holder under a passphrase that is stored nowhere, and the operator before it."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise HolderRefused(f"a name of 1 to {LONGEST_NAME} characters", f"{len(name)}")
    if name in {OPERATOR_NAME, *(each.name for each in list_statuses(engine, settings))}:
        raise HolderRefused("a name that no other holder has", f"{name!r}")
    make_operator(engine, settings, actor, keys)
    holder = make_folder(settings.key_dir, name, SECOND, passphrase)
    add_holder(engine, settings, publish_keys(holder, keys), actor)
    return holder


def make_more_keys(
    engine: Engine, settings: Settings, name: str, passphrase: str, actor: Actor, keys: int = KEYS
) -> int:
    """Make more one-time keys of a holder whose private keys are on this machine, and return their number."""
    folder = get_folder(settings.key_dir, name)
    holder = folder.unlock(Passphrase(passphrase) if folder.is_wrapped else None)
    return add_holder(engine, settings, publish_keys(holder, keys), actor)


def add_from_file(engine: Engine, settings: Settings, content: bytes, actor: Actor) -> PublicHolder:
    """Register a holder elsewhere from its file `public.json`, or more keys of one; the operator's come first."""
    try:
        holder = to_public(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HolderRefused("the file public.json that `commontrust holder new --apart` made", "another file") from None
    make_operator(engine, settings, actor)
    add_holder(engine, settings, holder, actor)
    return holder
