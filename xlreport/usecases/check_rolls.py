"""What is wrong with the figures of a roll beyond its cells: bounds, and the form's rules, unit by unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlreport.aggregation import complete_unit, derivation
from xlreport.aggregation.nodes import ReceivedFigure, received_values
from xlreport.checks.rules import rule_findings
from xlreport.checks.schema import location_of, schema_findings
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location
from xlreport.forms.roles import Filler
from xlreport.frames import facts_frame
from xlreport.intake.facts import FactRow
from xlreport.intake.roll import RollReading


def roll_findings(roll: RollReading, file: str) -> list[Finding]:
    """XR3xx and XR4xx of a roll. Rules that need more than the roll holds are not evaluated."""
    by_unit: dict[str, list[FactRow]] = {}
    for row in roll.facts:
        by_unit.setdefault(row.unit, []).append(row)
    return [*_out_of_bounds(roll, by_unit), *_against_rules(roll, by_unit, file)]


def _out_of_bounds(roll: RollReading, by_unit: dict[str, list[FactRow]]) -> list[Finding]:
    """The schema takes each unit's figures for a submission of its own."""
    bounds = roll.bounds or {}
    facts = facts_frame(
        row._replace(source_sha256=unit) for unit, rows in by_unit.items() for row in rows if unit in bounds
    )
    found = schema_findings(facts, {unit: bounds[unit].form for unit in by_unit if unit in bounds})
    return [item for _, item in found]


def _against_rules(roll: RollReading, by_unit: dict[str, list[FactRow]], file: str) -> Iterator[Finding]:
    bounds = roll.bounds or {}
    # Units of one kind share what the form is for them.
    distinct = {id(bound): bound for bound in bounds.values() if bound.rules}
    plans = {key: derivation(bound) for key, bound in distinct.items()}
    for unit, rows in by_unit.items():
        bound = bounds.get(unit)
        if bound is None or id(bound) not in plans:
            continue
        received = received_values(bound, map(_figure, rows)).get(unit, {})
        filler = bound.filler or Filler()
        values = complete_unit(plans[id(bound)], received, filler.unit_type, filler.level)
        yield from rule_findings(bound, values, _places(rows), Location(file=file, unit=unit))


def _figure(row: FactRow) -> ReceivedFigure:
    value = None if row.value is None else Decimal(row.value)
    return ReceivedFigure(row.unit, row.table, row.indicator, row.measure, value, row.text, row.status, row.qualifier)


def _places(rows: Sequence[FactRow]) -> dict[DataPoint, Location]:
    return {DataPoint(row.table, row.indicator, row.measure): location_of(row._asdict()) for row in rows}
