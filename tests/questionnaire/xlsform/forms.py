"""Forms as tables, made into workbooks."""

from io import BytesIO

from openpyxl import Workbook

YES_NO = [["list_name", "name", "label"], ["yn", 1, "Yes"], ["yn", 2, "No"]]


def make_form(survey, choices=YES_NO, settings=None):
    """The bytes of a workbook; each table is a list of rows, the first with the names of the columns."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def rows(*lines, columns="type name label"):
    """A sheet from lines whose cells are separated by |."""
    return [columns.split(), *([cell.strip() or None for cell in line.split("|")] for line in lines)]
