"""Everything that follows from a subject's figures: carried figures, formulas, ratios of two measures.

A subject is a unit or a node. Each derived value is computed exactly, from the values it refers to as
they are stored, just as the live formula beside it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.values import MISSING, Qualifier, Status, Value, combine_status
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundFormula, operands, point_of
from xlreport.forms.roles import CellRole
from xlreport.numbers import round_half_up
from xlreport.rules import UNDEFINED, Ref, evaluate


def numerator(measure: str) -> str:
    """The name under which the figures above the line of a ratio are kept: those of units that have both."""
    return f"{measure}.numerator"


def denominator(measure: str) -> str:
    """The name under which the figures below the line of a ratio are kept."""
    return f"{measure}.denominator"


@dataclass(frozen=True, slots=True)
class RatioPlan:
    """A ratio and its two terms. The terms of a formula's ratio are the subject's own values."""

    point: DataPoint
    above: DataPoint
    below: DataPoint
    is_formula: bool

    @property
    def terms(self) -> tuple[tuple[DataPoint, DataPoint], ...]:
        """Each term's source and the point under which it is kept."""
        table, indicator, measure = self.point
        return (
            (self.above, DataPoint(table, indicator, numerator(measure))),
            (self.below, DataPoint(table, indicator, denominator(measure))),
        )


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a form derives in a period, looked up once for all units and nodes."""

    bound: BoundForm
    #: Source, target and decimals.
    carried: tuple[tuple[DataPoint, DataPoint, int], ...]
    register: tuple[tuple[DataPoint, tuple[str, ...]], ...]
    ratios: tuple[RatioPlan, ...]


def derivation(bound: BoundForm) -> Derivation:
    """The plan of everything a form derives."""
    carried, register, ratios = [], [], []
    for point, table, indicator, measure, role in bound.cells:
        match role:
            case CellRole.CARRIED:
                carried.append((point._replace(measure="actual"), point, indicator.decimals))
            case CellRole.REGISTER:
                register.append((point, indicator.unit_types))
            case CellRole.RATIO:
                ratio = table.ratio(measure.measure)
                if ratio is not None:
                    above, below = point._replace(measure=ratio.numerator), point._replace(measure=ratio.denominator)
                    ratios.append(RatioPlan(point, above, below, indicator.formula is not None))
    return Derivation(bound, tuple(carried), tuple(register), tuple(ratios))


def complete_unit(
    plan: Derivation, received: Mapping[DataPoint, Value], unit_type: str | None
) -> dict[DataPoint, Value]:
    """All values of a unit: received, carried, from the register, formulas, terms of ratios, ratios."""
    known = dict(received)
    known |= {to: _rounded(received[source], places) for source, to, places in plan.carried if source in received}
    known |= {point: register_value(unit_type, types) for point, types in plan.register}
    _add_terms([ratio for ratio in plan.ratios if not ratio.is_formula], known)
    return complete(plan, known)


def complete(plan: Derivation, values: Mapping[DataPoint, Value]) -> dict[DataPoint, Value]:
    """The values and, beside them, all formulas and ratios."""
    known = dict(values)
    for formula in plan.bound.formulas:
        known[formula.point] = _formula_value(plan.bound, formula, known)
    _add_terms([ratio for ratio in plan.ratios if ratio.is_formula], known)
    for ratio in plan.ratios:
        above, below = (known.get(kept, MISSING) for _, kept in ratio.terms)
        known[ratio.point] = _ratio_value(ratio.point.measure, above, below, plan.bound.form.percent_decimals)
    return known


def _rounded(value: Value, decimals: int) -> Value:
    return value if value.number is None else replace(value, number=round_half_up(value.number, decimals))


def register_value(unit_type: str | None, counted: tuple[str, ...]) -> Value:
    """What the register knows of one unit: 1 if it is of a counted type (of any if none is named), else 0."""
    return Value(number=Decimal(not counted or unit_type in counted), status=Status.NORMAL, units=1)


def number_of(values: Mapping[DataPoint, Value]) -> Callable[[Ref], Decimal | None]:
    """The numbers of a subject, as a rule asks for them. Other periods are not held here."""

    def number(ref: Ref) -> Decimal | None:
        return None if ref.at else values.get(point_of(ref), MISSING).number

    return number


def count_of(values: Mapping[DataPoint, Value]) -> Callable[[Ref, tuple[str, ...]], int | None]:
    """The answers of a subject: how many units chose one of the options, None if none answered."""

    def count(ref: Ref, options: tuple[str, ...]) -> int | None:
        counts = values.get(point_of(ref), MISSING).counts
        if not counts:
            return None
        return sum(number for option, number in counts.items() if not options or option in options)

    return count


def _add_terms(ratios: list[RatioPlan], known: dict[DataPoint, Value]) -> None:
    """Keep the terms only where both are there: otherwise a total would divide unlike sets of units."""
    for ratio in ratios:
        if all(known.get(source, MISSING).number is not None for source, _ in ratio.terms):
            known.update({kept: known[source] for source, kept in ratio.terms})


def _formula_value(bound: BoundForm, formula: BoundFormula, values: Mapping[DataPoint, Value]) -> Value:
    result = evaluate(formula.node, number_of(values), bound.precision, formula.months, count_of(values))
    parts = [values.get(point, MISSING) for point in operands(formula)]
    units = min((part.units for part in parts), default=0)
    if not isinstance(result, Fraction):
        return Value(undefined=result is UNDEFINED, units=units)
    return Value(
        number=round_half_up(result, formula.decimals),
        status=combine_status(part.status for part in parts),
        qualifier=Qualifier.ABOUT if any(part.qualifier for part in parts) else None,
        units=units,
    )


def _ratio_value(measure: str, above: Value, below: Value, decimals: int) -> Value:
    """completion and index in percent, growth in percent above the same period; "—" without a denominator."""
    if above.number is None or not below.number:
        return Value(undefined=True)
    percent = Fraction(above.number) / Fraction(below.number) * 100
    return Value(
        number=round_half_up(percent - 100 if measure == "growth" else percent, decimals),
        status=combine_status((above.status, below.status)),
        units=min(above.units, below.units),
    )
