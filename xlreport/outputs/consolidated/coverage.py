"""Who has reported, who has not, who was sent back: per node in figures, per unit by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation import Coverage
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
from xlreport.outputs.consolidated.notice import coverage_notice
from xlreport.outputs.consolidated.publication import Publication, Source
from xlreport.refs import a1, absolute
from xlreport.sheets.statutory import footer_text

_CODE, _NAME, _PARENT, _STATE, _DAY, _DATA, _IN_TOTALS, _FILE = range(8)
_EXPECTED, _ACCEPTED, _REJECTED, _MISSING, _RATE = range(2, 7)
_WIDTHS = (11.0, 42.0, 13.0, 19.0, 14.0, 14.0, 11.0, 40.0)
_SUMMARY_ROW = 4
#: The states of units whose figures are in the totals.
_RECEIVED = ("accepted", "late", "disputed")
_LOOKS = {
    "accepted": Style(colour=GOOD_FONT),
    "late": Style(colour=WARNING_FONT, fill=WARNING_FILL),
    "disputed": Style(colour=WARNING_FONT, fill=WARNING_FILL),
    "rejected": Style(colour=ERROR_FONT, fill=ERROR_FILL),
    "missing": Style(colour=ERROR_FONT, fill=ERROR_FILL, bold=True),
}


def draw_coverage(page: Page, rows: Sequence[MatrixRow], about: Publication, texts: Texts) -> None:
    """Draw the sheet: a summary that counts the list beneath it, then every expected unit with its state."""
    page.widths(_WIDTHS)
    page.write(0, _CODE, texts("report.coverage_title"), TITLE.but(align="left", size=14, wrap=False))
    period = about.consolidation.bound.period.label(texts.language)
    page.write(1, _CODE, f"{about.name(about.node)} – {period}", SMALL.but(size=11))
    notice, style = coverage_notice(about, texts)
    page.merge(2, _CODE, _FILE, notice, style)
    page.row(2, row_height([(notice, sum(_WIDTHS))]))
    nodes = [line for line in rows if not line.is_unit]
    units = [line for line in rows if line.is_unit]
    first_unit_row = _SUMMARY_ROW + 1 + len(nodes) + 2
    unit_rows = {line.subject: first_unit_row + position for position, line in enumerate(units)}
    _draw_summary(page, nodes, unit_rows, about, texts)
    _draw_units(page, units, unit_rows, first_unit_row - 1, about, texts)
    last = max(unit_rows.values(), default=first_unit_row)
    page.hide_gridlines()
    page.print_layout(last_row=last, last_column=_FILE, footer=footer_text(about.name(about.node)))


def _draw_summary(
    page: Page, nodes: Sequence[MatrixRow], unit_rows: Mapping[str, int], about: Publication, texts: Texts
) -> None:
    labels = ("code_column", "unit_column", "summary_expected", "summary_accepted", "summary_rejected",
              "summary_missing", "summary_rate")  # fmt: skip
    _draw_labels(page, _SUMMARY_ROW, labels, texts)
    for row, line in enumerate(nodes, _SUMMARY_ROW + 1):
        own = about.coverage[line.subject]
        runs = unbroken_runs(unit_rows[unit] for unit in own.expected)
        of_all: dict[str, object] = {"fill": TOTAL_FILL, "bold": True} if line.depth == 0 else {}
        look, name = FIGURE.but(number=number_format(0), **of_all), about.name(line.subject)
        page.write(row, _CODE, line.subject, BODY.but(**of_all))
        page.write(row, _NAME, name, BODY.but(indent=line.depth, **of_all))
        page.row(row, row_height([(name, _WIDTHS[_NAME] - 2 * line.depth)]))
        page.write(row, _EXPECTED, _expected(row, own), look)
        page.write(row, _ACCEPTED, _count(runs, _RECEIVED, len(own.accepted), texts), look)
        page.write(row, _REJECTED, _count(runs, ("rejected",), len(own.rejected), texts), look)
        page.write(row, _MISSING, _count(runs, ("missing",), len(own.missing), texts), look)
        page.write(row, _RATE, _rate(row, own), look.but(number=number_format(1)))


def _expected(row: int, own: Coverage) -> Formula:
    """Accepted, sent back and missing: every expected unit is one of the three."""
    return Formula(f"=SUM({a1(row, _ACCEPTED)}:{a1(row, _MISSING)})", Decimal(len(own.expected)))


def _count(runs: Sequence[tuple[int, int]], states: Sequence[str], value: int, texts: Texts) -> Formula:
    parts = [
        f'COUNTIF({absolute(first, _STATE)}:{absolute(last, _STATE)},"{texts(f"report.{state}")}")'
        for state in states
        for first, last in runs
    ]
    return Formula("=" + ("+".join(parts) or "0"), Decimal(value))


def _rate(row: int, own: Coverage) -> Formula:
    expected, accepted = a1(row, _EXPECTED), a1(row, _ACCEPTED)
    value = round_half_up(Fraction(100 * len(own.accepted), len(own.expected)), 1) if own.expected else "—"
    return Formula(f'=IF({expected}=0,"—",ROUND({accepted}/{expected}*100,1))', value)


def _draw_units(
    page: Page,
    units: Sequence[MatrixRow],
    unit_rows: Mapping[str, int],
    labels_row: int,
    about: Publication,
    texts: Texts,
) -> None:
    labels = ("code_column", "unit_column", "parent", "state", "received_on", "data_status", "in_totals", "file")
    _draw_labels(page, labels_row, labels, texts)
    own = about.coverage[about.node]
    latest = _latest(about.sources)
    tree = about.consolidation.tree
    for line in units:
        row, unit = unit_rows[line.subject], line.subject
        state, source = own.states[unit], latest.get(unit)
        name, label, file = about.name(unit), texts(f"report.{state}"), quotable(source.file) if source else ""
        page.write(row, _CODE, unit, BODY)
        page.write(row, _NAME, name, BODY)
        page.write(row, _PARENT, tree.parent(unit) or "", BODY)
        page.write(row, _STATE, label, _LOOKS[state].but(border=True, wrap=True))
        page.write(row, _DAY, f"{source.received_on:%d/%m/%Y}" if source else "", BODY.but(align="center"))
        page.write(row, _DATA, texts(f"status.{source.status}") if source and source.status else "", BODY)
        in_totals = texts("report.yes" if state in _RECEIVED else "report.no")
        page.write(row, _IN_TOTALS, in_totals, BODY.but(align="center"))
        page.write(row, _FILE, file, BODY.but(size=10))
        page.row(row, row_height([(name, _WIDTHS[_NAME]), (label, _WIDTHS[_STATE]), (file, _WIDTHS[_FILE])]))


def _draw_labels(page: Page, row: int, keys: Sequence[str], texts: Texts) -> None:
    labels = [texts(f"report.{key}") for key in keys]
    for column, label in enumerate(labels):
        page.write(row, column, label, HEADER)
    page.row(row, row_height(zip(labels, _WIDTHS, strict=False)))


def _latest(sources: Sequence[Source]) -> dict[str, Source]:
    """The submission that decides a unit's state: the accepted one, else the newest."""
    decisive: dict[str, Source] = {}
    for source in sources:
        before = decisive.get(source.unit)
        if before is None or before.state != "accepted" or source.state == "accepted":
            decisive[source.unit] = source
    return decisive
