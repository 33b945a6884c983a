"""The consolidated workbook of a node: the signed sheet first, then how its totals came about."""

from __future__ import annotations

from collections.abc import Sequence

from xlreport.forms.expressions import operands
from xlreport.forms.model import Table
from xlreport.forms.wording import measure_label
from xlreport.grid.writing import MAX_SHEET_NAME, Book, cut
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.matrix import MatrixRow, MatrixSheet, plan_earlier_sheets, plan_rows, plan_sheets
from xlreport.outputs.consolidated.addresses import places
from xlreport.outputs.consolidated.changes import draw_changes
from xlreport.outputs.consolidated.compared import compared_tables, draw_compared
from xlreport.outputs.consolidated.coverage import draw_coverage
from xlreport.outputs.consolidated.listings import draw_findings, draw_sources
from xlreport.outputs.consolidated.matrix import draw_matrix
from xlreport.outputs.consolidated.publication import Publication
from xlreport.outputs.consolidated.signed import draw_signed_sheet


def consolidated_workbook(about: Publication) -> bytes:
    """The workbook as bytes, equal for equal input."""
    texts = texts_of(about.language)
    consolidation = about.consolidation
    form = consolidation.bound.form
    book = Book(title=f"{form.title.pick(about.language)} - {about.node}", subject=consolidation.bound.period.code)
    rows = plan_rows(about.node, consolidation.tree, consolidation.expected)
    # A workbook that has nothing to show still says what it is of.
    tables = [table for table in form.tables if _is_needed(table, rows, about)] or list(form.tables)
    signed = {table.table: book.page(table.number or table.table) for table in tables}
    planned = (*plan_sheets(form), *plan_earlier_sheets(consolidation.bound))
    sheets = [sheet for sheet in planned if sheet.table.table in signed or sheet.at is not None]
    pages = [book.page(_sheet_title(sheet, texts)) for sheet in sheets]
    compared = {table.table: book.page(_compared_title(table, texts)) for table in compared_tables(about)}
    known = places({page.name: sheet for page, sheet in zip(pages, sheets, strict=True)})
    for table in tables:
        draw_signed_sheet(signed[table.table], table, known, about, texts)
    for page, sheet in zip(pages, sheets, strict=True):
        draw_matrix(page, sheet, rows, known, about, texts)
    if compared:
        draw_compared(compared, known, about, texts)
    draw_coverage(book.page(texts("report.coverage_sheet")), rows, about, texts)
    if about.edition is not None and about.edition.number > 1:
        draw_changes(book.page(texts("report.changes_sheet")), about.edition, about, texts)
    draw_findings(book.page(texts("report.findings_sheet")), about, texts)
    draw_sources(book.page(texts("report.sources_sheet")), about, texts)
    return book.data()


def _is_needed(table: Table, rows: Sequence[MatrixRow], about: Publication) -> bool:
    """Whether a table is asked of anybody in the workbook, or a formula of another table looks into it."""
    nodes = [about.consolidation.tree.node(row.subject) for row in rows]
    kinds = {kind for node in nodes for kind in (node.level, node.unit_type)}
    formulas = about.consolidation.bound.formulas
    looked_into = {point.table for one in formulas if one.point.table != table.table for point in operands(one)}
    rows_with_figures = [one for one in table.indicators if one.is_received and one.measures != ()]
    is_asked = any(not one.filled_by or not kinds.isdisjoint(one.filled_by) for one in rows_with_figures)
    return is_asked or not rows_with_figures or table.table in looked_into


def _compared_title(table: Table, texts: Texts) -> str:
    short = texts("report.compared_short")
    room = MAX_SHEET_NAME - len(texts("report.matrix_sheet", table="", measure=short))
    return texts("report.matrix_sheet", table=cut(table.number or table.table, max(room, 0)), measure=short)


def _sheet_title(sheet: MatrixSheet, texts: Texts) -> str:
    """Number of the table and measure: "01a/CUM-Q Thực hiện". The measure stays whole where both are too long."""
    measure = sheet.measure
    key = f"measure_short.{measure.measure}"
    short = texts(key) if key in texts and measure.name is None else measure_label(measure, texts)
    if sheet.at is not None:
        short = f"{short} {texts(f'report.at_{sheet.at}_short')}"
    room = MAX_SHEET_NAME - len(texts("report.matrix_sheet", table="", measure=short))
    return texts("report.matrix_sheet", table=cut(sheet.table.number or sheet.table.table, max(room, 0)), measure=short)
