"""The form's own layout filled with a node's totals: the sheet an office signs and sends up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.aggregation import MISSING, Status, Value
from xlreport.aggregation.comparing import comparison_plan
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import figure_decimals
from xlreport.forms.model import Aggregation, Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import applies
from xlreport.grid.styles import BODY, DATE_FORMAT, FIGURE, LOCKED_FILL, MUTED, Style, number_format
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.matrix import TOTAL_ROW
from xlreport.layout.table import plan_table
from xlreport.outputs.consolidated.addresses import Places, in_row
from xlreport.outputs.consolidated.cells import answer_shown, attained_formula
from xlreport.outputs.consolidated.notice import coverage_notice
from xlreport.outputs.consolidated.publication import Publication
from xlreport.sheets.comparisons import comparison_number_format, comparison_shown
from xlreport.sheets.statutory import SheetHeading, draw_table
from xlreport.sheets.unit_workbook import signature_lines

_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_NOTED = (Status.ESTIMATED, Status.PROVISIONAL)


def draw_signed_sheet(page: Page, table: Table, known: Places, about: Publication, texts: Texts) -> None:
    """Draw one table with the node's totals, each a reference to the matrix sheet where it is computed."""
    form = about.consolidation.bound.form
    statuses = _statuses(table, about.values)
    sheet = _SignedSheet(table, known, about, texts, mixed=len(statuses) > 1)
    layout = plan_table(table)
    notice, notice_style = coverage_notice(about, texts)
    node = about.consolidation.tree.node(about.node)
    heading = SheetHeading(
        reporting=texts("report.node_reporting", name=about.name(about.node)),
        receiving=texts("report.receiving", name=about.receiver or "………………"),
        period=about.consolidation.bound.period.label(texts.language),
        signature=signature_lines(form, node.level, node.unit_type, texts),
        prepared_by=(texts("template.prepared_by"), texts("template.sign_name")),
        notice=about.notice,
        status=(texts("template.status_label"), _status_text(statuses, texts), Style(bold=True, align="center")),
        banner=(notice, notice_style.but(align="center")),
    )
    draw_table(page, form, table, layout, heading, sheet.fill, texts)


def _statuses(table: Table, values: Mapping[DataPoint, Value]) -> list[Status]:
    """The statuses of the figures of the period, estimates first."""
    found = {
        value.status
        for point, value in values.items()
        if point.table == table.table and point.measure == "actual" and value.number is not None
    }
    return [status for status in (*_NOTED, Status.NORMAL) if status in found]


def _status_text(statuses: list[Status], texts: Texts) -> str:
    return texts(f"status.{statuses[0] if statuses else Status.MISSING}")


class _SignedSheet:
    """What fills the cells of a node's statutory sheet."""

    def __init__(self, table: Table, known: Places, about: Publication, texts: Texts, *, mixed: bool) -> None:
        self._table = table
        self._about = about
        self._texts = texts
        self._mixed = mixed
        self._cells = known.any_row(None)
        self._has_qualifiers = any(measure.role is MeasureRole.QUALIFIER for measure in table.measures)

    def fill(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        """Content and look of a cell."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        value = self._about.values.get(point, MISSING)
        match measure.role:
            case MeasureRole.NOTE:
                return None, BODY.but(size=10)
            case MeasureRole.QUALIFIER:
                return self._qualifier(point), BODY.but(align="center", size=10)
            case MeasureRole.STATUS:
                return self._status(point), BODY.but(align="center", size=10)
        is_given = point in self._about.consolidation.given[self._about.node]
        if not applies(self._table, indicator, measure) or not (is_given or _adds_up(indicator)):
            return "x", _CLOSED
        if indicator.is_choice and not is_given:
            formula = attained_formula(indicator, point, self._cells, value)
            return Formula(in_row(formula.text, TOTAL_ROW), formula.value), FIGURE.but(
                bold=True, number=number_format(0)
            )
        if indicator.is_wording and is_given:
            return value.text, BODY.but(size=10)
        if indicator.is_choice:
            return self._own(point, answer_shown(indicator, value, self._texts)), BODY.but(align="center")
        shown = comparison_shown(value, self._texts)
        if is_given:
            return self._own(point, shown), self._look(indicator, measure, value)
        return Formula(in_row(f"={self._cells.figure(point)}", TOTAL_ROW), shown), self._look(indicator, measure, value)

    def _own(self, point: DataPoint, shown: Decimal | str | None) -> Formula:
        """What the node itself entered, or not: a bare reference to a blank cell would be 0."""
        cell = self._cells.figure(point)
        return Formula(in_row(f'=IF({cell}="","",{cell})', TOTAL_ROW), shown)

    def _qualifier(self, point: DataPoint) -> Content:
        value = self._about.values.get(point._replace(measure="actual"), MISSING)
        return self._texts(f"qualifier.{value.qualifier}") if value.qualifier else None

    def _status(self, point: DataPoint) -> Content:
        value = self._about.values.get(point._replace(measure="actual"), MISSING)
        has_value = value.number is not None or value.counts is not None
        return self._texts(f"status.{value.status}") if has_value else None

    def _look(self, indicator: Indicator, measure: Measure, value: Value) -> Style:
        """Words that belong to a figure are part of its number format: the cell stays a number."""
        holds = self._holds(indicator, value)
        if self._table.ratio(measure.measure) is not None:
            plan = comparison_plan(self._about.consolidation.bound, self._table, indicator, measure)
            is_words = measure.role is MeasureRole.ATTAINMENT
            return FIGURE.but(number=comparison_number_format(plan, self._texts, holds), wrap=is_words)
        if indicator.kind is Kind.DATE and indicator.across_units is not Aggregation.COUNT:
            return FIGURE.but(number=DATE_FORMAT)
        prefix = self._texts(f"qualifier.{value.qualifier}").lower() if value.qualifier else ""
        status = f"({self._texts(f'report.status_{value.status}')})" if self._mixed and value.status in _NOTED else ""
        suffix = " ".join(part for part in (status, holds) if part)
        decimals = figure_decimals(indicator, measure.measure)
        number = number_format(decimals, "" if self._has_qualifiers else prefix, suffix)
        return FIGURE.but(number=number, bold=measure.measure == "actual")

    def _holds(self, indicator: Indicator, value: Value) -> str:
        """How many of the units that reported are in a figure, where it is not all of them: (1/3)."""
        reporting = len(self._about.coverage[self._about.node].accepted)
        is_partial = value.number is not None and 0 < value.units < reporting
        return f"({value.units}/{reporting})" if is_partial and not indicator.from_register else ""


def _adds_up(indicator: Indicator) -> bool:
    """Whether a node has a figure of its own: computed, known to the register, or aggregated."""
    return not indicator.is_received or indicator.is_choice or indicator.across_units is not Aggregation.NONE
