"""List every place that takes a file: the forms of the console, the API for programs, and the commands."""

# ruff: noqa: E501 (a command is one line)

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.testclient import TestClient

from tests.fuzz.hostile_files import HostileFile

CITY = "/staff/communities/river-city"
TABLES = ("population", "staffing", "measures", "targets", "answers", "improvements", "registers/commitments/table")


@dataclass(frozen=True)
class Upload:
    """A form: its address, the field of its file, or else the field of text, and the kinds of file that it is for."""

    path: str
    file: str
    text: str
    kinds: tuple[str, ...]


UPLOADS = (
    Upload(f"{CITY}/surveys", "survey", "", ("yaml", "xlsx", "xls", "csv")),
    Upload(f"{CITY}/surveys/store", "", "survey", ("yaml",)),
    Upload(f"{CITY}/map", "map", "", ("map", "json")),
    *(Upload(f"{CITY}/{end}", "table", "", ("csv", "xlsx", "json")) for end in TABLES),
    *(Upload(f"{CITY}/{end}/load", "", "table", ("csv",)) for end in TABLES),
    Upload("/staff/waves/new/file", "plan", "", ("yaml",)),
    Upload("/staff/waves/new/file", "", "text", ("yaml",)),
    Upload("/staff/waves/draft-2026/languages/es/file", "file", "", ("xliff", "po")),
    Upload("/staff/waves/draft-2026/codes/sample", "addresses", "", ("csv", "xlsx")),
    Upload("/staff/holders/file", "public", "", ("holder", "json")),
    Upload(f"{CITY}/names", "logo", "", ("picture",)),
)
MEASURES = ("/api/v1/measures/river-city", "/api/v1/measures/river-city/registers/commitments")

# `{file}` is the hostile file, `{good}` a file that fits beside it, `{new}` a name that does not exist.
COMMANDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "yaml": (("survey", "check", "{file}"), ("wave", "create", "{file}"), ("report", "from-file", "{good}", "{file}", "--output", "{new}")),
    "xlsx": (("survey", "import", "{file}", "--output", "{new}"), ("measures", "load", "river-city", "{file}"), ("report", "from-file", "{file}", "{good}", "--output", "{new}")),
    "xls": (("survey", "import", "{file}", "--output", "{new}"),),
    "csv": (("population", "load", "river-city", "{file}"), ("measures", "load", "river-city", "{file}"), ("workforce", "load", "river-city", "{file}"), ("report", "from-file", "{file}", "{good}", "--output", "{new}")),
    "po": (("questions", "translate", "draft-2026", "es", "--file", "{file}"),),
    "xliff": (("questions", "translate", "draft-2026", "es", "--file", "{file}"),),
    "holder": (("holder", "add", "{file}"), ("box", "cosign", "{file}", "{new}")),
    "json": (("holder", "add", "{file}"), ("box", "cosign", "{file}", "{new}")),
    "zip": (("verify", "{file}"), ("restore", "{file}")),
    "sav": (("report", "from-file", "{file}", "{good}", "--output", "{new}"),),
    "dta": (("report", "from-file", "{file}", "{good}", "--output", "{new}"),),
    "parquet": (("report", "from-file", "{file}", "{good}", "--output", "{new}"),),
}  # fmt: skip

# Signs that an object of the program, and not a sentence, reached a person.
ECHO = re.compile(r"Traceback|object at 0x|ordereddict\(|CommentedMap|\bb(?:'|&#39;)\\x|\\x[0-9a-f]{2}\\x")


def fits(upload: Upload, file: HostileFile) -> bool:
    return file.kind.partition(" ")[0] in upload.kinds


def post(client: TestClient, token: str, upload: Upload, file: HostileFile) -> tuple[int, str]:
    """Send a file as a browser does, and return the status and the page."""
    fields: dict[str, tuple[str | None, str | bytes]] = {"_token": (None, token)}
    if upload.file:
        fields[upload.file] = (f"x.{file.ending}", file.content)
    else:
        fields[upload.text] = (None, file.content)
    answer = client.post(upload.path, files=fields, follow_redirects=False)
    return answer.status_code, answer.text
