"""Send the fingerprint of the audit log to the second holder once a day, so that a log put back is found out.

The fingerprint shows nothing about an act. A person who keeps the letters can check with `audit verify --noted` that no
line was cut off and that no one put the whole database back to an earlier day.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from app.private_files import make_private_file
from app.records.audit_log import Search, acts, count_acts
from app.records.database import reading
from app.services.common.mail import StaffMail, send
from app.settings import Settings

MARK = "audit-anchor"  # a file with the day of the last letter

log = logging.getLogger(__name__)


def send_anchor(engine: Engine, settings: Settings, today: date) -> bool:
    """Send the fingerprint of now to the addresses of the settings."""
    if settings.mail is None or not settings.mail.anchors:
        return False
    with reading(engine) as session:
        events, count = acts(session, newest=1), count_acts(session, Search())
    if not events:
        return False
    text = (
        f"On {today.isoformat()} the audit log of {settings.base_url} has {count} lines.\n"
        f"fingerprint: {events[0].hash}\n\n"
        "Keep this letter. `commontrust audit verify --noted FINGERPRINT` shows whether the log still has this line.\n"
    )
    return send(settings, StaffMail(settings.mail.anchors, f"Commontrust: audit log of {today.isoformat()}", text))


def send_daily(engine: Engine, settings: Settings, today: date) -> None:
    """Send the fingerprint where none was sent today. A letter that is not sent is tried again at the next call."""
    path = settings.data_dir / MARK
    if settings.mail is None or _day_in(path) == today.isoformat():
        return
    if send_anchor(engine, settings, today):
        make_private_file(path)
        path.write_text(today.isoformat())


def _day_in(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
