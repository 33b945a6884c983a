"""What a form says without any effect: columns that no row uses, rules that cannot tell anything, names given twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlreport.findings import Finding, finding
from xlreport.forms.field_problems import closest
from xlreport.forms.model import MEASURES, Form, Indicator, Measure, MeasureRole, Rule, Table
from xlreport.forms.places import Path, Places
from xlreport.forms.roles import applies
from xlreport.rules import Node, RuleSyntaxError, counted, parse_formula, parse_rule, qualify, references
from xlreport.rules.tree import Compare, Divide, Number, Within, children


def leftover_findings(form: Form, places: Places) -> Iterator[Finding]:
    """XR707, XR714, XR715, XR718, XR719 for what has no effect or not the one meant, XR705 for what is listed twice."""
    yield from _listed_twice(form.filled_by, ("filled_by",), places)
    for number, signature in enumerate(form.signatures):
        yield from _listed_twice(signature.levels, ("signatures", number, "levels"), places)
        yield from _listed_twice(signature.unit_types, ("signatures", number, "unit_types"), places)
    for number, table in enumerate(form.tables):
        path: Path = ("tables", number)
        yield from _unused_measures(table, path, places)
        yield from _nearly_standard(table, path, places)
        for row, rule in enumerate(table.rules):
            if _has_no_effect(table, rule):
                yield finding("XR715", places.at((*path, "rules", row, "assert")), rule=rule.code)
        for row, indicator in enumerate(table.indicators):
            yield from _lists_of(indicator, (*path, "indicators", row), places)
            yield from _without_effect(form, table, indicator, (*path, "indicators", row), places)


def _lists_of(indicator: Indicator, path: Path, places: Places) -> Iterator[Finding]:
    for field in ("unit_types", "filled_by", "achieved"):
        yield from _listed_twice(getattr(indicator, field), (*path, field), places)
    if indicator.target is not None:
        yield from _listed_twice(indicator.target.levels, (*path, "target", "levels"), places)


def _without_effect(form: Form, table: Table, indicator: Indicator, path: Path, places: Places) -> Iterator[Finding]:
    if indicator.replaces is not None and form.version == 1 and not places.is_damaged(("version",)):
        yield finding("XR707", places.at((*path, "replaces")), option="replaces")
    for number, code in enumerate(indicator.measures or ()):
        measure = table.measure(code)
        if measure is not None and measure.role is MeasureRole.NOTE:
            yield finding("XR707", places.at((*path, "measures", number)), option=code)
    if indicator.formula is not None and _is_constant(indicator.formula):
        yield finding("XR719", places.at((*path, "formula")), indicator=indicator.code)


def _is_constant(formula: str) -> bool:
    try:
        node = parse_formula(formula)
    except RuleSyntaxError:
        return False
    return not (references(node) or counted(node))


def _nearly_standard(table: Table, path: Path, places: Places) -> Iterator[Finding]:
    """Columns of the form's own that nobody named and that a slip of the keyboard would explain."""
    for number, measure in enumerate(table.measures):
        meant = closest(measure.measure, MEASURES)
        is_unnamed = measure.measure not in MEASURES and measure.name is None and measure.computes is None
        if is_unnamed and meant and places.is_whole((*path, "measures", number)):
            place = places.at((*path, "measures", number))
            yield finding("XR718", place, measure=measure.measure, suggestion=meant)


def _listed_twice(names: Sequence[str], path: Path, places: Places) -> Iterator[Finding]:
    for number, name in enumerate(names):
        if name in names[:number]:
            first = places.at((*path, names.index(name)))
            yield finding("XR705", places.at((*path, number)), related=(first,), code=name)


def _unused_measures(table: Table, path: Path, places: Places) -> Iterator[Finding]:
    """Columns that would be closed in every row. Notes can be made on any."""
    if not places.is_whole(path):
        return
    for number, measure in enumerate(table.measures):
        if measure.role is MeasureRole.NOTE or _lacks_terms(table, measure):
            continue
        is_used = any(applies(table, row, measure) for row in table.indicators)
        if not is_used and any(row.measures is None or row.measures for row in table.indicators):
            yield finding("XR714", places.at((*path, "measures", number)), measure=measure.measure)


def _lacks_terms(table: Table, measure: Measure) -> bool:
    """Whether it compares what the table does not have, which is an error of its own."""
    ratio = table.ratio(measure.measure)
    return ratio is not None and not all(table.measure(term) for term in (ratio.numerator, ratio.denominator))


def _has_no_effect(table: Table, rule: Rule) -> bool:
    """Whether a rule divides by 0, or compares something with itself, in each of its measures."""
    try:
        node = parse_rule(rule.assert_)
    except RuleSyntaxError:
        return False
    measured = [qualify(node, table.table, measure) for measure in rule.measures]
    return bool(measured) and all(_is_empty(one) for one in measured)


def _is_empty(node: Node) -> bool:
    match node:
        case Divide(right=Number(value=value)) if not value:
            return True
        case Compare(left=left, right=right) | Within(left=left, right=right) if left == right:
            return True
    return any(map(_is_empty, children(node)))
