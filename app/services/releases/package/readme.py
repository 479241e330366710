"""Write the short texts of a package: terms of use, changes, and a line about each file."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.releases.package import words
from app.services.releases.package.citations import LICENCE_ADDRESS, citation
from app.services.releases.package.files import PackedFile
from app.services.releases.package.study import DataSet


def write_terms(data: DataSet) -> bytes:
    text = words.catalog_for(data.main_language).text
    lines = [text("Terms of use"), "", text(words.CONDITIONS), LICENCE_ADDRESS, ""]
    if data.study.contact:
        lines += [text("Contact: {contact}", contact=data.study.contact), ""]
    return _lines([*lines, text("Cite as:"), citation(data.study)])


def write_changes(data: DataSet) -> bytes:
    """Return the changes, the newest version first."""
    lines = []
    for change in reversed(data.study.changes):
        lines += [f"{change.version} ({change.published_on})", f"  {change.words}", ""]
    return _lines(lines[:-1])


def write_readme(data: DataSet, files: Sequence[PackedFile]) -> bytes:
    """Return a description of the package, with a line for each file."""
    text = words.catalog_for(data.main_language).text
    width = max(len(file.path) for file in files)
    return _lines(
        [
            data.study.title[data.main_language],
            f"{data.study.release}  {data.study.address}",
            "",
            text("Begin with the codebook. Every file is written from the same description of the same records."),
            text(
                "To check that nothing changed during the download: {command}", command="sha256sum --check SHA256SUMS"
            ),
            "",
            *(f"{file.path.ljust(width)}  {text(words.ROLES[file.role])}" for file in files),
        ]
    )


def _lines(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
