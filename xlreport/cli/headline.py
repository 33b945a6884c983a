"""The first totals of each table, side by side for the nodes of an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from xlreport.aggregation import Consolidation, Status, Value
from xlreport.aggregation.values import MISSING
from xlreport.cli.console import INDENT, aligned
from xlreport.datapoints import DataPoint
from xlreport.forms.model import Indicator, Table
from xlreport.language import Texts
from xlreport.numbers import format_number

#: More rows and nodes than these belong in a workbook.
_INDICATORS, _NODES = 7, 3
_ABSENT = "—"
_NOTED = (Status.ESTIMATED, Status.PROVISIONAL)


def headline_lines(consolidation: Consolidation, texts: Texts) -> list[str]:
    """A small table for each table of the form."""
    nodes = list(islice(consolidation.nodes, _NODES))
    return [line for table in consolidation.bound.form.tables for line in _table(consolidation, table, nodes, texts)]


def _table(consolidation: Consolidation, table: Table, nodes: list[str], texts: Texts) -> list[str]:
    measure = "actual" if table.measure("actual") else table.measures[0].measure
    points = {
        DataPoint(table.table, indicator.code, measure): indicator for indicator in table.indicators[:_INDICATORS]
    }
    status = _common_status(consolidation, nodes, points)
    rows = [["", *nodes]]
    for point, indicator in points.items():
        cells = [_cell(consolidation, node, point, indicator, status, texts) for node in nodes]
        rows.append([_row_name(table, indicator, texts), *cells])
    lines = aligned(rows, range(1, 1 + len(nodes)))
    return [_title(table, status, texts), *(f"{INDENT}{line}" for line in lines), ""]


def _title(table: Table, status: Status | None, texts: Texts) -> str:
    title = table.title.pick(texts.language)
    if status in _NOTED:
        title = f"{title}, {texts(f'report.status_{status}')}"
    return texts("cli.headline.with-completion", title=title) if table.measure("completion") else title


def _row_name(table: Table, indicator: Indicator, texts: Texts) -> str:
    name = f"{INDENT * indicator.indent}{indicator.name.pick(texts.language)}"
    unit_measure = table.unit_of(indicator)
    return f"{name} ({unit_measure.pick(texts.language)})" if unit_measure else name


def _common_status(consolidation: Consolidation, nodes: list[str], points: Iterable[DataPoint]) -> Status | None:
    """The status that all figures share, which is then said once."""
    values = (consolidation.nodes[node].get(point, MISSING) for node in nodes for point in points)
    found = {value.status for value in values if value.number is not None}
    return found.pop() if len(found) == 1 else None


def _cell(
    consolidation: Consolidation,
    node: str,
    point: DataPoint,
    indicator: Indicator,
    common: Status | None,
    texts: Texts,
) -> str:
    """The figure with what qualifies it, and how much of the plan it is."""
    values = consolidation.nodes[node]
    value = values.get(point, MISSING)
    words = [_figure(value, indicator, texts)]
    if value.status in _NOTED and value.status is not common:
        words.append(texts(f"report.status_{value.status}"))
    completion = values.get(point._replace(measure="completion"), MISSING).number
    if completion is not None:
        decimals = consolidation.bound.form.percent_decimals
        words.append(f"({format_number(completion, texts.language, decimals)}%)")
    return " ".join(words)


def _figure(value: Value, indicator: Indicator, texts: Texts) -> str:
    if indicator.is_choice and value.counts:
        attained = sum(value.counts.get(option, 0) for option in indicator.achieved)
        return f"{attained}/{sum(value.counts.values())}"
    if value.number is None:
        return _ABSENT
    number = format_number(value.number, texts.language, indicator.decimals)
    return f"{texts(f'qualifier.{value.qualifier}').lower()} {number}" if value.qualifier else number
