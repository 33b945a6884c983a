"""Draw a table the way statutory forms look: heading, numbered columns, rows with codes, signatures.

The same drawing serves a unit's template and the sheet that a node signs; what stands in the cells is
the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlreport.forms.model import Form, Indicator, Measure, MeasureRole, Table
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, HEADER, INDEX, LABEL, MUTED, PLAIN, SMALL, SUBTITLE, TITLE, Style
from xlreport.grid.writing import Content, Page
from xlreport.language import Texts
from xlreport.layout.table import (
    CODE_COLUMN,
    FIRST_MEASURE_COLUMN,
    KEY_COLUMN,
    KEY_ROW,
    NAME_COLUMN,
    NUMBER_COLUMN,
    UNIT_COLUMN,
    Heading,
    TableLayout,
)

#: Column widths in characters.
_WIDTHS = {NUMBER_COLUMN: 5.5, CODE_COLUMN: 7.0, UNIT_COLUMN: 17.0}
#: The name column takes what a page has left, within bounds.
_PAGE_WIDTH, _NAME_WIDTHS = 140.0, (40.0, 62.0)
#: As many rows still read well on one page together with heading and signatures.
_ROWS_ON_A_PAGE = 26
_ROLE_WIDTHS = {
    MeasureRole.FIGURE: 13.5,
    MeasureRole.RATIO: 11.5,
    MeasureRole.QUALIFIER: 11.0,
    MeasureRole.NOTE: 24.0,
}

#: What stands in the cell of an indicator and a measure, and how it looks.
Filler = Callable[[Indicator, Measure], tuple[Content, Style]]


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """The words around a table."""

    reporting: str
    receiving: str
    period: str
    signature: Sequence[str]
    prepared_by: Sequence[str]
    notice: str = ""
    #: Label and content of the status of the data.
    status: tuple[str, Content, Style] | None = None
    #: A line at the right of the status, such as whether the workbook is ready to be sent.
    ready: tuple[Content, Style] | None = None
    #: A line over the title that nobody may miss.
    banner: tuple[str, Style] | None = None


def draw_table(
    page: Page, form: Form, table: Table, layout: TableLayout, heading: SheetHeading, fill: Filler, texts: Texts
) -> None:
    """Draw one table on an empty sheet."""
    _set_columns(page, table, layout)
    _draw_heading(page, form, table, layout, heading, texts)
    _draw_labels(page, table, layout, texts)
    for indicator in table.indicators:
        _draw_row(page, table, indicator, layout, fill, texts.language)
    _draw_signatures(page, layout, heading, texts)
    page.freeze(Heading.INDEX + 1, CODE_COLUMN)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(Heading.LABELS, Heading.INDEX),
        last_row=layout.signature_row + 8,
        last_column=layout.last_column,
        footer=footer_text(f"{form.number or form.form} - {heading.reporting}"),
        pages=(1, 1 if len(table.indicators) <= _ROWS_ON_A_PAGE else 0),
    )


def footer_text(text: str) -> str:
    """A text as a page footer takes it: & doubled, within its 255 characters."""
    return text.replace("&", "&&")[:180]


def draw_keys(page: Page, layout: TableLayout, marker: str) -> None:
    """Write the hidden keys by which the reader finds rows and columns again."""
    key_style = SMALL
    page.write(KEY_ROW, KEY_COLUMN, marker, key_style)
    for cell, key in (*layout.column_keys(), *layout.row_keys()):
        page.write(cell.row, cell.column, key, key_style)
    page.row(KEY_ROW, None, hidden=True)


def _set_columns(page: Page, table: Table, layout: TableLayout) -> None:
    page.column(KEY_COLUMN, KEY_COLUMN, 2, hidden=True)
    for column, width in (_WIDTHS | {NAME_COLUMN: name_width(table)}).items():
        page.column(column, column, width)
    for measure in table.measures:
        column = layout.columns[measure.measure]
        page.column(column, column, _ROLE_WIDTHS[measure.role])


def name_width(table: Table) -> float:
    """Width of the name column: narrower the more measures stand beside it."""
    return min(max(_PAGE_WIDTH - _other_widths(table), _NAME_WIDTHS[0]), _NAME_WIDTHS[1])


def _other_widths(table: Table) -> float:
    return sum(_WIDTHS.values()) + sum(_ROLE_WIDTHS[measure.role] for measure in table.measures)


def _page_width(table: Table) -> float:
    """Width of the whole table in characters."""
    return name_width(table) + _other_widths(table)


def _draw_heading(
    page: Page, form: Form, table: Table, layout: TableLayout, heading: SheetHeading, texts: Texts
) -> None:
    last = layout.last_column
    half = min(FIRST_MEASURE_COLUMN, last)
    number = table.number or form.number or form.form
    issued_with = form.issued_with.pick(texts.language) if form.issued_with else texts("template.issued_with")
    left = {
        Heading.FORM_NUMBER: texts("template.form_number", number=number),
        Heading.ISSUED_WITH: issued_with,
        Heading.RECEIVED: texts("template.received_on"),
    }
    for row, text in left.items():
        page.merge(row, NUMBER_COLUMN, CODE_COLUMN, text, LABEL if row == Heading.FORM_NUMBER else PLAIN)
    page.merge(Heading.FORM_NUMBER, half, last, heading.reporting, LABEL.but(wrap=True))
    page.merge(Heading.ISSUED_WITH, half, last, heading.receiving, PLAIN.but(wrap=True))
    page.merge(Heading.TITLE, NUMBER_COLUMN, last, table.title.pick(texts.language).upper(), TITLE)
    page.row(Heading.TITLE, row_height([(table.title.pick(texts.language).upper(), _page_width(table))], 18, 24))
    page.merge(Heading.PERIOD, NUMBER_COLUMN, last, f"({heading.period})", SUBTITLE)
    if heading.status is not None:
        label, content, style = heading.status
        page.merge(Heading.STATUS, NUMBER_COLUMN, CODE_COLUMN, label, PLAIN.but(align="right"))
        page.write(Heading.STATUS, UNIT_COLUMN, content, style)
    if heading.ready is not None:
        content, style = heading.ready
        page.merge(Heading.STATUS, half, last, "", style)
        page.write(Heading.STATUS, half, content, style)
    if heading.banner is not None:
        text, style = heading.banner
        page.merge(Heading.BANNER, NUMBER_COLUMN, last, text, style)
        page.row(Heading.BANNER, row_height([(text, _page_width(table))], 12))
    if heading.notice:
        page.merge(Heading.NOTICE, NUMBER_COLUMN, last, heading.notice, SMALL.but(italic=True, wrap=True))
        page.row(Heading.NOTICE, row_height([(heading.notice, _page_width(table))], 11))


def _draw_labels(page: Page, table: Table, layout: TableLayout, texts: Texts) -> None:
    labels = {
        NUMBER_COLUMN: texts("template.number"),
        NAME_COLUMN: texts("template.indicator"),
        CODE_COLUMN: texts("template.code"),
        UNIT_COLUMN: texts("template.unit_measure"),
    }
    labels |= {layout.columns[m.measure]: measure_label(m, texts) for m in table.measures}
    for column, label in labels.items():
        page.write(Heading.LABELS, column, label, HEADER)
    heights = [row_height([(measure_label(m, texts), _ROLE_WIDTHS[m.role])]) for m in table.measures]
    page.row(Heading.LABELS, max(34, *heights))
    for column, label in zip(labels, column_numbers(table), strict=True):
        page.write(Heading.INDEX, column, label, INDEX)


def measure_label(measure: Measure, texts: Texts) -> str:
    """The heading of a measure's column."""
    if measure.name is not None:
        return measure.name.pick(texts.language)
    key = f"measure.{measure.measure}"
    return texts(key) if key in texts else measure.measure


def column_numbers(table: Table) -> list[str]:
    """The line under the headings: A | B | C | D | 1 | 2 | 3=2/1 …; text columns get no number."""
    numbers: dict[str, str] = {}
    for measure in table.measures:
        if measure.role in (MeasureRole.FIGURE, MeasureRole.RATIO):
            numbers[measure.measure] = str(len(numbers) + 1)
    shown = dict(numbers)
    for measure in table.measures:
        ratio = table.ratio(measure.measure) if measure.role is MeasureRole.RATIO else None
        if ratio is not None and ratio.numerator in numbers and ratio.denominator in numbers:
            shown[measure.measure] += f"={numbers[ratio.numerator]}/{numbers[ratio.denominator]}"
    return ["A", "B", "C", "D", *(shown.get(measure.measure, "") for measure in table.measures)]


def _draw_row(page: Page, table: Table, indicator: Indicator, layout: TableLayout, fill: Filler, language: str) -> None:
    row = layout.rows[indicator.code]
    name = indicator.name.pick(language)
    unit_measure = indicator.unit_measure or table.unit_measure
    weight = indicator.indent == 0 and indicator.number is not None
    page.write(row, NUMBER_COLUMN, indicator.number or "", BODY.but(align="center"))
    page.write(row, NAME_COLUMN, name, BODY.but(indent=indicator.indent, bold=False, italic=not weight))
    page.write(row, CODE_COLUMN, indicator.code, BODY.but(align="center"))
    page.write(row, UNIT_COLUMN, unit_measure.pick(language) if unit_measure else "", BODY.but(align="center", size=10))
    for measure in table.measures:
        content, style = fill(indicator, measure)
        page.write(row, layout.columns[measure.measure], content, style)
    unit_text = unit_measure.pick(language) if unit_measure else ""
    height = row_height([(name, name_width(table) - 2 * indicator.indent)], at_least=20)
    page.row(row, max(height, row_height([(unit_text, _WIDTHS[UNIT_COLUMN])], 10)))


def _draw_signatures(page: Page, layout: TableLayout, heading: SheetHeading, texts: Texts) -> None:
    top, last = layout.signature_row, layout.last_column
    half = min(FIRST_MEASURE_COLUMN, last)
    centred = PLAIN.but(align="center", colour=None)
    page.merge(top, half, last, texts("template.place_and_date"), centred.but(italic=True))
    for offset, line in enumerate(heading.prepared_by, 1):
        page.merge(top + offset, NUMBER_COLUMN, NAME_COLUMN, line, _signature_style(offset, len(heading.prepared_by)))
    for offset, line in enumerate(heading.signature, 1):
        page.merge(top + offset, half, last, line, _signature_style(offset, len(heading.signature)))


def _signature_style(line: int, lines: int) -> Style:
    """Titles in bold, the note in brackets on the last line in italics."""
    is_note = line == lines and lines > 1
    return Style(bold=not is_note, italic=is_note, align="center", colour=MUTED if is_note else None)
