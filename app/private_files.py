"""Keep files and folders for their owner alone: tighten those that are ours, refuse those of others."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from app.errors import TooOpen

FOLDER, FILE = 0o700, 0o600
OTHERS = 0o077

log = logging.getLogger("commontrust.settings")


def private_folder(path: Path) -> Path:
    """Return the folder, made or tightened so that no other user reaches into it. Raises `TooOpen`."""
    folder = path.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    tighten(folder)
    return folder


def tighten_all(folder: Path) -> None:
    """Tighten everything in a folder of secrets."""
    for path in folder.rglob("*"):
        tighten(path)


def tighten(path: Path) -> None:
    """Take the rights of other users away, and say so. Raises `TooOpen` where the file belongs to someone else."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return  # another process has just removed it
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISLNK(found.st_mode) or not mode & OTHERS:
        return
    expected = mode & ~OTHERS
    if found.st_uid != os.geteuid():
        raise TooOpen(path, mode, expected)
    path.chmod(expected)
    log.warning("%s was open to other users (mode %04o); it is now open to its owner alone.", path, mode)


def make_private_file(path: Path) -> None:
    """Create an empty file for its owner alone, or tighten the one that is there."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))
    except FileExistsError:
        tighten(path)
