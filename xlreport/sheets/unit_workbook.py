"""A unit's workbook of a form: guidance, tables, check list, hidden metadata. Blank, prefilled or filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Form, MeasureRole, Table
from xlreport.grid.styles import ERROR_FONT, INPUT_FILL, SMALL, Style
from xlreport.grid.writing import Book, Content, Page
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.identity import METADATA_SHEET, metadata_rows
from xlreport.layout.table import FIRST_MEASURE_COLUMN, TableLayout, plan_table
from xlreport.refs import absolute, on_sheet
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.check_list import CheckList, Problems, colour_when_ready, said_to_hold
from xlreport.sheets.contents import METADATA, contents_of, metadata_of
from xlreport.sheets.entries import Place, Shown, UnitBook, text_at
from xlreport.sheets.guidance import draw_guidance
from xlreport.sheets.live_check import draw_check_sheet
from xlreport.sheets.marking import draw_marks
from xlreport.sheets.marks import plan_marks, wrong_values
from xlreport.sheets.reading import DATA_STATUSES
from xlreport.sheets.returned_sheet import draw_returned
from xlreport.sheets.states import draw_states
from xlreport.sheets.statutory import SheetHeading, draw_keys, draw_table
from xlreport.sheets.table_sheet import TableSheet, list_key

_READY = Style(bold=True, align="right", colour=ERROR_FONT)
_STATUS_INPUT = Style(border=True, fill=INPUT_FILL, unlocked=True, align="center", size=10)


def unit_workbook(book: UnitBook) -> bytes:
    """The workbook as bytes, equal for equal input."""
    return draw(book, contents_of(book))


def draw(book: UnitBook, contents: Mapping[Place, Shown]) -> bytes:
    """The workbook with these contents in their places: texts and figures, or what marks them as the unit's own."""
    texts = texts_of(book.language)
    form = book.bound.form
    output = Book(title=text_at(contents, "title"), subject=book.bound.period.code)
    first = output.page(texts("returned.sheet")) if book.returned else None
    guidance = output.page(texts("guidance.sheet"))
    pages = {table.table: output.page(table.number or table.table) for table in book.bound.tables}
    check = output.page(texts("check_sheet.sheet"))
    hidden = output.page(METADATA_SHEET)
    lists = _draw_hidden(hidden, book, contents, texts)
    earlier = _draw_earlier(hidden, book, contents, 1 + len(lists))
    layouts = {table.table: plan_table(table) for table in book.bound.tables}
    names = {code: page.name for code, page in pages.items()}
    cells = UnitCells(form, layouts, names, book.roles, book.language, earlier=earlier)
    checks = CheckList(check.name, book.bound)
    marks = plan_marks(book, layouts, checks, said_to_hold(book.bound, contents))
    for code, own in marks.items():
        draw_marks(pages[code], layouts[code], own, book.entries, texts)
    about_cells = checks.marks(wrong_values(marks))
    states = {
        table.table: draw_states(pages[table.table], book, table, layouts[table.table], contents, about_cells)
        for table in book.bound.tables
    }
    problems = Problems(checks.total, contents["ready"])
    for table in book.bound.tables:
        page, layout = pages[table.table], layouts[table.table]
        sheet = TableSheet(book, table, replace(cells, here=table.table), contents, lists)
        heading = heading_of(book, contents, problems.status_formula(texts), table, texts)
        draw_table(page, form, table, layout, heading, sheet.fill, texts)
        _draw_protected_parts(page, table, layout, sheet, contents, lists, texts)
    draw_guidance(guidance, book, contents, problems, _READY, texts)
    draw_check_sheet(check, book, cells, checks, states, contents, problems, _READY, texts)
    if first is not None and book.returned is not None:
        draw_returned(first, book, book.returned, marks, layouts, names, problems, _READY, texts)
    for page in (guidance, check, *([first] if first is not None else [])):
        page.protect()
    return output.data()


def _draw_protected_parts(
    page: Page,
    table: Table,
    layout: TableLayout,
    sheet: TableSheet,
    contents: Mapping[Place, Shown],
    lists: Mapping[str, str],
    texts: Texts,
) -> None:
    """Keys, validation and the lock: what a unit's sheet has and a node's has not."""
    draw_keys(page, layout, text_at(contents, f"marker {table.table}"))
    sheet.draw_validations(page, layout, texts)
    sheet.draw_explanations(page, layout)
    page.validate(
        *layout.status_cell,
        {
            "validate": "list",
            "source": f"={lists['status']}",
            "input_title": texts("template.status_title"),
            "input_message": texts("template.status_message"),
            "error_title": texts("template.error_title"),
            "error_message": texts("template.error_choice"),
        },
    )
    line = layout.status_cell.row
    colour_when_ready(page, (line, FIRST_MEASURE_COLUMN, line, layout.last_column), texts)
    page.protect()


def heading_of(
    book: UnitBook, contents: Mapping[Place, Shown], ready: Content, table: Table, texts: Texts
) -> SheetHeading:
    """The words around a unit's table."""
    return SheetHeading(
        reporting=text_at(contents, "reporting"),
        receiving=text_at(contents, "receiving"),
        period=book.bound.period.label(texts.language),
        signature=signature_lines(book.bound.form, book.unit_level, book.unit_type, texts),
        prepared_by=(texts("template.prepared_by"), texts("template.sign_name")),
        footer=text_at(contents, "table footer"),
        notice=text_at(contents, "notice"),
        status=(texts("template.status_label"), book.status_text(table.table), _STATUS_INPUT),
        ready=(ready, _READY),
    )


def signature_lines(form: Form, level: str | None, unit_type: str | None, texts: Texts) -> Sequence[str]:
    """The lines over the right-hand signature of a unit or node."""
    for signature in form.signatures:
        if signature.is_for(level, unit_type):
            return [*(line.pick(texts.language) for line in signature.lines), texts("template.sign_name_seal")]
    return texts("template.head_of_unit"), texts("template.sign_name_seal")


def _draw_hidden(page: Page, book: UnitBook, contents: Mapping[Place, Shown], texts: Texts) -> dict[str, str]:
    """The metadata in the first column, the lists to choose from beside it; returns where each list stands."""
    own = [text_at(contents, place) for place in contents if str(place).startswith(METADATA)]
    for row, text in enumerate(metadata_rows(metadata_of(book), own)):
        page.write(row, 0, text, SMALL)
    ranges = {}
    for column, (key, labels) in enumerate(_lists(book, texts).items(), 1):
        for row, label in enumerate(labels):
            page.write(row, column, label, SMALL)
        ranges[key] = on_sheet(page.name, f"{absolute(0, column)}:{absolute(len(labels) - 1, column)}")
    page.hide()
    return ranges


def _draw_earlier(page: Page, book: UnitBook, contents: Mapping[Place, Shown], column: int) -> dict[DataPoint, str]:
    """Figures of earlier periods, one below the other; returns where each stands. Blank where it is not known."""
    places = {}
    for row, point in enumerate(book.earlier_points):
        page.write(row, column, contents[point], SMALL)
        places[point] = on_sheet(page.name, absolute(row, column))
    return places


def _lists(book: UnitBook, texts: Texts) -> dict[str, list[str]]:
    lists = {
        "status": [texts(f"status.{status}") for status in DATA_STATUSES],
        "qualifier": [texts(f"qualifier.{key}") for key in ("over", "nearly", "about", "at-least")],
    }
    for table in book.bound.tables:
        for indicator in table.indicators:
            for measure in table.measures:
                key = list_key(table, indicator, measure)
                if key is not None and indicator.options and measure.role is MeasureRole.FIGURE:
                    lists[key] = [option.name.pick(book.language) for option in indicator.options]
    return lists
