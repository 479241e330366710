"""Measure the machine for monitoring: readiness, jobs, disks and backups. No figure changes with a single answer."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.services.intake.readiness_checks import CHECKS
from app.services.jobs.queue import find_queue
from app.services.jobs.supervisor import SEEN
from app.settings import Settings
from app.version import VERSION

# A stored answer takes some kilobytes: in steps of 64 MB the free space of a disk dates none.
DISK_STEP = 64 * 1024 * 1024
BACKUP = "latest.backup"


def measure_machine(engine: Engine, settings: Settings, faults: Collection[str]) -> dict[str, float]:
    """Return figures by name. `faults` are the words of the checks that fail now."""
    found = {f'info{{version="{VERSION}"}}': 1.0, "ready": float(not faults)}
    found |= {f'check_ok{{check="{name}"}}': float(name not in faults) for name in CHECKS}
    found |= _measure_jobs(engine, settings)
    places = {"data": settings.data_dir} | ({"mirror": settings.mirror_dir} if settings.mirror_dir else {})
    for name, folder in places.items():
        found |= _measure_disk(name, folder)
    if settings.mirror_dir:
        found |= _age("backup_age_seconds", settings.mirror_dir / BACKUP, 3600)
    return found


def _measure_jobs(engine: Engine, settings: Settings) -> dict[str, float]:
    try:
        waiting, oldest = find_queue(engine)
    except SQLAlchemyError:
        return {}
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    return {"jobs_waiting": float(waiting), "job_oldest_seconds": max(age, 0.0)} | (
        _age("supervisor_age_seconds", settings.data_dir / SEEN, 1) if settings.has_supervisor else {}
    )


def _measure_disk(name: str, folder: Path) -> dict[str, float]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return {}
    free = usage.free - usage.free % DISK_STEP
    return {f'disk_free_bytes{{place="{name}"}}': float(free), f'disk_bytes{{place="{name}"}}': float(usage.total)}


def _age(name: str, path: Path, step: int) -> dict[str, float]:
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return {}
    return {name: float(int(max(age, 0)) // step * step)}
