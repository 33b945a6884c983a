"""From the units' figures to the values of every node: components are aggregated, everything else follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from xlreport.aggregation.derive import Derivation, complete, complete_unit, derivation
from xlreport.aggregation.membership import consolidating_nodes, expected_units
from xlreport.aggregation.state import State
from xlreport.aggregation.values import Qualifier, Status, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.dates import from_serial, serial
from xlreport.forms.answers import ANSWERED
from xlreport.forms.expressions import BoundForm, figure_decimals, point_of
from xlreport.forms.model import Aggregation, Indicator, Kind
from xlreport.forms.roles import Filler
from xlreport.numbers import round_half_up
from xlreport.organisation.tree import Tree


@dataclass(frozen=True, slots=True)
class Consolidation:
    """The values of a form in a period at every unit that is expected and at every node above.

    `expected` lists the units beneath each node; a unit that did not report has only what the register knows.
    `given` are the points of each node that were not added up: set by the form, or assigned to the node.
    """

    bound: BoundForm
    tree: Tree
    expected: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Values]
    nodes: Mapping[str, Values]
    given: Mapping[str, frozenset[DataPoint]]


def consolidate(
    bound: BoundForm, tree: Tree, facts: pl.DataFrame, earlier: Mapping[str, Consolidation] | None = None
) -> Consolidation:
    """Aggregate facts (columns of `frames.FACTS`, standing submissions only) over the tree.

    `earlier` are consolidations over the same tree, by the name that references use for their period
    ("previous", "same_period").
    """
    plan = derivation(bound)
    received = received_values(bound, facts.select(ReceivedFigure._fields).iter_rows())
    expected = {node: expected_units(bound.form, tree, node) for node in consolidating_nodes(bound.form, tree)}
    before = _Earlier(bound, earlier or {})
    units: dict[str, Values] = {}
    for unit in dict.fromkeys(unit for beneath in expected.values() for unit in beneath):
        node = tree.node(unit)
        own = {**received.get(unit, {}), **before.of_unit(unit)}
        units[unit] = complete_unit(plan, own, node.unit_type, node.level)
    nodes: dict[str, Values] = {}
    given: dict[str, frozenset[DataPoint]] = {}
    for node_code, beneath in expected.items():
        filler = Filler(tree.node(node_code).level, tree.node(node_code).unit_type, reports=False)
        own = plan.given(filler, received.get(node_code, {}))
        given[node_code] = frozenset(own)
        nodes[node_code] = _node_values(plan, [units[unit] for unit in beneath], own, before.of_node(node_code))
    return Consolidation(bound, tree, expected, units, nodes, given)


class _Earlier:
    """The figures of earlier periods that a form refers to, under points of their own."""

    def __init__(self, bound: BoundForm, consolidations: Mapping[str, Consolidation]) -> None:
        self._wanted = [
            (point_of(ref), point_of(replace(ref, at=None)), consolidations[ref.at])
            for ref in bound.earlier
            if ref.at is not None and ref.at in consolidations
        ]

    def of_unit(self, unit: str) -> dict[DataPoint, Value]:
        return {
            kept: then.units[unit][point] for kept, point, then in self._wanted if point in then.units.get(unit, {})
        }

    def of_node(self, node: str) -> dict[DataPoint, Value]:
        return {
            kept: then.nodes[node][point] for kept, point, then in self._wanted if point in then.nodes.get(node, {})
        }


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
        if indicator is not None:
            point = DataPoint(table, code, measure)
            read = Value(
                number=None if number is None else round_half_up(number, figure_decimals(indicator, measure)),
                text=text,
                status=Status(status),
                qualifier=Qualifier(qualifier) if qualifier else None,
                units=0 if number is None and text is None else 1,
            )
            received.setdefault(unit, {})[point] = read if measure == "note" else _of_its_kind(read, indicator)
    return received


def _of_its_kind(value: Value, indicator: Indicator) -> Value:
    """Answers are counted by option, words of the clerk's own as answered; a date is also a number of days."""
    if value.text is None:
        return value
    if indicator.is_choice:
        return replace(value, counts={value.text: 1})
    if indicator.kind is Kind.DATE:
        day = Decimal(serial(date.fromisoformat(value.text)))
        return replace(value, number=day, counts={ANSWERED: 1})
    return replace(value, counts={ANSWERED: 1}) if indicator.is_wording else value


def _node_values(plan: Derivation, units: list[Values], given: Values, before: Values) -> Values:
    """Add up what units hold themselves; compute formulas and comparisons from the sums."""
    own_terms = [one for one in plan.comparisons if one.has_own_terms(given)]
    left_out = {formula.point for formula in plan.bound.formulas} | {one.point for one in plan.comparisons}
    left_out |= {kept for one in own_terms for _, kept in one.terms} | set(given) | set(before)
    states: dict[DataPoint, State] = {}
    for values in units:
        for point, value in values.items():
            if point not in left_out:
                states.setdefault(point, State()).add(value)
    indicators = indicators_by_code(plan.bound)
    sources = {kept: source for one in plan.comparisons for source, kept in one.terms}
    aggregated: dict[DataPoint, Value] = {}
    for point, state in states.items():
        indicator = indicators[point.table, point.indicator]
        value = state.value(indicator.across_units, figure_decimals(indicator, sources.get(point, point).measure))
        is_day = indicator.kind is Kind.DATE and indicator.across_units is not Aggregation.COUNT
        aggregated[point] = _as_date(value) if is_day else value
    return complete(plan, {**aggregated, **before, **given}, given)


def _as_date(value: Value) -> Value:
    day = None if value.number is None else from_serial(int(value.number))
    return value if day is None else replace(value, text=day.isoformat())
