"""The consolidated workbook of a node: the signed sheet first, then how its totals came about."""

from __future__ import annotations

from xlreport.grid.writing import MAX_SHEET_NAME, Book, cut
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.matrix import MatrixSheet, plan_earlier_sheets, plan_rows, plan_sheets
from xlreport.outputs.consolidated.addresses import places
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
    signed = {table.table: book.page(table.number or table.table) for table in form.tables}
    sheets = (*plan_sheets(form), *plan_earlier_sheets(consolidation.bound))
    pages = [book.page(_sheet_title(sheet, texts)) for sheet in sheets]
    rows = plan_rows(about.node, consolidation.tree, consolidation.expected)
    known = places({page.name: sheet for page, sheet in zip(pages, sheets, strict=True)})
    for table in form.tables:
        draw_signed_sheet(signed[table.table], table, known, about, texts)
    for page, sheet in zip(pages, sheets, strict=True):
        draw_matrix(page, sheet, rows, known, about, texts)
    draw_coverage(book.page(texts("report.coverage_sheet")), rows, about, texts)
    draw_findings(book.page(texts("report.findings_sheet")), about, texts)
    draw_sources(book.page(texts("report.sources_sheet")), about, texts)
    return book.data()


def _sheet_title(sheet: MatrixSheet, texts: Texts) -> str:
    """Number of the table and measure: "01a/CUM-Q Thực hiện". The measure stays whole where both are too long."""
    measure = sheet.measure
    key = f"measure_short.{measure.measure}"
    short = texts(key) if key in texts else measure.measure
    if sheet.at is not None:
        short = f"{short} {texts(f'report.at_{sheet.at}_short')}"
    room = MAX_SHEET_NAME - len(texts("report.matrix_sheet", table="", measure=short))
    return texts("report.matrix_sheet", table=cut(sheet.table.number or sheet.table.table, max(room, 0)), measure=short)
