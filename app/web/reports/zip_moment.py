"""Write an office file again so that the same report gives the same bytes: one moment for all that it packs."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

PROPERTIES = "docProps/core.xml"
MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def at_moment(day: datetime, content: bytes) -> bytes:
    """Return the archive with the day for all of its files, and for those of a workbook inside of it."""
    moment = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == PROPERTIES:
                data = MOMENTS.sub(rb"\g<1>%sZ" % day.isoformat().encode(), data)
            elif info.filename.endswith(".xlsx"):
                data = at_moment(day, data)
            new.writestr(zipfile.ZipInfo(info.filename, moment), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
