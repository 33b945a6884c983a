"""Draw children × indicators for one table and measure: totals above their parts, units outlined under their node."""

from __future__ import annotations

from collections.abc import Sequence

from xlreport.aggregation import MISSING
from xlreport.aggregation.comparing import comparison_plan
from xlreport.dates import shown as shown_day
from xlreport.forms.comparisons import DENOMINATOR, NUMERATOR, UPPER_BOUND, Shown, shown
from xlreport.forms.expressions import figure_decimals
from xlreport.forms.measures import UPPER
from xlreport.forms.model import Aggregation, Kind, MeasureRole
from xlreport.forms.wording import measure_label
from xlreport.grid.fitting import figure_width, row_height
from xlreport.grid.styles import (
    BODY,
    DATE_FORMAT,
    ERROR_FONT,
    FIGURE,
    HEADER,
    INDEX,
    MUTED,
    SMALL,
    TITLE,
    TOTAL_FILL,
    Style,
    number_format,
)
from xlreport.grid.writing import Page
from xlreport.language import Texts
from xlreport.layout.matrix import (
    CODE_COLUMN,
    CODE_ROW,
    COUNT_ROW,
    FIRST_COLUMN,
    NAME_COLUMN,
    NAME_ROW,
    NOTICE_ROW,
    PERIOD_ROW,
    TERM_ROW,
    TITLE_ROW,
    TOTAL_ROW,
    UNIT_ROW,
    MatrixColumn,
    MatrixRow,
    MatrixSheet,
)
from xlreport.outputs.consolidated.addresses import Places, figure_point
from xlreport.outputs.consolidated.cells import ColumnCells
from xlreport.outputs.consolidated.notice import coverage_notice
from xlreport.outputs.consolidated.publication import Publication
from xlreport.sheets.comparisons import comparison_number_format
from xlreport.sheets.statutory import ATTAINMENT_WIDTH, footer_text

_CODE_WIDTH, _NAME_WIDTH, _WIDTH, _TEXT_WIDTH = 10.0, 38.0, 13.5, 20.0
#: More would be too small to read on paper.
_COLUMNS_ON_A_PAGE = 12


def draw_matrix(
    page: Page, sheet: MatrixSheet, rows: Sequence[MatrixRow], known: Places, about: Publication, texts: Texts
) -> None:
    """Draw one matrix sheet."""
    _draw_heading(page, sheet, about, texts)
    looks = {column.column: _figure_look(sheet, column, about, texts) for column in sheet.columns}
    widths = [_width(sheet, column, rows, looks[column.column], about) for column in sheet.columns]
    _draw_labels(page, sheet, widths, texts)
    for line in rows:
        _draw_name(page, line, about, texts)
    page.write(COUNT_ROW, NAME_COLUMN, texts("report.reporting_row"), BODY.but(italic=True, colour=MUTED))
    page.write(COUNT_ROW, CODE_COLUMN, "", BODY)
    for column in sheet.columns:
        cells = ColumnCells(about.consolidation, known, sheet, page.name, column, texts)
        _draw_column(page, column, cells, rows, looks[column.column], about)
    page.outline_above()
    page.freeze(TOTAL_ROW, FIRST_COLUMN)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(NAME_ROW, UNIT_ROW),
        last_row=max(rows[-1].row, COUNT_ROW),
        last_column=sheet.last_column,
        repeat_columns=(CODE_COLUMN, NAME_COLUMN),
        pages=(1 + (len(sheet.columns) - 1) // _COLUMNS_ON_A_PAGE, 0),
        footer=footer_text(f"{about.name(about.node)} - {about.consolidation.bound.period.label(texts.language)}"),
    )


def _draw_heading(page: Page, sheet: MatrixSheet, about: Publication, texts: Texts) -> None:
    title = texts(
        "report.matrix_title",
        table=sheet.table.title.pick(texts.language),
        measure=measure_label(sheet.measure, texts),
    )
    if sheet.at is not None:
        title = f"{title} ({texts(f'report.at_{sheet.at}')})"
    period = about.consolidation.bound.period.label(texts.language)
    notice, notice_style = coverage_notice(about, texts)
    lines = {
        TITLE_ROW: (title, TITLE.but(align="left", size=14)),
        PERIOD_ROW: (f"{about.name(about.node)} – {period}", SMALL.but(size=11, wrap=True)),
        NOTICE_ROW: (notice, notice_style),
    }
    # Within the columns that every printed page repeats: a wide sheet takes several.
    for row, (text, style) in lines.items():
        page.merge(row, CODE_COLUMN, NAME_COLUMN, text, style)
        page.row(row, row_height([(text, _CODE_WIDTH + _NAME_WIDTH)], style.size))


def _width(
    sheet: MatrixSheet, column: MatrixColumn, rows: Sequence[MatrixRow], look: Style, about: Publication
) -> float:
    """Width of a column: its largest figure fits."""
    if _is_text(column):
        return _TEXT_WIDTH
    least = ATTAINMENT_WIDTH if sheet.measure.role is MeasureRole.ATTAINMENT and column.term is None else _WIDTH
    point = figure_point(column)
    numbers = [about.values_of(line.subject, line.is_unit).get(point, MISSING).number for line in rows]
    largest = max((number for number in numbers if number is not None), key=abs, default=None)
    return least if largest is None else max(least, figure_width(largest, look.number or ""))


def _draw_labels(page: Page, sheet: MatrixSheet, widths: Sequence[float], texts: Texts) -> None:
    page.widths([_CODE_WIDTH, _NAME_WIDTH])
    for row, code, name in (
        (NAME_ROW, texts("report.code_column"), texts("report.unit_column")),
        (TERM_ROW, "", ""),
        (CODE_ROW, "", texts("template.code")),
        (UNIT_ROW, "", texts("template.unit_measure")),
    ):
        style = HEADER if row == NAME_ROW else INDEX
        page.write(row, CODE_COLUMN, code, style)
        page.write(row, NAME_COLUMN, name, style)
    labels = [_labels(sheet, column, texts) for column in sheet.columns]
    for column, (name, term, unit_measure), width in zip(sheet.columns, labels, widths, strict=True):
        page.write(NAME_ROW, column.column, name, HEADER.but(size=10))
        page.write(TERM_ROW, column.column, term, INDEX.but(wrap=True))
        page.write(CODE_ROW, column.column, column.indicator.code, INDEX)
        page.write(UNIT_ROW, column.column, unit_measure, INDEX.but(wrap=True))
        page.column(column.column, column.column, width)
    names, terms, unit_measures = ([label[part] for label in labels] for part in range(3))
    page.row(NAME_ROW, row_height(zip(names, widths, strict=True), 11, 34))
    page.row(TERM_ROW, row_height(zip(terms, widths, strict=True), 9), hidden=not any(terms))
    page.row(UNIT_ROW, row_height(zip(unit_measures, widths, strict=True), 9))


def _labels(sheet: MatrixSheet, column: MatrixColumn, texts: Texts) -> tuple[str, str, str]:
    """Name, term of a ratio or answer of a choice, and unit of measure."""
    unit_measure = sheet.table.unit_of(column.indicator)
    unit_text = unit_measure.pick(texts.language) if unit_measure else ""
    if sheet.measure.role is MeasureRole.RATIO and column.term is None:
        unit_text = _comparison_unit(sheet, column, unit_text, texts)
    elif sheet.measure.role is MeasureRole.ATTAINMENT and column.term is None:
        unit_text = ""
    name = column.indicator.name.pick(texts.language)
    return name, _term_label(sheet, column, texts), unit_text


def _comparison_unit(sheet: MatrixSheet, column: MatrixColumn, own: str, texts: Texts) -> str:
    """The unit of measure of a comparison."""
    match shown(sheet.table, column.indicator, sheet.measure):
        case Shown.DIFFERENCE:
            return own
        case Shown.POINTS:
            return texts("comparison.points")
        case Shown.RANKS:
            return texts("comparison.ranks")
    return "%"


def _term_label(sheet: MatrixSheet, column: MatrixColumn, texts: Texts) -> str:
    if column.option is not None and column.indicator.is_choice:
        option = column.indicator.option(column.option)
        return option.name.pick(texts.language) if option else column.option
    ratio = sheet.table.ratio(sheet.measure.measure)
    if column.option is not None:
        return texts("report.answered")
    if ratio is not None:
        upper = ratio.denominator + UPPER
        codes = {NUMERATOR: ratio.numerator, DENOMINATOR: ratio.denominator, UPPER_BOUND: upper}
        code = codes.get(column.term or "")
        measure = sheet.table.measure(code) if code else sheet.measure
        return measure_label(measure, texts) if measure else ""
    return texts("report.chosen") if _is_text(column) else ""


def _is_text(column: MatrixColumn) -> bool:
    return (column.indicator.is_choice or column.indicator.is_wording) and column.option is None


def _draw_name(page: Page, line: MatrixRow, about: Publication, texts: Texts) -> None:
    """Code and name; a unit without figures says why beside its name."""
    look, name = _line_look(line), about.name(line.subject)
    state = about.coverage[about.node].states[line.subject] if line.is_unit else "accepted"
    if line.is_unit and line.subject in about.former:
        name = f"{name} – {texts('report.until', day=shown_day(about.former[line.subject].last_day, texts.language))}"
    if state in ("rejected", "missing"):
        said = texts("report.lacking" if about.is_of_parts else f"report.{state}").lower()
        look, name = look.but(colour=ERROR_FONT, italic=True), f"{name} – {said}"
    page.write(line.row, CODE_COLUMN, line.subject, look)
    page.write(line.row, NAME_COLUMN, name, look.but(indent=line.depth))
    # Units fold under their node.
    page.row(line.row, row_height([(name, _NAME_WIDTH - line.depth)]), level=min(line.depth, 7))


def _draw_column(
    page: Page, column: MatrixColumn, cells: ColumnCells, rows: Sequence[MatrixRow], look: Style, about: Publication
) -> None:
    is_day = column.indicator.kind is Kind.DATE and column.option is None
    of_unit = look.but(number=DATE_FORMAT, align="center") if is_day else look
    of_node = look.but(bold=True, fill=TOTAL_FILL)
    for line in rows:
        content = cells.content(line, about.values_of(line.subject, line.is_unit))
        page.write(line.row, column.column, content, of_unit if line.is_unit else of_node)
    reporting = cells.reporting(rows[0], about.values.get(figure_point(column), MISSING))
    number = None if _is_text(column) else number_format(0)
    page.write(COUNT_ROW, column.column, reporting, look.but(italic=True, colour=MUTED, number=number))


def _line_look(line: MatrixRow) -> Style:
    return BODY if line.is_unit else BODY.but(bold=True, fill=TOTAL_FILL)


def _figure_look(sheet: MatrixSheet, column: MatrixColumn, about: Publication, texts: Texts) -> Style:
    indicator = column.indicator
    if indicator.is_wording and column.option is None:
        return BODY.but(size=10)
    if _is_text(column):
        return FIGURE.but(align="center")
    if column.option is not None:
        return FIGURE.but(number=number_format(0))
    if indicator.kind is Kind.DATE:
        is_count = indicator.across_units is Aggregation.COUNT
        return FIGURE.but(number=number_format(0)) if is_count else FIGURE.but(number=DATE_FORMAT, align="center")
    if sheet.table.ratio(sheet.measure.measure) is None:
        return FIGURE.but(number=number_format(figure_decimals(indicator, sheet.measure.measure)))
    plan = comparison_plan(about.consolidation.bound, sheet.table, indicator, sheet.measure)
    if column.term is None:
        return FIGURE.but(
            number=comparison_number_format(plan, texts), wrap=sheet.measure.role is MeasureRole.ATTAINMENT
        )
    source = {to: source for source, to in plan.terms}[figure_point(column)]
    return FIGURE.but(number=number_format(figure_decimals(indicator, source.measure)))
