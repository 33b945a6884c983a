"""The workbook of a roll: the plans, or the figures of a past period, of all units; one sheet per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlreport.aggregation import Value
from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.forms.measures import UPPER
from xlreport.forms.model import Form, MeasureRole
from xlreport.forms.roles import Filler
from xlreport.forms.wording import measure_label
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import (
    BODY,
    ERROR_FILL,
    ERROR_FONT,
    HEADER,
    INPUT_FILL,
    LABEL,
    LOCKED_FILL,
    MUTED,
    PLAIN,
    SMALL,
    SUBTITLE,
    TEXT_FORMAT,
    TITLE,
    Style,
)
from xlreport.grid.writing import Book, Content, Formula, Page, WriteError
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.identity import METADATA_SHEET, Identity, Metadata, layout_fingerprint, marker, metadata_rows
from xlreport.layout.roll import (
    ABOVE_COLUMN,
    FIRST_FIGURE_COLUMN,
    FIRST_UNIT_ROW,
    UNIT_CODE_COLUMN,
    UNIT_NAME_COLUMN,
    RollColumn,
    RollHeading,
    RollKind,
    RollTable,
    plan_roll,
    roll_form,
)
from xlreport.layout.table import KEY_COLUMN, KEY_ROW
from xlreport.periods import Period
from xlreport.refs import MAX_COLUMNS, MAX_ROWS, a1, absolute, on_sheet
from xlreport.sheets.entries import given_entry
from xlreport.sheets.statutory import footer_text
from xlreport.sheets.table_sheet import input_style, list_key
from xlreport.sheets.validation import date_condition, number_condition, validation

_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_BASIS = BODY.but(fill=INPUT_FILL, unlocked=True, number=TEXT_FORMAT)
_WRONG = Style(colour=ERROR_FONT, fill=ERROR_FILL)
_CODE_WIDTH, _NAME_WIDTH, _ABOVE_WIDTH, _FIGURE_WIDTH = 13.0, 38.0, 18.0, 15.0


@dataclass(frozen=True, slots=True)
class RollRow:
    """A unit or node that a roll has a row for, and what is asked of it."""

    unit: str
    name: str
    above: str
    filler: Filler
    asked: frozenset[DataPoint]


@dataclass(frozen=True, slots=True)
class RollBook:
    """A roll before it is written. `node` is the node whose units it lists; `figures` are those known already."""

    kind: RollKind
    form: Form
    period: Period
    node: str
    node_name: str
    rows: Sequence[RollRow]
    language: str
    notice: str = ""
    basis: str = ""
    figures: Mapping[str, Mapping[DataPoint, Value]] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """What the workbook says it is."""
        return Identity(roll_form(self.kind, self.form.form), self.form.version, self.node, self.period.code)


def roll_workbook(book: RollBook) -> bytes:
    """The workbook as bytes, equal for equal input."""
    texts = texts_of(book.language)
    sheets = plan_roll(book.form, {row.unit: row.asked for row in book.rows})
    output = Book(title=f"{_title(book, texts)} - {book.form.form}", subject=book.period.code)
    guidance = output.page(texts("guidance.sheet"))
    pages = [output.page(sheet.table.number or sheet.table.table) for sheet in sheets]
    hidden = output.page(METADATA_SHEET)
    lists = _draw_hidden(hidden, book, sheets)
    for number, (page, sheet) in enumerate(zip(pages, sheets, strict=True)):
        _draw_sheet(page, book, sheet, lists, texts, has_basis=number == 0)
    _draw_guidance(guidance, book, texts)
    return output.data()


def _title(book: RollBook, texts: Texts) -> str:
    return texts(f"roll.title_{book.kind}")


def _draw_hidden(page: Page, book: RollBook, sheets: Sequence[RollTable]) -> dict[str, str]:
    """The metadata in the first column, lists to choose from beside it; returns where each list stands."""
    metadata = Metadata(
        identity=book.identity,
        unit_name=book.node_name,
        unit_type=None,
        definition=book.form.to_json(),
        layout=layout_fingerprint(book.form),
        rows={row.unit: list(row.filler) for row in book.rows},
    )
    for row, text in enumerate(metadata_rows(metadata)):
        page.write(row, 0, text, SMALL)
    places: dict[str, str] = {}
    for sheet in sheets:
        for one in sheet.columns:
            key = list_key(sheet.table, one.indicator, one.measure)
            if key is not None and key not in places:
                column, options = 1 + len(places), one.indicator.options
                for row, option in enumerate(options):
                    page.write(row, column, option.name.pick(book.language), SMALL)
                area = f"{absolute(0, column)}:{absolute(len(options) - 1, column)}"
                places[key] = on_sheet(page.name, area)
    page.hide()
    return places


def _draw_sheet(
    page: Page, book: RollBook, sheet: RollTable, lists: Mapping[str, str], texts: Texts, *, has_basis: bool
) -> None:
    if sheet.last_column >= MAX_COLUMNS or sheet.last_row >= MAX_ROWS:
        raise WriteError(f"{page.name}: {len(sheet.rows)} x {len(sheet.columns)}")
    page.write(KEY_ROW, KEY_COLUMN, marker(book.identity, sheet.table.table), SMALL)
    for cell, key in sheet.sheet_keys():
        page.write(cell.row, cell.column, key, SMALL)
    page.row(KEY_ROW, None, hidden=True)
    page.column(KEY_COLUMN, KEY_COLUMN, 2, hidden=True)
    widths = {UNIT_CODE_COLUMN: _CODE_WIDTH, UNIT_NAME_COLUMN: _NAME_WIDTH, ABOVE_COLUMN: _ABOVE_WIDTH}
    for column, width in widths.items():
        page.column(column, column, width)
    page.column(FIRST_FIGURE_COLUMN, sheet.last_column, _FIGURE_WIDTH)
    _draw_heading(page, book, sheet, texts, has_basis=has_basis)
    filled = _draw_rows(page, book, sheet)
    _draw_state(page, book, sheet, filled, texts)
    for one in sheet.columns:
        _guard_column(page, book, sheet, one, lists, texts)
    page.autofilter(RollHeading.UNITS, UNIT_CODE_COLUMN, sheet.last_row, sheet.last_column)
    page.freeze(FIRST_UNIT_ROW, FIRST_FIGURE_COLUMN)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(RollHeading.NAMES, RollHeading.UNITS),
        repeat_columns=(UNIT_CODE_COLUMN, UNIT_NAME_COLUMN),
        last_row=sheet.last_row,
        last_column=sheet.last_column,
        footer=footer_text(f"{book.form.number or book.form.form} - {book.node_name}"),
        pages=(0, 0),
    )
    page.protect(filtering=True)


def _draw_heading(page: Page, book: RollBook, sheet: RollTable, texts: Texts, *, has_basis: bool) -> None:
    title = f"{_title(book, texts)}: {sheet.table.title.pick(texts.language)}"
    # Headings stay in sight while figures scroll: they are not merged over the frozen columns' edge.
    page.merge(RollHeading.TITLE, UNIT_CODE_COLUMN, ABOVE_COLUMN, title.upper(), TITLE.but(align="left", size=13))
    page.row(RollHeading.TITLE, row_height([(title.upper(), _CODE_WIDTH + _NAME_WIDTH + _ABOVE_WIDTH)], 13))
    period = f"({book.period.label(texts.language)} – {book.node_name})"
    page.merge(RollHeading.PERIOD, UNIT_CODE_COLUMN, ABOVE_COLUMN, period, SUBTITLE.but(align="left"))
    if has_basis:
        page.write(RollHeading.BASIS, UNIT_CODE_COLUMN, texts("roll.basis"), PLAIN)
        page.write(RollHeading.BASIS, UNIT_NAME_COLUMN, book.basis or None, _BASIS)
    labels = {UNIT_CODE_COLUMN: "roll.code", UNIT_NAME_COLUMN: "roll.name", ABOVE_COLUMN: "roll.above"}
    for column, key in labels.items():
        page.merge(RollHeading.NAMES, column, column, texts(key), HEADER, last_row=RollHeading.UNITS)
    height = []
    for number, one in enumerate(sheet.columns):
        unit_measure = sheet.table.unit_of(one.indicator)
        is_first = number == 0 or sheet.columns[number - 1].indicator is not one.indicator
        name = one.indicator.name.pick(texts.language)
        if is_first:
            last = max(other.column for other in sheet.columns if other.indicator is one.indicator)
            page.merge(RollHeading.NAMES, one.column, last, name, HEADER)
            height.append((name, _FIGURE_WIDTH * (last - one.column + 1)))
        page.write(RollHeading.CODES, one.column, one.indicator.code, HEADER)
        page.write(RollHeading.MEASURES, one.column, measure_label(one.measure, texts), HEADER.but(bold=False))
        unit = unit_measure.pick(texts.language) if unit_measure else ""
        page.write(RollHeading.UNITS, one.column, unit, HEADER.but(bold=False, italic=True, size=10))
    page.row(RollHeading.NAMES, row_height(height, at_least=34))
    measures = [(measure_label(one.measure, texts), _FIGURE_WIDTH) for one in sheet.columns]
    page.row(RollHeading.MEASURES, row_height(measures))
    page.row(RollHeading.UNITS, row_height([("", _FIGURE_WIDTH)], at_least=32))


def _draw_rows(page: Page, book: RollBook, sheet: RollTable) -> int:
    """Units and their figures; returns how many cells are filled."""
    filled = 0
    styles = [input_style(one.indicator, one.measure) for one in sheet.columns]
    for row in book.rows:
        if row.unit not in sheet.rows:
            continue
        at, known = sheet.rows[row.unit], book.figures.get(row.unit, {})
        bold = not row.filler.reports
        page.write(at, UNIT_CODE_COLUMN, row.unit, BODY.but(number=TEXT_FORMAT, bold=bold))
        page.write(at, UNIT_NAME_COLUMN, row.name, BODY.but(bold=bold))
        page.write(at, ABOVE_COLUMN, row.above, BODY.but(size=10))
        page.row(at, row_height([(row.name, _NAME_WIDTH), (row.above, _ABOVE_WIDTH * 1.1)]))
        for one, style in zip(sheet.columns, styles, strict=True):
            point = sheet.point(one)
            if point not in row.asked:
                page.write(at, one.column, "x", _CLOSED)
                continue
            value = known.get(point)
            content = _content(value, one, book.language) if value is not None else None
            filled += content is not None
            page.write(at, one.column, content, style)
    return filled


def _content(value: Value, column: RollColumn, language: str) -> Content:
    entry = given_entry(value, column.indicator, language)
    return Decimal(serial(entry)) if isinstance(entry, date) else entry


def _draw_state(page: Page, book: RollBook, sheet: RollTable, filled: int, texts: Texts) -> None:
    """How many cells are filled, counted while it is typed; what is asked of nobody shows "x" and is not counted."""
    asked = sum(sheet.point(one) in row.asked for row in book.rows for one in sheet.columns)
    area = f"{a1(FIRST_UNIT_ROW, FIRST_FIGURE_COLUMN)}:{a1(sheet.last_row, sheet.last_column)}"
    closed = len(sheet.columns) * len(sheet.rows) - asked
    blank, cells = asked - filled, len(sheet.columns) * len(sheet.rows)
    # COUNTBLANK has no trouble with texts that choices are, as COUNT has.
    formula = f'="{texts("roll.filled")} "&({cells - closed}-COUNTBLANK({area}))&"/{asked}"'
    shown = f"{texts('roll.filled')} {asked - blank}/{asked}"
    page.write(RollHeading.STATE, UNIT_CODE_COLUMN, Formula(formula, shown), LABEL.but(wrap=False))


def _guard_column(
    page: Page, book: RollBook, sheet: RollTable, column: RollColumn, lists: Mapping[str, str], texts: Texts
) -> None:
    """Validation of a column's cells, and a mark on those that hold something wrong."""
    first, indicator, form = a1(FIRST_UNIT_ROW, column.column), column.indicator, book.form
    source = lists.get(list_key(sheet.table, indicator, column.measure) or "")
    options = validation(form, indicator, column.measure, first, source, texts)
    if options is not None:
        page.validate(FIRST_UNIT_ROW, column.column, options, last_row=sheet.last_row)
    wrong = [_wrong(first, column, form), _reversed(first, sheet, column)]
    area = (FIRST_UNIT_ROW, column.column, sheet.last_row, column.column)
    for criteria in wrong:
        if criteria is not None:
            page.conditional(area, {"type": "formula", "criteria": f"={criteria}"}, _WRONG)


def _wrong(cell: str, column: RollColumn, form: Form) -> str | None:
    if column.indicator.is_numeric:
        right = number_condition(cell, column.indicator, form.absence)
    elif not (column.indicator.is_choice or column.indicator.is_wording):
        right = date_condition(cell, form.absence)
    else:
        return None
    return f'AND({cell}<>"",{cell}<>"x",NOT({right}))'


def _reversed(cell: str, sheet: RollTable, column: RollColumn) -> str | None:
    """Where the upper bound of a plan from-to is under the lower one."""
    if column.measure.role is not MeasureRole.FIGURE or not column.measure.measure.endswith(UPPER):
        return None
    lower = column.measure.measure.removesuffix(UPPER)
    for other in sheet.columns:
        if other.indicator is column.indicator and other.measure.measure == lower:
            below = a1(FIRST_UNIT_ROW, other.column)
            return f"AND(ISNUMBER({cell}),ISNUMBER({below}),N({cell})<N({below}))"
    return None


def _draw_guidance(page: Page, book: RollBook, texts: Texts) -> None:
    width = 100.0
    page.widths((28.0, width))
    page.merge(0, 0, 1, _title(book, texts).upper(), TITLE)
    page.row(0, 40)
    facts = [
        (texts("guidance.form"), f"{book.form.title.pick(texts.language)} ({book.form.form})"),
        (texts("guidance.period"), book.period.label(texts.language)),
        (texts("roll.scope"), f"{book.node} – {book.node_name}"),
        *([(texts("guidance.notice"), book.notice)] if book.notice else []),
        *((texts("guidance.how_to") if number == 1 else "", texts(f"roll.step{number}")) for number in range(1, 6)),
    ]
    for row, (label, text) in enumerate(facts, 2):
        page.write(row, 0, label, LABEL.but(vertical="top"))
        page.write(row, 1, text, PLAIN.but(wrap=True, vertical="top"))
        page.row(row, row_height([(text, width)]))
    page.hide_gridlines()
    page.print_layout(last_row=1 + len(facts), last_column=1, footer=footer_text(book.node_name))
    page.protect()
