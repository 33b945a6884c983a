"""Facts and totals as tidy tables: one row per data point, plain decimals with a point."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from xlreport.aggregation import Consolidation, Value
from xlreport.datapoints import DataPoint
from xlreport.forms.comparisons import Shown, shown
from xlreport.forms.model import Aggregation, Form, Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.frames import totals_frame
from xlreport.language import DEFAULT_LANGUAGE, texts
from xlreport.numbers import plain

_KEY = ("table", "indicator", "measure")
#: Columns that say something about figures; what they say stands in columns of the tidy table.
_ABOUT_FIGURES = (MeasureRole.NOTE, MeasureRole.QUALIFIER, MeasureRole.STATUS)


def totals(consolidation: Consolidation) -> pl.DataFrame:
    """Every data point at every node above the units (columns of `frames.TOTALS`).

    A choice has one row per option: `text` is the option, `value` how many units chose it.
    """
    rows = (row for node in consolidation.nodes for row in _node_rows(consolidation, node))
    return totals_frame(rows)


def _node_rows(consolidation: Consolidation, node: str) -> Iterator[tuple[object, ...]]:
    bound, values, given = consolidation.bound, consolidation.nodes[node], consolidation.given[node]
    level = consolidation.tree.node(node).level
    expected = len(consolidation.expected[node])
    for point, table, indicator, measure, role in bound.cells:
        if role is CellRole.CLOSED or measure.role in _ABOUT_FIGURES:
            continue
        value = values.get(point, Value())
        # What a node was given, or follows from that alone, is no total: no units of so many are in it.
        is_own = point in given or (value.number is not None and not value.units)
        held = (None, None) if is_own else (value.units, expected)
        for number, text in _contents(indicator, value):
            yield (
                bound.form.form, bound.form.version, bound.period.code, node, level,
                *_names(point), number, text, value.status.value,
                value.qualifier.value if value.qualifier else None,
                _unit_measure(table, indicator, measure, DEFAULT_LANGUAGE), *held,
            )  # fmt: skip


def _names(point: DataPoint) -> tuple[str, str, str]:
    return point.table, point.indicator, point.measure


def _contents(indicator: Indicator, value: Value) -> list[tuple[str | None, str | None]]:
    """Value and text; for a choice how many chose each option, for a date the earliest or latest in ISO notation."""
    if indicator.is_choice:
        counts = value.counts or {}
        return [(str(counts.get(option.option, 0)) if counts else None, option.option) for option in indicator.options]
    if indicator.kind is Kind.DATE and indicator.across_units is not Aggregation.COUNT:
        return [(None, value.text)]
    return [(None if value.number is None else plain(value.number), value.text)]


def unit_measures(form: Form, language: str) -> pl.DataFrame:
    """The units of measure of a form in a language, by table, indicator and measure."""
    rows = [
        (table.table, indicator.code, measure.measure, _unit_measure(table, indicator, measure, language))
        for table in form.tables
        for indicator in table.indicators
        for measure in table.measures
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys((*_KEY, "unit_measure"), pl.String), orient="row")


def with_unit_measures(frame: pl.DataFrame, form: Form, language: str) -> pl.DataFrame:
    """Facts or totals with their units of measure in a language. Rows that the form does not have keep theirs."""
    named = unit_measures(form, language).rename({"unit_measure": "named"})
    joined = frame.join(named, on=_KEY, how="left", maintain_order="left")
    # What has no unit of measure, such as a note, gets none.
    unit = pl.when(pl.col("unit_measure").is_not_null()).then(pl.coalesce("named", "unit_measure"))
    return joined.with_columns(unit_measure=unit).drop("named")


def _unit_measure(table: Table, indicator: Indicator, measure: Measure, language: str) -> str | None:
    match shown(table, indicator, measure):
        case Shown.PERCENT | Shown.GROWTH | Shown.ATTAINMENT:
            return "%"
        case Shown.POINTS:
            return texts(language)("comparison.points")
        case Shown.RANKS:
            return texts(language)("comparison.ranks")
    unit_measure = table.unit_of(indicator)
    return unit_measure.pick(language) if unit_measure else None
