"""A unit's workbook of a form: guidance, tables, check list, hidden metadata. Blank, prefilled or filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlreport.aggregation import MISSING, Value, values_to_json
from xlreport.datapoints import DataPoint
from xlreport.forms.model import Form, MeasureRole, Table
from xlreport.grid.styles import ERROR_FONT, INPUT_FILL, SMALL, Style
from xlreport.grid.writing import Book, Content, Page
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.identity import METADATA_SHEET, Identity, Metadata, layout_fingerprint, marker, metadata_rows
from xlreport.layout.table import FIRST_MEASURE_COLUMN, TableLayout, plan_table
from xlreport.refs import absolute, on_sheet
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.check_list import Problems, colour_when_ready, plan_check_list
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.guidance import draw_guidance
from xlreport.sheets.live_check import draw_check_sheet
from xlreport.sheets.marking import draw_marks
from xlreport.sheets.marks import plan_marks, wrong_values
from xlreport.sheets.reading import DATA_STATUSES
from xlreport.sheets.returned_sheet import draw_returned
from xlreport.sheets.states import draw_states
from xlreport.sheets.statutory import SheetHeading, draw_keys, draw_table
from xlreport.sheets.table_sheet import TableSheet, list_key
from xlreport.sheets.values import values_of

_READY = Style(bold=True, align="right", colour=ERROR_FONT)
_STATUS_INPUT = Style(border=True, fill=INPUT_FILL, unlocked=True, align="center", size=10)


def unit_workbook(book: UnitBook) -> bytes:
    """The workbook as bytes, equal for equal input."""
    texts = texts_of(book.language)
    form = book.bound.form
    values = values_of(book)
    output = Book(title=f"{form.title.pick(book.language)} - {book.unit}", subject=book.bound.period.code)
    first = output.page(texts("returned.sheet")) if book.returned else None
    guidance = output.page(texts("guidance.sheet"))
    pages = {table.table: output.page(table.number or table.table) for table in book.bound.tables}
    check = output.page(texts("check_sheet.sheet"))
    hidden = output.page(METADATA_SHEET)
    lists = _draw_hidden(hidden, book, texts)
    earlier = _draw_earlier(hidden, book, 1 + len(lists))
    layouts = {table.table: plan_table(table) for table in book.bound.tables}
    names = {code: page.name for code, page in pages.items()}
    cells = UnitCells(form, layouts, names, book.roles, book.language, earlier=earlier)
    checks = plan_check_list(check.name, book.bound, values)
    marks = plan_marks(book, layouts, checks)
    for code, own in marks.items():
        draw_marks(pages[code], layouts[code], own, book.entries, texts)
    about_cells = checks.marks(wrong_values(marks))
    states = {
        table.table: draw_states(pages[table.table], book, table, layouts[table.table], about_cells)
        for table in book.bound.tables
    }
    wrong = sum(sum(found.counts.values()) for found in states.values())
    problems = Problems(checks.total, wrong + checks.violations)
    for table in book.bound.tables:
        page, layout = pages[table.table], layouts[table.table]
        sheet = _table_sheet(book, table, cells, values, lists)
        draw_table(page, form, table, layout, _heading(book, table, problems, texts), sheet.fill, texts)
        _draw_protected_parts(page, book, table, layout, sheet, lists, texts)
    draw_guidance(guidance, book, problems, _READY, texts)
    draw_check_sheet(check, book, cells, checks, states, problems, _READY, texts)
    if first is not None and book.returned is not None:
        draw_returned(first, book, book.returned, marks, layouts, names, problems, _READY, texts)
    for page in (guidance, check, *([first] if first is not None else [])):
        page.protect()
    return output.data()


def _table_sheet(
    book: UnitBook, table: Table, cells: UnitCells, values: Mapping[DataPoint, Value], lists: Mapping[str, str]
) -> TableSheet:
    own_cells = replace(cells, here=table.table)
    return TableSheet(book, table, own_cells, values, lists)


def _draw_protected_parts(
    page: Page,
    book: UnitBook,
    table: Table,
    layout: TableLayout,
    sheet: TableSheet,
    lists: Mapping[str, str],
    texts: Texts,
) -> None:
    """Keys, validation and the lock: what a unit's sheet has and a node's has not."""
    identity = Identity(book.bound.form.form, book.bound.form.version, book.unit, book.bound.period.code)
    draw_keys(page, layout, marker(identity, table.table))
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


def _heading(book: UnitBook, table: Table, problems: Problems, texts: Texts) -> SheetHeading:
    return SheetHeading(
        reporting=texts("template.reporting_unit", name=book.unit_name),
        receiving=texts("template.receiving_unit", name=book.receiver or "………………"),
        period=book.bound.period.label(texts.language),
        signature=signature_lines(book.bound.form, book.unit_level, book.unit_type, texts),
        prepared_by=(texts("template.prepared_by"), texts("template.sign_name")),
        notice=book.notice,
        status=(texts("template.status_label"), book.status_text(table.table), _STATUS_INPUT),
        ready=(problems.status_formula(texts), _READY),
    )


def signature_lines(form: Form, level: str | None, unit_type: str | None, texts: Texts) -> Sequence[str]:
    """The lines over the right-hand signature of a unit or node."""
    for signature in form.signatures:
        if signature.is_for(level, unit_type):
            return [*(line.pick(texts.language) for line in signature.lines), texts("template.sign_name_seal")]
    return texts("template.head_of_unit"), texts("template.sign_name_seal")


def _draw_hidden(page: Page, book: UnitBook, texts: Texts) -> dict[str, str]:
    """The metadata in the first column, the lists to choose from beside it; returns where each list stands."""
    metadata = Metadata(
        identity=Identity(book.bound.form.form, book.bound.form.version, book.unit, book.bound.period.code),
        unit_name=book.unit_name,
        unit_type=book.unit_type,
        definition=book.bound.form.to_json(),
        layout=layout_fingerprint(book.bound.form),
        corrects=book.corrects,
        unit_level=book.unit_level,
        earlier=values_to_json(book.earlier),
        reports=book.bound.filler is None or book.bound.filler.reports,
        prefilled=values_to_json(book.prefilled),
    )
    for row, text in enumerate(metadata_rows(metadata)):
        page.write(row, 0, text, SMALL)
    ranges = {}
    for column, (key, labels) in enumerate(_lists(book, texts).items(), 1):
        for row, label in enumerate(labels):
            page.write(row, column, label, SMALL)
        ranges[key] = on_sheet(page.name, f"{absolute(0, column)}:{absolute(len(labels) - 1, column)}")
    page.hide()
    return ranges


def _draw_earlier(page: Page, book: UnitBook, column: int) -> dict[DataPoint, str]:
    """Figures of earlier periods, one below the other; returns where each stands. Blank where it is not known."""
    places = {}
    for row, point in enumerate(book.earlier_points):
        value = book.earlier.get(point, MISSING)
        shown: Content = value.number
        if shown is None and value.text is not None:
            table = book.bound.form.table(point.table)
            indicator = table.indicator(point.indicator) if table else None
            option = indicator.option(value.text) if indicator else None
            shown = option.name.pick(book.language) if option else value.text
        page.write(row, column, shown, SMALL)
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
