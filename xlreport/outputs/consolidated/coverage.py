"""Who has reported, who has not, who was sent back: per node in figures, per unit by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation import Report
from xlreport.aggregation.coverage import RECEIVED
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import (
    BODY,
    ERROR_FILL,
    ERROR_FONT,
    FIGURE,
    GOOD_FONT,
    HEADER,
    SMALL,
    TITLE,
    TOTAL_FILL,
    WARNING_FILL,
    WARNING_FONT,
    Style,
    number_format,
    quotable,
)
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.layout.matrix import MatrixRow, unbroken_runs
from xlreport.numbers import round_half_up
from xlreport.outputs.consolidated.notice import coverage_notice, edition_line
from xlreport.outputs.consolidated.publication import Publication, Source
from xlreport.periods import Period
from xlreport.refs import a1, absolute
from xlreport.sheets.statutory import footer_text

_CODE, _NAME = 0, 1
_EXPECTED, _ACCEPTED, _REJECTED, _MISSING, _ON_TIME, _LATE, _RATE, _RATE_ON_TIME = range(2, 10)
_SUMMARY = ("code_column", "unit_column", "summary_expected", "summary_accepted", "summary_rejected",
            "summary_missing", "summary_on_time", "summary_late", "summary_rate", "summary_rate_on_time")  # fmt: skip
#: The columns of the list, and their widths. The period is told where units report for several.
_LIST = {"code_column": 11.0, "unit_column": 42.0, "parent": 13.0, "period_column": 13.0, "state": 19.0,
         "received_on": 14.0, "data_status": 14.0, "in_totals": 11.0, "timeliness": 11.0, "file": 40.0}  # fmt: skip
_SUMMARY_ROW = 5
_LOOKS = {
    "accepted": Style(colour=GOOD_FONT),
    "late": Style(colour=WARNING_FONT, fill=WARNING_FILL),
    "disputed": Style(colour=WARNING_FONT, fill=WARNING_FILL),
    "rejected": Style(colour=ERROR_FONT, fill=ERROR_FILL),
    "missing": Style(colour=ERROR_FONT, fill=ERROR_FILL, bold=True),
}


@dataclass(frozen=True, slots=True)
class _List:
    """The list of reports: its columns in order, and the row of each report."""

    columns: tuple[str, ...]
    reports: tuple[Report, ...]
    first_row: int

    @property
    def widths(self) -> list[float]:
        return [_LIST[key] for key in self.columns]

    def column(self, key: str) -> int:
        return self.columns.index(key)

    def runs(self, rows: Collection[str]) -> tuple[tuple[int, int], ...]:
        """The rows of the reports that count under units."""
        return unbroken_runs(row for row, report in enumerate(self.reports, self.first_row) if report.row in rows)


def draw_coverage(page: Page, rows: Sequence[MatrixRow], about: Publication, texts: Texts) -> None:
    """Draw the sheet: a summary that counts the list beneath it, then every expected report with its state."""
    nodes = [line for line in rows if not line.is_unit]
    columns = tuple(key for key in _LIST if key != "period_column" or about.is_of_parts)
    order = {line.subject: place for place, line in enumerate(rows) if line.is_unit}
    reports = tuple(sorted(about.expected_reports(), key=lambda one: (order[one.row], one.period.start)))
    listed = _List(columns, reports, _SUMMARY_ROW + 1 + len(nodes) + 2)
    last_column = max(len(columns) - 1, _RATE_ON_TIME)
    page.widths([*listed.widths, *[11.0] * (last_column + 1 - len(columns))])
    page.write(0, _CODE, texts("report.coverage_title"), TITLE.but(align="left", size=14, wrap=False))
    page.write(1, _CODE, f"{about.name(about.node)} – {about.period.label(texts.language)}", SMALL.but(size=11))
    notice, style = coverage_notice(about, texts)
    page.merge(2, _CODE, last_column, notice, style)
    page.row(2, row_height([(notice, sum(listed.widths))]))
    page.write(3, _CODE, edition_line(about, texts), SMALL.but(size=11, wrap=False))
    _draw_summary(page, nodes, listed, about, texts)
    _draw_reports(page, listed, about, texts)
    page.hide_gridlines()
    last = listed.first_row + max(len(reports), 1) - 1
    page.print_layout(last_row=last, last_column=last_column, footer=footer_text(about.name(about.node)))


def _draw_summary(page: Page, nodes: Sequence[MatrixRow], listed: _List, about: Publication, texts: Texts) -> None:
    widths = [*listed.widths, 11.0]
    _draw_labels(page, _SUMMARY_ROW, _SUMMARY, widths, texts)
    for row, line in enumerate(nodes, _SUMMARY_ROW + 1):
        beneath = set(about.coverage[line.subject].expected)
        own = [report for report in listed.reports if report.row in beneath]
        counts = _Counts(listed, listed.runs(beneath), own, texts)
        of_all: dict[str, object] = {"fill": TOTAL_FILL, "bold": True} if line.depth == 0 else {}
        look, name = FIGURE.but(number=number_format(0), **of_all), about.name(line.subject)
        page.write(row, _CODE, line.subject, BODY.but(**of_all))
        page.write(row, _NAME, name, BODY.but(indent=line.depth, **of_all))
        page.row(row, row_height([(name, widths[_NAME] - 2 * line.depth)]))
        for column, content in counts.cells(row).items():
            page.write(row, column, content, look)
        for column, part in ((_RATE, _ACCEPTED), (_RATE_ON_TIME, _ON_TIME)):
            page.write(row, column, counts.rate(row, part), look.but(number=number_format(1)))


class _Counts:
    """The counts of the reports beneath a node, as formulas over the list."""

    def __init__(self, listed: _List, runs: Sequence[tuple[int, int]], reports: Sequence[Report], texts: Texts) -> None:
        self._listed, self._runs, self._texts = listed, runs, texts
        self._values = {
            _ACCEPTED: sum(one.is_received for one in reports),
            _REJECTED: sum(one.state == "rejected" for one in reports),
            _MISSING: sum(one.state == "missing" for one in reports),
            _LATE: sum(one.is_late for one in reports),
        }
        self._values[_EXPECTED] = len(reports)
        self._values[_ON_TIME] = self._values[_ACCEPTED] - self._values[_LATE]

    def cells(self, row: int) -> dict[int, Formula]:
        """By column. Every expected report is received, sent back or missing; what is not late came in time."""
        return {
            _EXPECTED: self._formula(_EXPECTED, f"=SUM({a1(row, _ACCEPTED)}:{a1(row, _MISSING)})"),
            _ACCEPTED: self._formula(_ACCEPTED, self._count("state", RECEIVED)),
            _REJECTED: self._formula(_REJECTED, self._count("state", ("rejected",))),
            _MISSING: self._formula(_MISSING, self._count("state", ("missing",))),
            _ON_TIME: self._formula(_ON_TIME, f"={a1(row, _ACCEPTED)}-{a1(row, _LATE)}"),
            _LATE: self._formula(_LATE, self._count("timeliness", ("is_late",))),
        }

    def rate(self, row: int, part: int) -> Formula:
        """Per cent of the expected reports."""
        expected = self._values[_EXPECTED]
        value = round_half_up(Fraction(100 * self._values[part], expected), 1) if expected else "—"
        cell = a1(row, _EXPECTED)
        return Formula(f'=IF({cell}=0,"—",ROUND({a1(row, part)}/{cell}*100,1))', value)

    def _formula(self, column: int, text: str) -> Formula:
        return Formula(text, Decimal(self._values[column]))

    def _count(self, key: str, labels: Sequence[str]) -> str:
        column = self._listed.column(key)
        parts = [
            f'COUNTIF({absolute(first, column)}:{absolute(last, column)},"{self._texts(f"report.{label}")}")'
            for label in labels
            for first, last in self._runs
        ]
        return "=" + ("+".join(parts) or "0")


def _draw_reports(page: Page, listed: _List, about: Publication, texts: Texts) -> None:
    _draw_labels(page, listed.first_row - 1, listed.columns, listed.widths, texts)
    latest = _latest(about)
    for row, report in enumerate(listed.reports, listed.first_row):
        source = latest.get((report.period, report.unit))
        cells = _report_cells(report, source, about, texts)
        for column, key in enumerate(listed.columns):
            page.write(row, column, *cells[key])
        tall = ("unit_column", "state", "file")
        page.row(row, row_height([(str(cells[key][0]), _LIST[key]) for key in tall]))


def _report_cells(
    report: Report, source: Source | None, about: Publication, texts: Texts
) -> dict[str, tuple[str, Style]]:
    """What stands in the columns of the list, and how it looks."""
    middle = BODY.but(align="center")
    time = ("is_late" if report.is_late else "is_on_time") if report.is_received else ""
    return {
        "code_column": (report.unit, BODY),
        "unit_column": (about.name(report.unit), BODY),
        "parent": (about.consolidation.tree.parent(report.row) or "", BODY),
        "period_column": (report.period.short_label(texts.language), middle),
        "state": (texts(f"report.{report.state}"), _LOOKS[report.state].but(border=True, wrap=True)),
        "received_on": (f"{source.received_on:%d/%m/%Y}" if source else "", middle),
        "data_status": (texts(f"status.{source.status}") if source and source.status else "", BODY),
        "in_totals": (texts("report.yes" if about.is_in_totals(report) else "report.no"), middle),
        "timeliness": (texts(f"report.{time}") if time else "", middle),
        "file": (quotable(source.file) if source else "", BODY.but(size=10)),
    }


def _draw_labels(page: Page, row: int, keys: Sequence[str], widths: Sequence[float], texts: Texts) -> None:
    labels = [texts(f"report.{key}") for key in keys]
    for column, label in enumerate(labels):
        page.write(row, column, label, HEADER)
    page.row(row, row_height(zip(labels, widths, strict=False)))


def _latest(about: Publication) -> dict[tuple[Period, str], Source]:
    """The submission that decides a report's state: the accepted one, else the newest."""
    decisive: dict[tuple[Period, str], Source] = {}
    for source in about.sources:
        key = source.period or about.period, source.unit
        before = decisive.get(key)
        if before is None or before.state != "accepted" or source.state == "accepted":
            decisive[key] = source
    return decisive
