"""Write the slides of a report as a PowerPoint file with native charts and tables.

The same report gives the same bytes: ids follow from the order of the shapes, and the day of the report stands in place
of the moment when the file was made.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from app.extras import require
from app.web.reports.page_set import ReportContext
from app.web.reports.slides import ChartSeries, Slide, SlideChart, SlideDeck, SlideTable, make_deck
from app.web.reports.zip_moment import at_moment

if TYPE_CHECKING:
    from pptx.presentation import Presentation

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6  # inches
INK, SOFT, ACCENT, PAPER, LINE = "1B2524", "55615E", "0B5C55", "FFFFFF", "CDD5D2"
TONES = {"head": (INK, LINE), "higher": ("0B6B62", "D5EBE7"), "lower": ("9F4714", "FAE6D8")}
COLORS = ("0B5C55", "9F4714", "2F5D9B", "6B4E9B", "7A6A00", "555555")  # each series has a marker of its own too
HEADLINE, TITLE, BODY, SMALL = 34, 30, 18, 11  # points
ERROR_BARS = (
    '<c:errBars xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{direction}<c:errBarType val="both"/>'
    '<c:errValType val="cust"/><c:noEndCap val="0"/>{plus}{minus}'
    '<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="1B2524"/></a:solidFill></a:ln></c:spPr></c:errBars>'
)


def to_slides(context: ReportContext, base_url: str) -> bytes:
    """Return the file: six slides in one of the report's languages."""
    require("slides")
    import pptx
    from pptx.util import Inches

    deck = make_deck(context, base_url)
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for number, slide in enumerate(deck.slides, 1):
        _draw(made, deck, slide, number)
    day = datetime.combine(context.frozen.published_on, time())
    about = made.core_properties
    about.title, about.author, about.language = deck.title, context.phrasing.name("community"), deck.lang
    about.created = about.modified = day
    about.last_modified_by, about.revision = about.author, 1
    file = io.BytesIO()
    made.save(file)
    return at_moment(day, file.getvalue())


def _draw(made: Presentation, deck: SlideDeck, slide: Slide, number: int) -> None:
    page = made.slides.add_slide(made.slide_layouts[5])  # a title and nothing else
    page.shapes.title.text_frame.text = slide.title
    _place(page.shapes.title, EDGE, 0.35, WIDTH - 2 * EDGE, 0.8)
    _format(page.shapes.title.text_frame, deck, TITLE, bold=True)
    top = 1.2
    if slide.headline:
        top += _write(page, deck, (slide.headline,), top + 0.6, HEADLINE, bold=True) + 1.0
    if slide.sentences:
        top += _write(page, deck, slide.sentences, top, _size(slide)) + 0.1
    room = HEIGHT - 0.95 - top
    if slide.chart:
        width = WIDTH - 2 * EDGE if slide.table is None else 5.6
        left = EDGE if slide.table is None or not deck.turned else WIDTH - EDGE - width
        _chart(page, deck, slide.chart, (left, top, width, room))
    if slide.table:
        width = WIDTH - 2 * EDGE if slide.chart is None else 6.3
        left = WIDTH - EDGE - width if slide.chart and not deck.turned else EDGE
        _table(page, deck, slide.table, (left, top, width))
    foot = " · ".join(each for each in (slide.note, deck.source, f"{number}") if each)
    _foot(page, deck, foot)


def _size(slide: Slide) -> int:
    """Smaller letters where a slide says much."""
    letters = sum(map(len, slide.sentences))
    return BODY if letters < 600 else 16 if letters < 1300 else 12


def _write(page: Any, deck: SlideDeck, sentences: Sequence[str], top: float, size: int, *, bold: bool = False) -> float:
    """Write sentences under each other and return the height that they take."""
    from pptx.util import Pt

    per_line = (WIDTH - 2 * EDGE) * 72 / (size * 0.5)
    lines = sum(1 + int(len(sentence) / per_line) for sentence in sentences)
    height = lines * size * 1.3 / 72 + len(sentences) * 0.08 + 0.1
    frame = _text_box(page, EDGE, top, WIDTH - 2 * EDGE, height)
    for k, sentence in enumerate(sentences):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        paragraph.text = sentence
        paragraph.space_after = Pt(size / 3)
    _format(frame, deck, size, bold=bold)
    return height


def _foot(page: Any, deck: SlideDeck, words: str) -> None:
    frame = _text_box(page, EDGE, HEIGHT - 0.85, WIDTH - 2 * EDGE, 0.6)
    if deck.simulated:
        frame.paragraphs[0].text = deck.simulated
        frame.add_paragraph().text = words
    else:
        frame.paragraphs[0].text = words
    _format(frame, deck, SMALL, color=SOFT)


def _text_box(page: Any, left: float, top: float, width: float, height: float) -> Any:
    from pptx.util import Inches

    frame = page.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height)).text_frame
    frame.word_wrap = True
    return frame


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = map(Inches, (left, top, width, height))


def _format(frame: Any, deck: SlideDeck, size: int, *, bold: bool = False, color: str = INK) -> None:
    """Give a text its size, color, language and direction."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if deck.turned else PP_ALIGN.LEFT
        if deck.turned:
            paragraph._p.get_or_add_pPr().set("rtl", "1")
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = RGBColor.from_string(color)
            run._r.get_or_add_rPr().set("lang", deck.lang)


# --- charts


def _chart(page: Any, deck: SlideDeck, chart: SlideChart, place: tuple[float, float, float, float]) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    data = CategoryChartData(number_format="0.0")
    data.categories = list(chart.categories)
    for series in chart.series:
        data.add_series(series.name, series.values)
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED if chart.kind == "bars" else XL_CHART_TYPE.LINE_MARKERS
    shape = page.shapes.add_chart(kind, *map(Inches, place), data)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", chart.words)
    drawn = shape.chart
    drawn.font.size = Pt(12)
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    axis = drawn.value_axis
    axis.minimum_scale, axis.maximum_scale = chart.scale
    axis.major_unit = 10 if chart.kind == "lines" else 20
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
    drawn.category_axis.reverse_order = deck.turned
    for k, (plotted, series) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        _color(plotted, COLORS[k % len(COLORS)], chart)
        _add_error_bars(plotted, series, chart)
        _add_values(plotted, chart)


def _color(plotted: Any, color: str, chart: SlideChart) -> None:
    from pptx.dml.color import RGBColor

    rgb = RGBColor.from_string(color)
    if chart.kind == "bars":
        plotted.format.fill.solid()
        plotted.format.fill.fore_color.rgb = rgb
        return
    plotted.smooth = False
    plotted.format.line.color.rgb = rgb
    plotted.marker.format.fill.solid()
    plotted.marker.format.fill.fore_color.rgb = rgb
    plotted.marker.format.line.color.rgb = rgb
    for place in chart.breaks:
        plotted.points[place].format.line.fill.background()


def _add_values(plotted: Any, chart: SlideChart) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    labels = plotted.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, "0.0", False
    labels.font.size = Pt(12)
    labels.position = XL_LABEL_POSITION.INSIDE_BASE if chart.kind == "bars" else XL_LABEL_POSITION.ABOVE
    if chart.kind == "bars":
        from pptx.dml.color import RGBColor

        labels.font.color.rgb = RGBColor.from_string(PAPER)


def _add_error_bars(plotted: Any, series: ChartSeries, chart: SlideChart) -> None:
    """Draw the published interval of each figure; PowerPoint takes the distances from the value."""
    from lxml import etree

    pairs = list(zip(series.values, series.intervals, strict=True))
    plus = [None if v is None or i is None else round(i[1] - v, 6) for v, i in pairs]
    minus = [None if v is None or i is None else round(v - i[0], 6) for v, i in pairs]
    if not any(each is not None for each in plus):
        return
    direction = "" if chart.kind == "bars" else '<c:errDir val="y"/>'
    xml = ERROR_BARS.format(direction=direction, plus=_numbers("plus", plus), minus=_numbers("minus", minus))
    element = plotted._element
    after = next(each for each in element if etree.QName(each).localname == "cat")
    after.addprevious(etree.fromstring(xml))


def _numbers(name: str, values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{k}"><c:v>{value}</c:v></c:pt>' for k, value in enumerate(values) if value is not None
    )
    return (
        f"<c:{name}><c:numLit><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numLit></c:{name}>'
    )


# --- tables


def _table(page: Any, deck: SlideDeck, table: SlideTable, place: tuple[float, float, float]) -> None:
    from pptx.util import Inches

    left, top, width = place
    rows, columns = len(table.rows) + 1, len(table.head)
    shape = page.shapes.add_table(rows, columns, Inches(left), Inches(top), Inches(width), Inches(0.36 * rows))
    grid = shape.table
    if deck.turned:
        shape._element.graphic.graphicData.tbl.tblPr.set("rtl", "1")
    for k, share in enumerate(_shares(table)):
        grid.columns[k].width = Inches(width * share)
    for r, line in enumerate(_lines(table)):
        for c, (words, tone) in enumerate(line):
            _fill(grid.cell(r, c), deck, words, tone, 12 if r == 0 or width < WIDTH / 2 else 16)


def _shares(table: SlideTable) -> list[float]:
    """The part of the width of each column: as its longest words, within limits."""
    longest = [max(len(row[k]) for row in (table.head, *table.rows)) for k in range(len(table.head))]
    kept = [min(max(each, 14), 60) for each in longest]
    return [each / sum(kept) for each in kept]


def _lines(table: SlideTable) -> Iterator[list[tuple[str, str]]]:
    yield [(words, "head") for words in table.head]
    for k, row in enumerate(table.rows):
        tones = table.tones[k] if table.tones else ("",) * len(row)
        yield list(zip(row, tones, strict=True))


def _fill(cell: Any, deck: SlideDeck, words: str, tone: str, size: int) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR

    color, background = TONES.get(tone, (INK, PAPER))
    cell.text_frame.text = words
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(background)
    _format(cell.text_frame, deck, size, bold=tone in TONES, color=color)
