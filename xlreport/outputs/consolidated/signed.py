"""The form's own layout filled with a node's totals: the sheet an office signs and sends up."""

from __future__ import annotations

from collections.abc import Mapping

from xlreport.aggregation import MISSING, Status, Value
from xlreport.aggregation.comparing import comparison_plan
from xlreport.aggregation.nodes import indicators_by_code
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import figure_decimals, operands
from xlreport.forms.model import Aggregation, Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import applies, is_reduced
from xlreport.grid.styles import BODY, DATE_FORMAT, FIGURE, LOCKED_FILL, MUTED, Style, number_format
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.matrix import TOTAL_ROW
from xlreport.layout.table import plan_table
from xlreport.outputs.consolidated.addresses import Places, in_row
from xlreport.outputs.consolidated.cells import attained_formula, constant
from xlreport.outputs.consolidated.notice import coverage_notice
from xlreport.outputs.consolidated.publication import Publication
from xlreport.sheets.comparisons import comparison_number_format, comparison_shown
from xlreport.sheets.statutory import SheetHeading, draw_table, table_footer
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
    reporting = texts("report.node_reporting", name=about.name(about.node))
    heading = SheetHeading(
        reporting=reporting,
        receiving=texts("report.receiving", name=about.receiver or "………………"),
        period=about.consolidation.bound.period.label(texts.language),
        signature=signature_lines(form, node.level, node.unit_type, texts),
        prepared_by=(texts("template.prepared_by"), texts("template.sign_name")),
        footer=table_footer(form, reporting),
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
        if point.table == table.table and point.measure == "actual" and (value.number is not None or value.counts)
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
        self._roles = {measure.role for measure in table.measures}
        bound = about.consolidation.bound
        self._indicators = indicators_by_code(bound)
        self._operands = {(one.point.table, one.point.indicator): operands(one) for one in bound.formulas}

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
                return self._status(indicator, point), BODY.but(align="center", size=10)
        given = self._about.consolidation.given[self._about.node]
        if not applies(self._table, indicator, measure) or not self._has_figure(indicator, measure, point):
            return "x", _CLOSED
        if point in given:
            is_words = indicator.is_choice or indicator.is_wording
            return self._given(indicator, point, value), (
                BODY.but(size=10) if is_words else self._look(indicator, measure, value)
            )
        if indicator.is_choice:
            formula = attained_formula(indicator, point, self._cells, value)
            return Formula(in_row(formula.text, TOTAL_ROW), formula.value), FIGURE.but(
                bold=True, number=number_format(0)
            )
        return self._reference(point, value), self._look(indicator, measure, value)

    def _has_figure(self, indicator: Indicator, measure: Measure, point: DataPoint) -> bool:
        """Whether the node has a figure here: computed, known to the register, aggregated, or its own.

        Where units' figures do not add up, comparisons and plans only follow from figures that the node was given.
        """
        given = self._about.consolidation.given[self._about.node]
        adds_up = not indicator.is_received or indicator.is_choice or indicator.across_units is not Aggregation.NONE
        if adds_up or point in given:
            return True
        if is_reduced(indicator, measure):
            return point._replace(measure="base") in given
        ratio = self._table.ratio(measure.measure)
        return ratio is not None and point._replace(measure=ratio.numerator) in given

    def _reference(self, point: DataPoint, value: Value) -> Formula:
        stored = comparison_shown(value, self._texts)
        return Formula(in_row(f"={self._cells.figure(point)}", TOTAL_ROW), stored)

    def _given(self, indicator: Indicator, point: DataPoint, value: Value) -> Formula:
        """A reference to a cell that may be blank, which a bare one would show as 0."""
        cell = self._cells.figure(point)
        return Formula(in_row(f'=IF({cell}="","",{cell})', TOTAL_ROW), constant(indicator, value, self._texts))

    def _qualifier(self, point: DataPoint) -> Content:
        value = self._about.values.get(point._replace(measure="actual"), MISSING)
        return self._texts(f"qualifier.{value.qualifier}") if value.qualifier else None

    def _status(self, indicator: Indicator, point: DataPoint) -> Content:
        """The status of the row's figure, where the node has one."""
        actual = self._table.measure("actual")
        if actual is None or not self._has_figure(indicator, actual, point._replace(measure="actual")):
            return None
        value = self._about.values.get(point._replace(measure="actual"), MISSING)
        has_value = value.number is not None or value.counts is not None
        return self._texts(f"status.{value.status}") if has_value else None

    def _look(self, indicator: Indicator, measure: Measure, value: Value) -> Style:
        """Words that belong to a figure are part of its number format: the cell stays a number."""
        holds = self._holds(indicator, value, self._largest_term(indicator, measure))
        if self._table.ratio(measure.measure) is not None:
            plan = comparison_plan(self._about.consolidation.bound, self._table, indicator, measure)
            is_words = measure.role is MeasureRole.ATTAINMENT
            return FIGURE.but(number=comparison_number_format(plan, self._texts, holds), wrap=is_words)
        if indicator.kind is Kind.DATE and indicator.across_units is not Aggregation.COUNT:
            return FIGURE.but(number=DATE_FORMAT, align="center")
        prefix = self._texts(f"qualifier.{value.qualifier}").lower() if value.qualifier else ""
        is_noted = self._mixed and value.status in _NOTED and MeasureRole.STATUS not in self._roles
        status = f"({self._texts(f'report.status_{value.status}')})" if is_noted else ""
        suffix = " ".join(part for part in (status, holds) if part)
        decimals = figure_decimals(indicator, measure.measure)
        number = number_format(decimals, "" if MeasureRole.QUALIFIER in self._roles else prefix, suffix)
        return FIGURE.but(number=number, bold=measure.measure == "actual")

    def _largest_term(self, indicator: Indicator, measure: Measure) -> int:
        """How many units are in the larger of the two sums that a column compares; 0 for any other column."""
        ratio = self._table.ratio(measure.measure)
        terms = (ratio.numerator, ratio.denominator) if ratio is not None else ()
        points = (DataPoint(self._table.table, indicator.code, term) for term in terms)
        return max((self._about.values.get(point, MISSING).units for point in points), default=0)

    def _holds(self, indicator: Indicator, value: Value, summed: int) -> str:
        """How many units are in a figure, of those that reported and are asked, where it is not all of them: (1/3).

        A percentage may hold fewer than a sum that stands beside it, as a plan of units that have not reported:
        then of the units `summed` there. Where units are counted, the figure itself says it.
        """
        if indicator.from_register or indicator.across_units is Aggregation.COUNT:
            return ""
        kinds = self._kinds_asked(self._table.table, indicator.code)
        nodes = map(self._about.consolidation.tree.node, self._about.coverage[self._about.node].accepted)
        reporting = sum(all({node.level, node.unit_type} & named for named in kinds) for node in nodes)
        every = max(reporting, summed)
        is_partial = value.number is not None and 0 < value.units < every
        return f"({value.units}/{every})" if is_partial else ""

    def _kinds_asked(self, table: str, code: str) -> set[frozenset[str]]:
        """The levels and unit types that a row is asked of, one set for each figure that a formula is made of."""
        named = self._indicators[table, code].filled_by
        parts = {(point.table, point.indicator) for point in self._operands.get((table, code), ())} - {(table, code)}
        below = {kinds for part in parts for kinds in self._kinds_asked(*part)}
        return below | ({frozenset(named)} if named else set())
