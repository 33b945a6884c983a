"""Draw a table the way statutory forms look: heading, numbered columns, rows with codes, signatures.

The same drawing serves a unit's template and the sheet that a node signs; what stands in the cells is
the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from xlreport.forms.model import Comparison, Form, Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import applies
from xlreport.forms.wording import measure_label
from xlreport.grid.fitting import figure_width, row_height
from xlreport.grid.styles import BODY, HEADER, INDEX, LABEL, MUTED, PLAIN, SMALL, SUBTITLE, TITLE, Style
from xlreport.grid.writing import Content, Formula, Page
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

#: Size of the font of texts in cells.
CELL_TEXT_SIZE = 10.0
#: Column widths in characters.
_WIDTHS = {NUMBER_COLUMN: 5.5, CODE_COLUMN: 7.0, UNIT_COLUMN: 17.0}
#: The name column takes what a page has left, within bounds.
_PAGE_WIDTH, _NAME_WIDTHS = 140.0, (40.0, 62.0)
#: As many rows still read well on one page together with heading and signatures.
_ROWS_ON_A_PAGE = 26
#: "Hoàn thành kế hoạch" on one line.
ATTAINMENT_WIDTH = 21.0
_ROLE_WIDTHS = {
    MeasureRole.FIGURE: 14.0,
    MeasureRole.RATIO: 12.0,
    MeasureRole.ATTAINMENT: ATTAINMENT_WIDTH,
    MeasureRole.QUALIFIER: 11.0,
    MeasureRole.STATUS: 12.0,
    MeasureRole.NOTE: 24.0,
}
#: Three digits and their separator.
_WIDTH_STEP = 4.0
_KIND_WIDTHS = {Kind.TEXT: 30.0, Kind.DOCUMENT: 22.0, Kind.CHOICE: 20.0}

#: What stands in the cell of an indicator and a measure, and how it looks.
Filler = Callable[[Indicator, Measure], tuple[Content, Style]]
Filled = Mapping[tuple[str, str], tuple[Content, Style]]
ByColumn = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """The words around a table."""

    reporting: str
    receiving: str
    period: str
    signature: Sequence[str]
    prepared_by: Sequence[str]
    footer: str
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
    cells = {(i.code, m.measure): fill(i, m) for i in table.indicators for m in table.measures}
    widths = column_widths(table, layout, cells)
    _set_columns(page, widths)
    _draw_heading(page, form, table, layout, heading, widths, texts)
    _draw_labels(page, table, layout, widths, texts)
    for indicator in table.indicators:
        _draw_row(page, table, indicator, layout, cells, widths, texts.language)
    _draw_signatures(page, layout, heading, texts)
    page.freeze(Heading.INDEX + 1, CODE_COLUMN)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(Heading.LABELS, Heading.INDEX),
        last_row=layout.signature_row + 8,
        last_column=layout.last_column,
        footer=heading.footer,
        pages=(1, 1 if len(table.indicators) <= _ROWS_ON_A_PAGE else 0),
    )


def table_footer(form: Form, reporting: str) -> str:
    """The footer of a table's pages."""
    return footer_text(f"{form.number or form.form} - {reporting}")


def footer_text(text: str) -> str:
    """A text as a page footer takes it: & doubled, within its 255 characters."""
    doubled = text.replace("&", "&&")[:180]
    cut_apart = (len(doubled) - len(doubled.rstrip("&"))) % 2
    return doubled[: len(doubled) - cut_apart]


def draw_keys(page: Page, layout: TableLayout, marker: str) -> None:
    """Write the hidden keys by which the reader finds rows and columns again."""
    key_style = SMALL
    page.write(KEY_ROW, KEY_COLUMN, marker, key_style)
    for cell, key in (*layout.column_keys(), *layout.row_keys()):
        page.write(cell.row, cell.column, key, key_style)
    page.row(KEY_ROW, None, hidden=True)


def _set_columns(page: Page, widths: ByColumn) -> None:
    page.column(KEY_COLUMN, KEY_COLUMN, 2, hidden=True)
    for column, width in widths.items():
        page.column(column, column, width)


def column_widths(table: Table, layout: TableLayout, cells: Filled) -> ByColumn:
    """Widths by column in characters: figures fit; the name column takes what they leave of a page."""
    measures = {
        layout.columns[measure.measure]: max(
            *(_least_width(table, indicator, measure) for indicator in table.indicators),
            *(_figure_width(*cells[indicator.code, measure.measure]) for indicator in table.indicators),
        )
        for measure in table.measures
    }
    left = _PAGE_WIDTH - sum(_WIDTHS.values()) - sum(measures.values())
    return _WIDTHS | {NAME_COLUMN: min(max(left, _NAME_WIDTHS[0]), _NAME_WIDTHS[1])} | measures


def _least_width(table: Table, indicator: Indicator, measure: Measure) -> float:
    """Width that a column needs for what a row may hold in it: words take more than figures."""
    is_figure = measure.role is MeasureRole.FIGURE and applies(table, indicator, measure)
    return max(_ROLE_WIDTHS[measure.role], _KIND_WIDTHS.get(indicator.kind, 0.0) if is_figure else 0.0)


def _figure_width(content: Content, style: Style) -> float:
    """Width that a figure needs, in steps: sheets of units of much the same size then have the same columns."""
    number = content.value if isinstance(content, Formula) else content
    if not style.number or not isinstance(number, Decimal | int):
        return 0.0
    return ceil(figure_width(Decimal(number), style.number) / _WIDTH_STEP) * _WIDTH_STEP


def _draw_heading(
    page: Page, form: Form, table: Table, layout: TableLayout, heading: SheetHeading, widths: ByColumn, texts: Texts
) -> None:
    last = layout.last_column
    half = min(FIRST_MEASURE_COLUMN, last)
    number = table.number or form.number or form.form
    left = {
        Heading.FORM_NUMBER: texts("template.form_number", number=number),
        Heading.ISSUED_WITH: _issued_with(form, texts),
        Heading.RECEIVED: texts("template.received_on"),
    }
    for row, text in left.items():
        page.merge(row, NUMBER_COLUMN, CODE_COLUMN, text, LABEL if row == Heading.FORM_NUMBER else PLAIN.but(wrap=True))
    for row, height in heading_heights(form, table, heading, widths, texts).items():
        page.row(row, height)
    page.merge(Heading.FORM_NUMBER, half, last, heading.reporting, LABEL.but(wrap=True))
    page.merge(Heading.ISSUED_WITH, half, last, heading.receiving, PLAIN.but(wrap=True))
    page.merge(Heading.TITLE, NUMBER_COLUMN, last, table.title.pick(texts.language).upper(), TITLE)
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
    if heading.notice:
        page.merge(Heading.NOTICE, NUMBER_COLUMN, last, heading.notice, SMALL.but(italic=True, wrap=True))


def heading_heights(
    form: Form, table: Table, heading: SheetHeading, widths: ByColumn, texts: Texts
) -> Mapping[Heading, float]:
    """Heights in points of the rows above the table that hold long texts."""
    width = sum(widths.values())
    beside = sum(widths[column] for column in (NUMBER_COLUMN, NAME_COLUMN, CODE_COLUMN))
    right = width - widths[UNIT_COLUMN] - beside
    heights = {
        Heading.FORM_NUMBER: row_height([(heading.reporting, right)]),
        Heading.ISSUED_WITH: row_height([(_issued_with(form, texts), beside), (heading.receiving, right)]),
        Heading.TITLE: row_height([(table.title.pick(texts.language).upper(), width)], 18, 24),
    }
    if heading.banner is not None:
        heights[Heading.BANNER] = row_height([(heading.banner[0], width)], 12)
    if heading.notice:
        heights[Heading.NOTICE] = row_height([(heading.notice, width)], 11)
    return heights


def _issued_with(form: Form, texts: Texts) -> str:
    return form.issued_with.pick(texts.language) if form.issued_with else texts("template.issued_with")


def _draw_labels(page: Page, table: Table, layout: TableLayout, widths: ByColumn, texts: Texts) -> None:
    labels = {
        NUMBER_COLUMN: texts("template.number"),
        NAME_COLUMN: texts("template.indicator"),
        CODE_COLUMN: texts("template.code"),
        UNIT_COLUMN: texts("template.unit_measure"),
    }
    labels |= {layout.columns[m.measure]: measure_label(m, texts) for m in table.measures}
    for column, label in labels.items():
        page.write(Heading.LABELS, column, label, HEADER)
    page.row(Heading.LABELS, row_height(((label, widths[column]) for column, label in labels.items()), at_least=34))
    for column, label in zip(labels, column_numbers(table), strict=True):
        page.write(Heading.INDEX, column, label, INDEX)


def column_numbers(table: Table) -> list[str]:
    """The line under the headings: A | B | C | D | 1 | 2 | 3=2/1 …; text columns get no number."""
    numbers: dict[str, str] = {}
    for measure in table.measures:
        if measure.role in (MeasureRole.FIGURE, MeasureRole.RATIO, MeasureRole.ATTAINMENT):
            numbers[measure.measure] = str(len(numbers) + 1)
    shown = dict(numbers)
    for measure in table.measures:
        ratio = table.ratio(measure.measure)
        if ratio is not None and ratio.numerator in numbers and ratio.denominator in numbers:
            terms = (numbers[code] for code in (ratio.numerator, ratio.denominator))
            shown[measure.measure] += _calculation(measure.comparison, *terms)
    return ["A", "B", "C", "D", *(shown.get(measure.measure, "") for measure in table.measures)]


def _calculation(comparison: Comparison | None, above: str, below: str) -> str:
    """How a computed column follows from two others: "=3/1"; for growth what is left above 100 percent."""
    match comparison:
        case Comparison.GROWTH:
            return f"={above}/{below}×100-100"
        case Comparison.CHANGE:
            return f"={above}-{below}"
        case Comparison.ATTAINMENT:
            return f"={above}:{below}"
    return f"={above}/{below}"


def _draw_row(
    page: Page,
    table: Table,
    indicator: Indicator,
    layout: TableLayout,
    cells: Filled,
    widths: ByColumn,
    language: str,
) -> None:
    row = layout.rows[indicator.code]
    name = indicator.name.pick(language)
    unit_measure = table.unit_of(indicator)
    unit_text = unit_measure.pick(language) if unit_measure else ""
    weight = indicator.indent == 0 and indicator.number is not None
    page.write(row, NUMBER_COLUMN, indicator.number or "", BODY.but(align="center"))
    page.write(row, NAME_COLUMN, name, BODY.but(indent=indicator.indent, bold=False, italic=not weight))
    page.write(row, CODE_COLUMN, indicator.code, BODY.but(align="center"))
    page.write(row, UNIT_COLUMN, unit_text, BODY.but(align="center", size=10))
    small = [(unit_text, widths[UNIT_COLUMN])]
    for measure in table.measures:
        content, style = cells[indicator.code, measure.measure]
        column = layout.columns[measure.measure]
        page.write(row, column, content, style)
        small += [(text, widths[column]) for text in _texts_of(content, indicator, measure, language)]
    height = row_height([(name, widths[NAME_COLUMN] - 2 * indicator.indent)], at_least=20)
    page.row(row, max(height, row_height(small, CELL_TEXT_SIZE)))


def _texts_of(content: Content, indicator: Indicator, measure: Measure, language: str) -> list[str]:
    """The texts that a cell must have room for: its own, and any answer yet to be chosen."""
    shown = content.value if isinstance(content, Formula) else content
    texts = [shown] if isinstance(shown, str) else []
    if indicator.is_choice and measure.role is MeasureRole.FIGURE and not isinstance(content, Formula):
        texts += [option.name.pick(language) for option in indicator.options]
    return texts


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
