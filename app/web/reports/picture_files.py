"""Draw the figures of reports as files, and show one on a page that other sites may frame."""

from __future__ import annotations

from app.services.pdf.typesetting import to_picture
from app.services.reports.publish import FrozenReport
from app.web.cached_files import CachedFile, to_file, to_page
from app.web.error_pages import PageRefused
from app.web.headers import allow_frames
from app.web.lru_cache import LruCache
from app.web.pdf_files import PdfFiles
from app.web.reports.page_set import read_report
from app.web.reports.pdf_pages import to_picture_paper
from app.web.reports.pictures import Picture, PictureBook, collect_pictures, with_description
from app.web.reports.rendering import render_embed

MOST_BOOKS, MOST_PICTURES = 8, 128  # a book takes about 1 MB, a picture 0.2 MB
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


class PictureFiles:
    """Keep the figures of a report by its fingerprint: its pages are built once for all of them."""

    def __init__(self, pdf_files: PdfFiles, base_url: str) -> None:
        self.pdf_files, self.base_url = pdf_files, base_url
        self.books: LruCache[tuple[str, str, str], PictureBook] = LruCache(MOST_BOOKS)
        self.drawn: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_PICTURES)

    def draw(self, frozen: FrozenReport, lang: str, figure: str, form: str, scale: int) -> CachedFile:
        """Return one figure as SVG or PNG, drawn now if it is not in memory."""
        book, picture = self.find(frozen, lang, figure)
        name = (frozen.report.sha256, f"{frozen.version}", lang, figure, form, f"{scale}")
        return self.pdf_files.get_made(name, lambda: self._draw(book, picture, form, scale), self.drawn)

    def frame(self, frozen: FrozenReport, lang: str, figure: str) -> CachedFile:
        """Return the page of one figure that other sites may frame."""
        book, picture = self.find(frozen, lang, figure)
        name = (frozen.report.sha256, f"{frozen.version}", lang, figure, "frame")
        return self.drawn.get(name, lambda: _frame(book, picture))

    def find(self, frozen: FrozenReport, lang: str, figure: str) -> tuple[PictureBook, Picture]:
        name = (frozen.report.sha256, f"{frozen.version}", lang)
        book = self.books.get(name, lambda: collect_pictures(read_report(frozen, lang)))
        if figure not in book.pictures:
            raise PageRefused("not_found")
        return book, book.pictures[figure]

    def _draw(self, book: PictureBook, picture: Picture, form: str, scale: int) -> CachedFile:
        frozen, lang = book.context.frozen, book.context.lang
        paper, fonts = to_picture_paper(book.context, picture, self.base_url), self.pdf_files.font_folder
        if form == "svg":
            content = with_description(to_picture(paper, "svg", 1, fonts), picture, lang)
        else:
            content = to_picture(paper, "png", scale, fonts)
        disposition = f'inline; filename="{frozen.wave}-{picture.id}-v{frozen.version}.{lang}.{form}"'
        return to_file(content, MEDIA[form], content_disposition=disposition, content_language=lang)


def _frame(book: PictureBook, picture: Picture) -> CachedFile:
    page, policy = render_embed(book.context, picture)
    file = to_page(page, allow_frames(policy), book.context.lang)
    return CachedFile(file.body, file.tag, {**file.headers, "cross-origin-resource-policy": "cross-origin"})
