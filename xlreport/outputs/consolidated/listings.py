"""Findings and sources: plain lists, one row each, for whoever wants to follow a figure to its file."""

from __future__ import annotations

from collections.abc import Sequence

from xlreport.findings import Severity, hint, message
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, ERROR_FONT, HEADER, SMALL, TITLE, WARNING_FONT, Style, quotable
from xlreport.grid.writing import Page
from xlreport.language import Texts
from xlreport.outputs.consolidated.publication import Publication
from xlreport.sheets.statutory import footer_text

_HEADING_ROW = 3
_COLOURS = {Severity.ERROR: ERROR_FONT, Severity.WARNING: WARNING_FONT, Severity.INFO: None}


def draw_findings(page: Page, about: Publication, texts: Texts) -> None:
    """Every error, warning and note about the submissions and the totals."""
    labels = ("number", "code_column", "severity", "code", "sheet", "cell", "message", "hint", "file")
    rows = [
        (
            str(number),
            finding.location.unit or about.node,
            texts(f"severity.{finding.severity}"),
            finding.code,
            finding.location.sheet or "",
            finding.location.cell or "",
            quotable(message(finding, texts)),
            quotable(hint(finding, texts)),
            quotable(finding.location.file or ""),
        )
        for number, finding in enumerate(about.findings, 1)
    ]
    looks = [Style(border=True, wrap=True, colour=_COLOURS[finding.severity]) for finding in about.findings]
    widths = (5, 9, 10, 8, 13, 7, 50, 44, 26)
    _draw_list(page, texts("report.findings_title"), labels, rows, looks, widths, about, texts)
    if not rows:
        page.write(_HEADING_ROW + 1, 0, texts("report.no_findings"), SMALL)


def draw_sources(page: Page, about: Publication, texts: Texts) -> None:
    """Every submission: unit, file, hash, day of receipt, outcome, and whether it is in the totals."""
    labels: tuple[str, ...] = ("number", "code_column", "unit_column", "file", "hash", "received_on", "state",
                               "data_status", "in_totals")  # fmt: skip
    widths: tuple[float, ...] = (5, 9, 30, 32, 36, 12, 16, 12, 10)
    rows: list[tuple[str, ...]] = [
        (
            str(number),
            source.unit,
            about.name(source.unit),
            quotable(source.file),
            source.sha256,
            f"{source.received_on:%d/%m/%Y}",
            texts(f"report.{source.state}"),
            texts(f"status.{source.status}") if source.status else "",
            texts("report.yes" if source.state == "accepted" and source.is_counted else "report.no"),
        )
        for number, source in enumerate(about.sources, 1)
    ]
    if about.is_of_parts:
        labels, widths = (*labels[:3], "period_column", *labels[3:]), (*widths[:3], 12, *widths[3:])
        periods = [(source.period or about.period).short_label(texts.language) for source in about.sources]
        rows = [(*row[:3], period, *row[3:]) for row, period in zip(rows, periods, strict=True)]
    looks = [BODY] * len(rows)
    _draw_list(page, texts("report.sources_title"), labels, rows, looks, widths, about, texts)


def _draw_list(
    page: Page,
    title: str,
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    looks: Sequence[Style],
    widths: Sequence[float],
    about: Publication,
    texts: Texts,
) -> None:
    page.widths(widths)
    page.write(0, 0, title, TITLE.but(align="left", size=14, wrap=False))
    period = about.consolidation.bound.period.label(texts.language)
    page.write(1, 0, f"{about.name(about.node)} – {period}", SMALL.but(size=11))
    headings = [texts(f"report.{key}") for key in labels]
    for column, heading in enumerate(headings):
        page.write(_HEADING_ROW, column, heading, HEADER)
    page.row(_HEADING_ROW, row_height(zip(headings, widths, strict=True)))
    for row, (cells, look) in enumerate(zip(rows, looks, strict=True), _HEADING_ROW + 1):
        for column, text in enumerate(cells):
            page.write(row, column, text, look)
        page.row(row, row_height(zip(cells, widths, strict=True)))
    last = _HEADING_ROW + max(1, len(rows))
    if rows:
        page.autofilter(_HEADING_ROW, 0, last, len(labels) - 1)
    page.freeze(_HEADING_ROW + 1, 0)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(_HEADING_ROW, _HEADING_ROW),
        last_row=last,
        last_column=len(labels) - 1,
        footer=footer_text(about.name(about.node)),
    )
