"""The form's rules on the figures of a unit or a node. What touches a missing figure is not evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from xlreport.aggregation import MISSING, Value, Values, count_of, number_of
from xlreport.datapoints import DataPoint
from xlreport.dates import shown
from xlreport.findings import Finding, Location, Severity, finding
from xlreport.findings.wording import Words
from xlreport.forms.expressions import BoundForm, BoundRule, operands
from xlreport.forms.model import Aggregation, Form, Kind
from xlreport.forms.wording import point_names, rule_words
from xlreport.language import LANGUAGES
from xlreport.numbers import format_number
from xlreport.rules import evaluate, references


def rule_findings(
    bound: BoundForm,
    values: Values,
    places: Mapping[DataPoint, Location],
    default: Location,
    kind: str = "XR401",
) -> Iterator[Finding]:
    """A finding for every rule that does not hold; `kind` is XR401 for a submission, XR402 for a node's totals.

    `places` are the cells the figures came from; `default` is where a rule is reported whose figures
    have no cell, as at a node.
    """
    for rule in bound.rules:
        if kind == "XR402" and _counts_units(bound, rule):
            continue
        result = evaluate(rule.node, number_of(values), bound.precision, rule.months, count_of(values))
        if result is False:
            yield _violation(bound, rule, values, places, default, kind)


def _counts_units(bound: BoundForm, rule: BoundRule) -> bool:
    """Whether it compares days or ranks of which a node only counts how many there are."""
    named = {(ref.table, ref.indicator) for ref in references(rule.node)}
    return any(
        (table.table, indicator.code) in named
        and indicator.kind in (Kind.DATE, Kind.RANK)
        and indicator.across_units is Aggregation.COUNT
        for table in bound.form.tables
        for indicator in table.indicators
    )


def _violation(
    bound: BoundForm,
    rule: BoundRule,
    values: Values,
    places: Mapping[DataPoint, Location],
    default: Location,
    kind: str,
) -> Finding:
    cells = [places[point] for point in _inputs(bound, rule) if point in places]
    first = rule.points[0]
    here = replace(default, table=first.table, indicator=first.indicator, measure=first.measure)
    return finding(
        kind,
        cells[0] if cells else here,
        severity=Severity(rule.rule.severity),
        related=tuple(cells[1:]),
        rule=rule.rule.code,
        sentence=rule_words(bound.form, rule),
        figures=_figures(bound.form, rule, values),
    )


def _inputs(bound: BoundForm, rule: BoundRule) -> Iterator[DataPoint]:
    """The received figures behind a rule: its own, and those its computed ones are made of."""
    formulas = {formula.point: formula for formula in bound.formulas}
    seen: set[DataPoint] = set()
    waiting = list(reversed(rule.points))
    while waiting:
        point = waiting.pop()
        if point in seen:
            continue
        seen.add(point)
        if point in formulas:
            waiting.extend(reversed(operands(formulas[point])))
        else:
            yield point


def _figures(form: Form, rule: BoundRule, values: Values) -> Words:
    """The figures that broke the rule: "[02] = 15; [01] = 12,5"."""
    figures = {point: _figure(values.get(point, MISSING)) for point in rule.points}
    names = point_names(form, rule.points)
    return {
        language: "; ".join(f"[{names[point][language]}] = {figure[language]}" for point, figure in figures.items())
        for language in LANGUAGES
    }


def _figure(value: Value) -> Words:
    if value.number is None:
        return dict.fromkeys(LANGUAGES, value.text or "…")
    if value.text is not None:
        # A day has a number and its notation; people read the day.
        return {language: shown(date.fromisoformat(value.text), language) for language in LANGUAGES}
    return {language: format_number(value.number, language) for language in LANGUAGES}
