"""Formulas and rules of a form: whether they can be read, refer to what there is, and do not go round in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms.expressions import formula_measures, point_of
from xlreport.forms.model import Form
from xlreport.forms.places import Path, Places
from xlreport.forms.reference_checks import Expression, Known, figure_measures, reference_findings
from xlreport.rules import Node, RuleSyntaxError, counted, parse_formula, parse_rule, qualify, references
from xlreport.rules.diagnose import formula_problems, rule_problems

_LONGEST_QUOTE = 80


def check_expressions(form: Form, places: Places) -> Iterator[Finding]:
    """XR706 for what cannot be read, XR703 for references to nothing, XR704 for circles."""
    read: list[Expression] = []
    known = Known(form)
    for expression in (*_formulas(form), *_rules(form)):
        yield from _syntax_findings(expression, places)
        yield from reference_findings(known, expression, places)
        if expression.node is not None:
            read.append(expression)
    yield from _circle_findings([expression for expression in read if expression.indicator is not None], places)


def _formulas(form: Form) -> Iterator[Expression]:
    for number, table in enumerate(form.tables):
        for row, indicator in enumerate(table.indicators):
            if indicator.formula is not None:
                path: Path = ("tables", number, "indicators", row, "formula")
                measures = tuple(measure.measure for measure in formula_measures(table, indicator))
                node = _read(parse_formula, indicator.formula)
                yield Expression(path, table, indicator.formula, node, measures, indicator.code)


def _rules(form: Form) -> Iterator[Expression]:
    for number, table in enumerate(form.tables):
        for row, rule in enumerate(table.rules):
            path: Path = ("tables", number, "rules", row, "assert")
            yield Expression(path, table, rule.assert_, _read(parse_rule, rule.assert_), figure_measures(table, rule))


def _read(parse: Callable[[str], Node], text: str) -> Node | None:
    try:
        return parse(text)
    except RuleSyntaxError:
        return None


def _syntax_findings(expression: Expression, places: Places) -> Iterator[Finding]:
    """XR706 for everything that keeps an expression from being read, and for a rule about nothing."""
    node, text = expression.node, expression.text
    problems: list[Words] = []
    if node is None:
        find = rule_problems if expression.indicator is None else formula_problems
        problems += (problem(f"expression.{one.key}", column=one.column, **one.params) for one in find(text))
    elif expression.indicator is None and not (references(node) or counted(node)):
        problems.append(problem("expression.no-reference"))
    for words in problems:
        yield finding("XR706", places.at(expression.path), expression=_quote(text), problem=words)


def _quote(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def _circle_findings(formulas: list[Expression], places: Places) -> Iterator[Finding]:
    """Every formula in a circle is named once, whatever other circles it is in, in this measure and in others."""
    paths = {(formula.table.table, formula.indicator): formula.path for formula in formulas}
    named: set[tuple[str, str]] = set()
    for circle in circles(_operands(formulas)):
        members = {(point.table, point.indicator) for point in circle}
        if not members <= named:
            named |= members
            path = paths[circle[0].table, circle[0].indicator]
            yield finding("XR704", places.at(path), cycle=_shown_circle(circle))


def _operands(formulas: list[Expression]) -> dict[DataPoint, tuple[DataPoint, ...]]:
    """What each computed data point needs of the same period."""
    needs: dict[DataPoint, tuple[DataPoint, ...]] = {}
    for formula in formulas:
        for measure in formula.measures:
            if formula.node is None:
                continue
            node = qualify(formula.node, formula.table.table, measure)
            point = DataPoint(formula.table.table, formula.indicator or "", measure)
            needs[point] = tuple(point_of(ref) for ref in references(node) if ref.at is None)
    return needs


def circles(needs: Mapping[DataPoint, tuple[DataPoint, ...]]) -> Iterator[tuple[DataPoint, ...]]:
    """The circles in which data points need each other. Without recursion: chains may be long."""
    done: set[DataPoint] = set()
    for start in needs:
        trail: dict[DataPoint, Iterator[DataPoint]] = {} if start in done else {start: iter(needs[start])}
        while trail:
            last = next(reversed(trail))
            following = next(trail[last], None)
            if following is None:
                done.add(last)
                del trail[last]
            elif following in trail:
                way = tuple(trail)
                yield way[way.index(following) :]
            elif following in needs and following not in done:
                trail[following] = iter(needs[following])


def _shown_circle(circle: tuple[DataPoint, ...]) -> str:
    """05 → 07 → 05; with tables and measures only where they differ."""
    has_tables = len({point.table for point in circle}) > 1
    has_measures = len({point.measure for point in circle}) > 1
    return " → ".join(
        (f"{point.table}/" if has_tables else "") + point.indicator + (f":{point.measure}" if has_measures else "")
        for point in (*circle, circle[0])
    )
