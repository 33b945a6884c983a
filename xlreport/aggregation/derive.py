"""Everything that follows from a subject's figures: carried figures, formulas, comparisons of two measures.

A subject is a unit or a node. Each derived value is computed exactly, from the values it refers to as
they are stored, just as the live formula beside it does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.comparing import ComparisonPlan, comparison_plan, comparison_value
from xlreport.aggregation.values import MISSING, Qualifier, Status, Value, combine_status, units_held
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundFormula, operands, point_of
from xlreport.forms.measures import UPPER
from xlreport.forms.model import Aggregation, Goal, Indicator, Measure
from xlreport.forms.roles import CellRole, Filler, is_of_its_kind, is_open_to, is_set_by_form
from xlreport.numbers import round_half_up
from xlreport.rules import UNDEFINED, Ref, evaluate


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a form derives in a period, looked up once for all units and nodes."""

    bound: BoundForm
    #: Source, target and decimals.
    carried: tuple[tuple[DataPoint, DataPoint, int], ...]
    register: tuple[tuple[DataPoint, tuple[str, ...]], ...]
    comparisons: tuple[ComparisonPlan, ...]
    #: Plans that the form itself may set, with what they are of.
    targets: tuple[tuple[DataPoint, Indicator, Measure], ...]
    #: Figures that nodes may have of their own, never added up: all that can be typed, with what they are of.
    own: tuple[tuple[DataPoint, Indicator, Measure], ...]

    def set_by_form(self, subject: Filler) -> dict[DataPoint, Value]:
        """The plans that the form sets for a unit; missing where it sets none for the period."""
        return {
            point: _goal_value(indicator, measure, self.bound)
            for point, indicator, measure in self.targets
            if is_set_by_form(indicator, measure, subject.level) and is_of_its_kind(subject, indicator)
        }

    def given(self, node: Filler, received: Mapping[DataPoint, Value]) -> dict[DataPoint, Value]:
        """What a node above the units has that was not added up: from its own workbook, or set by the form.

        Its own figures are given even where it did not send any. None of them holds the figure of any unit.
        """
        own = [point for point, indicator, measure in self.own if is_open_to(node, indicator, measure)]
        found = {point: received.get(point, MISSING) for point in own}
        found |= {to: _rounded(found[source], places) for source, to, places in self.carried if source in found}
        plans = self.set_by_form(node)
        found |= {
            point: plans[point]
            for point, indicator, _ in self.targets
            if point in plans and _is_given_to(node, indicator)
        }
        return {point: replace(value, units=0) for point, value in found.items()}


def _is_given_to(node: Filler, indicator: Indicator) -> bool:
    """Whether a node has the form's plan as it is, instead of the sum of its units' plans.

    The plan of a quantity that adds up adds up as well, unless the form sets it for the node's level by name, or
    the row is the node's own.
    """
    adds_up = indicator.formula is None and indicator.across_units is Aggregation.SUM and not indicator.filled_by
    is_named = indicator.target is not None and node.level in indicator.target.levels
    return is_named or not adds_up


def derivation(bound: BoundForm) -> Derivation:
    """The plan of everything a form derives."""
    carried, register, comparisons, targets, own = [], [], [], [], []
    for point, table, indicator, measure, role in bound.cells:
        match role:
            case CellRole.CARRIED:
                carried.append((point._replace(measure="actual"), point, indicator.decimals))
            case CellRole.REGISTER:
                register.append((point, indicator.unit_types))
            case CellRole.RATIO | CellRole.ATTAINMENT:
                comparisons.append(comparison_plan(bound, table, indicator, measure))
        if role is CellRole.INPUT and (measure.assigned or indicator.filled_by):
            own.append((point, indicator, measure))
        if indicator.target is not None and indicator.target.is_set and measure.measure in ("plan", "plan" + UPPER):
            targets.append((point, indicator, measure))
    return Derivation(bound, tuple(carried), tuple(register), tuple(comparisons), tuple(targets), tuple(own))


def _goal_value(indicator: Indicator, measure: Measure, bound: BoundForm) -> Value:
    goal: Goal | None = indicator.target.goal(bound.period) if indicator.target else None
    if goal is None:
        return MISSING
    number = goal.low if measure.measure == "plan" else goal.high if goal.high is not None else goal.low
    return Value(number=round_half_up(number, indicator.decimals), status=Status.NORMAL, units=1)


def complete_unit(
    plan: Derivation, received: Mapping[DataPoint, Value], unit_type: str | None, level: str | None = None
) -> dict[DataPoint, Value]:
    """All values of a unit: received, set by the form, carried, from the register, formulas, comparisons."""
    given = plan.set_by_form(Filler(level, unit_type))
    known = {**received, **given}
    known |= {to: _rounded(received[source], places) for source, to, places in plan.carried if source in received}
    known |= {point: register_value(unit_type, types) for point, types in plan.register}
    return _derived(plan, known, given, plan.comparisons)


def complete(
    plan: Derivation, values: Mapping[DataPoint, Value], given: Collection[DataPoint] = ()
) -> dict[DataPoint, Value]:
    """The values of a node and, beside them, all formulas and comparisons. What was given is not computed.

    The terms of comparisons are among the values, but for those in which the node compares its own figures.
    """
    return _derived(plan, values, given, [one for one in plan.comparisons if one.has_own_terms(given)])


def _derived(
    plan: Derivation,
    values: Mapping[DataPoint, Value],
    given: Collection[DataPoint],
    own_terms: Iterable[ComparisonPlan],
) -> dict[DataPoint, Value]:
    known = dict(values)
    for formula in plan.bound.formulas:
        if formula.point not in given:
            known[formula.point] = _formula_value(plan.bound, formula, known)
    _add_terms(own_terms, known)
    for one in plan.comparisons:
        known[one.point] = comparison_value(one, known)
    return known


def _rounded(value: Value, decimals: int) -> Value:
    return value if value.number is None else replace(value, number=round_half_up(value.number, decimals))


def register_value(unit_type: str | None, counted: tuple[str, ...]) -> Value:
    """What the register knows of one unit: 1 if it is of a counted type (of any if none is named), else 0."""
    return Value(number=Decimal(not counted or unit_type in counted), status=Status.NORMAL, units=1)


def number_of(values: Mapping[DataPoint, Value]) -> Callable[[Ref], Decimal | None]:
    """The numbers of a subject, as a rule asks for them; figures of earlier periods under points of their own."""

    def number(ref: Ref) -> Decimal | None:
        return values.get(point_of(ref), MISSING).number

    return number


def count_of(values: Mapping[DataPoint, Value]) -> Callable[[Ref, tuple[str, ...]], int | None]:
    """The answers of a subject: how many units chose one of the options, None if none answered."""

    def count(ref: Ref, options: tuple[str, ...]) -> int | None:
        counts = values.get(point_of(ref), MISSING).counts
        if not counts:
            return None
        return sum(number for option, number in counts.items() if not options or option in options)

    return count


def _add_terms(comparisons: Iterable[ComparisonPlan], known: dict[DataPoint, Value]) -> None:
    """Keep the terms only where all are there: otherwise a total would compare unlike sets of units."""
    for one in comparisons:
        if all(known.get(source, MISSING).number is not None for source, _ in one.terms):
            known.update({kept: known[source] for source, kept in one.terms})


def _formula_value(bound: BoundForm, formula: BoundFormula, values: Mapping[DataPoint, Value]) -> Value:
    result = evaluate(formula.node, number_of(values), bound.precision, formula.months, count_of(values))
    parts = [values.get(point, MISSING) for point in operands(formula)]
    if not isinstance(result, Fraction):
        return Value(undefined=result is UNDEFINED, units=min((part.units for part in parts), default=0))
    return Value(
        number=round_half_up(result, formula.decimals),
        status=combine_status(part.status for part in parts),
        qualifier=Qualifier.ABOUT if any(part.qualifier for part in parts) else None,
        units=units_held(parts),
    )
