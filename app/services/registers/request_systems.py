"""Read the export of a public records system as entries of the register of requests.

Such exports name the same facts in different words: "Request ID", "Date Received", "Closed - Denied", 03/04/2025.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

# A column of an export -> the field of the register.
COLUMNS: Mapping[str, str] = {
    "request_id": "entry",
    "request_number": "entry",
    "reference_no": "entry",
    "reference_number": "entry",
    "tracking_number": "entry",
    "created": "asked",
    "created_at": "asked",
    "date_received": "asked",
    "received_date": "asked",
    "request_date": "asked",
    "create_date": "asked",
    "date_opened": "asked",
    "closed": "answered",
    "closed_date": "answered",
    "close_date": "answered",
    "date_closed": "answered",
    "completed_date": "answered",
    "status": "outcome",
    "request_status": "outcome",
    "disposition": "outcome",
    "subject": "topic",
    "request_type": "topic",
    "category": "topic",
    "denial_reason": "reason",
    "exemption": "reason",
    "requester_organization": "organization",
    "company": "organization",
    "department": "agency",
}
# A word in a status -> the answer; the first that fits.
OUTCOMES: tuple[tuple[str, str], ...] = (
    ("partial", "in part"),
    ("in part", "in part"),
    ("den", "refused"),
    ("reject", "refused"),
    ("refused", "refused"),
    ("open", "waiting"),
    ("pending", "waiting"),
    ("progress", "waiting"),
    ("waiting", "waiting"),
    ("granted", "given"),
    ("fulfilled", "given"),
    ("complete", "given"),
    ("released", "given"),
    ("given", "given"),
)
DAY_FORMS = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M")


def to_request(row: Mapping[str, str]) -> dict[str, str]:
    """Return a row of an export with the names and forms of the register; a row of our own stays as it is.

    An export holds formal requests, unless it says otherwise.

    >>> to_request({"request_id": "W-12 A", "date_received": "03/04/2025", "status": "Closed - Denied"})
    {'entry': 'w-12-a', 'asked': '2025-03-04', 'outcome': 'refused', 'formal': 'yes'}
    """
    named: dict[str, str] = {}
    for name, value in row.items():
        field = COLUMNS.get(name, name)
        named[field] = named.get(field) or value
    if not set(row) & COLUMNS.keys():
        return dict(row)
    named["entry"] = re.sub(r"[^a-z0-9]+", "-", named.get("entry", "").lower()).strip("-")
    for field in ("asked", "answered"):
        if field in named:
            named[field] = to_day(named[field])
    if "outcome" in named:
        named["outcome"] = to_outcome(named["outcome"])
    return {**named, "formal": named.get("formal") or "yes"}


def to_outcome(status: str) -> str:
    """Return the answer that a status names, or the status itself."""
    words = status.lower()
    return next((outcome for part, outcome in OUTCOMES if part in words), status)


def to_day(text: str) -> str:
    """Return a day of an American form as 2025-03-04, or the text itself.

    >>> to_day("03/04/2025"), to_day("2025-03-04"), to_day("soon")
    ('2025-03-04', '2025-03-04', 'soon')
    """
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return text
