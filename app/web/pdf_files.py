"""Make PDF files of published pages and keep the last few. Reports and scorecards share the code."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import NotInstalled, Refused
from app.services.pdf.fonts import FontMissing
from app.services.pdf.typesetting import Paper, to_pdf
from app.web.cached_files import PDF, CachedFile, to_file
from app.web.error_pages import PageRefused
from app.web.lru_cache import LruCache

MOST_FILES = 32  # about 2 MB each

log = logging.getLogger("commontrust.printing")


class PdfFailed(Exception):
    """A PDF file could not be made; the log holds the reason."""


class PdfFiles:
    """Typeset one file at a time: the other processors serve residents."""

    def __init__(self, font_folder: Path | None = None) -> None:
        self.font_folder = font_folder
        self.files: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_FILES)
        self.lock = threading.Lock()

    def get(self, name: tuple[str, ...], make: Callable[[], Paper], file_name: str) -> CachedFile:
        """Return the PDF file of that name, typeset now if it is not in memory."""
        return self.get_made(name, lambda: self._typeset(make(), file_name))

    def get_made(
        self, name: tuple[str, ...], make: Callable[[], CachedFile],
        files: LruCache[tuple[str, ...], CachedFile] | None = None,
    ) -> CachedFile:  # fmt: skip
        """Return the file of that name, made now if it is not in memory; `files` is a cache for small files."""
        try:
            with self.lock:
                return (self.files if files is None else files).get(name, make)
        except Refused as refused:
            # The log holds the sentence for the operator, the reader gets a page.
            log.error("%s", refused)
            raise _refusal(refused) from None

    def _typeset(self, paper: Paper, file_name: str) -> CachedFile:
        disposition = f'attachment; filename="{file_name}"'
        content = to_pdf(paper, self.font_folder)
        return to_file(content, PDF, content_disposition=disposition, content_language=paper.languages[0])


def _refusal(reason: Refused) -> Exception:
    """Return a page with status 503 where an operator has to install something, else one with a reference."""
    return PageRefused("not_printed") if isinstance(reason, (NotInstalled, FontMissing)) else PdfFailed()
