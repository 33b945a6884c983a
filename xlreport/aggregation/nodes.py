"""From the units' figures to the values of every node: components are aggregated, everything else follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from xlreport.aggregation.derive import Derivation, complete, complete_unit, derivation
from xlreport.aggregation.membership import consolidating_nodes, expected_units
from xlreport.aggregation.state import State
from xlreport.aggregation.values import Qualifier, Status, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Indicator, Kind
from xlreport.numbers import round_half_up
from xlreport.organisation.tree import Tree


@dataclass(frozen=True, slots=True)
class Consolidation:
    """The values of a form in a period at every unit that is expected and at every node above.

    `expected` lists the units beneath each node; a unit that did not report has only what the register knows.
    """

    bound: BoundForm
    tree: Tree
    expected: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Values]
    nodes: Mapping[str, Values]


def consolidate(bound: BoundForm, tree: Tree, facts: pl.DataFrame) -> Consolidation:
    """Aggregate facts (columns of `frames.FACTS`, standing submissions only) over the tree."""
    plan = derivation(bound)
    received = received_values(bound, facts.select(ReceivedFigure._fields).iter_rows())
    expected = {node: expected_units(bound.form, tree, node) for node in consolidating_nodes(bound.form, tree)}
    units = {
        unit: complete_unit(plan, received.get(unit, {}), tree.node(unit).unit_type)
        for unit in dict.fromkeys(unit for beneath in expected.values() for unit in beneath)
    }
    nodes = {node: _node_values(plan, [units[unit] for unit in beneath]) for node, beneath in expected.items()}
    return Consolidation(bound, tree, expected, units, nodes)


def indicators_by_code(bound: BoundForm) -> dict[tuple[str, str], Indicator]:
    """Every indicator by table and code."""
    return {(table.table, indicator.code): indicator for table in bound.form.tables for indicator in table.indicators}


class ReceivedFigure(NamedTuple):
    """The part of a fact that aggregation needs."""

    unit: str
    table: str
    indicator: str
    measure: str
    value: Decimal | None
    text: str | None
    status: str
    qualifier: str | None


def received_values(bound: BoundForm, figures: Iterable[tuple[Any, ...]]) -> dict[str, dict[DataPoint, Value]]:
    """The figures of each unit as values; each figure has the fields of `ReceivedFigure`."""
    indicators = indicators_by_code(bound)
    received: dict[str, dict[DataPoint, Value]] = {}
    for unit, table, code, measure, number, text, status, qualifier in figures:
        indicator = indicators.get((table, code))
        if indicator is None:
            continue
        is_choice = indicator.kind is Kind.CHOICE and measure != "note"
        received.setdefault(unit, {})[DataPoint(table, code, measure)] = Value(
            number=None if number is None else round_half_up(number, indicator.decimals),
            text=text,
            status=Status(status),
            qualifier=Qualifier(qualifier) if qualifier else None,
            counts={text: 1} if text and is_choice else None,
            units=0 if number is None and text is None else 1,
        )
    return received


def _node_values(plan: Derivation, units: list[Values]) -> Values:
    """Add up what units hold themselves; compute formulas and ratios from the sums."""
    derived = {formula.point for formula in plan.bound.formulas}
    derived |= {ratio.point for ratio in plan.ratios}
    derived |= {kept for ratio in plan.ratios if ratio.is_formula for _, kept in ratio.terms}
    states: dict[DataPoint, State] = {}
    for values in units:
        for point, value in values.items():
            if point not in derived:
                states.setdefault(point, State()).add(value)
    indicators = indicators_by_code(plan.bound)
    aggregated = {}
    for point, state in states.items():
        indicator = indicators[point.table, point.indicator]
        aggregated[point] = state.value(indicator.across_units, indicator.decimals)
    return complete(plan, aggregated)
