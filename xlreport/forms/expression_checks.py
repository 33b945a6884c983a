"""Formulas and rules of a form: whether they can be read, refer to what there is, and do not go round in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.forms.answers import find_option, same_text
from xlreport.forms.expressions import formula_measures, point_of
from xlreport.forms.field_problems import closest
from xlreport.forms.model import Form, Indicator, MeasureRole, Rule, Table
from xlreport.forms.places import Path, Places
from xlreport.forms.roles import applies
from xlreport.rules import Node, Ref, RuleSyntaxError, counted, parse_formula, parse_rule, qualify, references
from xlreport.rules.tree import Count, counts

_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula or rule as written, and the measures it is bound to. `indicator` is what a formula computes."""

    path: Path
    table: Table
    node: Node
    measures: tuple[str, ...]
    indicator: str | None = None


def check_expressions(form: Form, places: Places) -> Iterator[Finding]:
    """XR706 for what cannot be read, XR703 for references to nothing, XR704 for circles."""
    read: list[Expression] = []
    for expression in (*_formulas(form, places), *_rules(form, places)):
        if isinstance(expression, Finding):
            yield expression
        else:
            read.append(expression)
    for expression in read:
        yield from _reference_findings(form, expression, places)
    yield from _circle_findings([expression for expression in read if expression.indicator is not None], places)


def _formulas(form: Form, places: Places) -> Iterator[Expression | Finding]:
    for number, table in enumerate(form.tables):
        for row, indicator in enumerate(table.indicators):
            if indicator.formula is None:
                continue
            path: Path = ("tables", number, "indicators", row, "formula")
            measures = tuple(measure.measure for measure in formula_measures(table, indicator))
            try:
                yield Expression(path, table, parse_formula(indicator.formula), measures, indicator.code)
            except RuleSyntaxError as error:
                yield _syntax_finding(error, indicator.formula, path, places)


def _rules(form: Form, places: Places) -> Iterator[Expression | Finding]:
    for number, table in enumerate(form.tables):
        for row, rule in enumerate(table.rules):
            path: Path = ("tables", number, "rules", row, "assert")
            try:
                node = parse_rule(rule.assert_)
            except RuleSyntaxError as error:
                yield _syntax_finding(error, rule.assert_, path, places)
                continue
            if not (references(node) or counted(node)):
                words = problem("expression.no-reference")
                yield finding("XR706", places.at(path), expression=_quote(rule.assert_), problem=words)
            yield Expression(path, table, node, _figure_measures(table, rule))


def _figure_measures(table: Table, rule: Rule) -> tuple[str, ...]:
    """The measures of a rule that its table has; those it has not are reported as such, once."""
    return tuple(code for code in rule.measures if is_figure(table, code))


def is_figure(table: Table, measure: str) -> bool:
    """Whether the table has this measure, and figures in it."""
    found = table.measure(measure)
    return found is not None and found.role is MeasureRole.FIGURE


def _syntax_finding(error: RuleSyntaxError, text: str, path: Path, places: Places) -> Finding:
    words = problem(f"expression.{error.key}", column=error.column, **error.params)
    return finding("XR706", places.at(path), expression=_quote(text), problem=words)


def _quote(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def _reference_findings(form: Form, expression: Expression, places: Places) -> Iterator[Finding]:
    here = places.at(expression.path)
    found = [_unknown_ref(form, expression, ref) for ref in references(expression.node)]
    found += [wrong for count in counts(expression.node) for wrong in _unknown_count(form, expression, count)]
    for wrong in dict.fromkeys(found):
        if wrong is not None:
            yield finding("XR703", here, reference=wrong[0], suggestion=wrong[1])


#: What is referred to wrongly, and what may have been meant ("" if nothing comes near).
_Wrong = tuple[str, str]


def _unknown_ref(form: Form, expression: Expression, ref: Ref) -> _Wrong | None:
    target = _target(form, expression, ref)
    if not isinstance(target[1], Indicator):
        return str(ref), target[1]
    if target[1].is_choice or target[1].is_wording:
        return str(ref), f"count({ref})"
    return _unknown_measure(target[0], target[1], expression, ref)


def _unknown_count(form: Form, expression: Expression, count: Count) -> Iterator[_Wrong | None]:
    table, indicator = _target(form, expression, count.ref)
    if not isinstance(indicator, Indicator):
        yield str(count.ref), indicator
    elif indicator.is_numeric:
        yield f"count({count.ref})", str(count.ref)
    else:
        yield _unknown_measure(table, indicator, expression, count.ref)
        for option in count.options:
            if indicator.option(option) is None:
                known = closest_option(option, indicator) if indicator.is_choice else ""
                yield f'count({count.ref}, "{option}")', known


def _target(form: Form, expression: Expression, ref: Ref) -> tuple[Table, Indicator | str]:
    """The indicator a reference means; in its place what may have been meant, if there is none."""
    table = form.table(ref.table) if ref.table else expression.table
    if table is None:
        near = closest(ref.table or "", (table.table for table in form.tables))
        return expression.table, str(replace(ref, table=near)) if near else ""
    return table, table.indicator(ref.indicator) or _meant(form, table, ref)


def _meant(form: Form, table: Table, ref: Ref) -> str:
    """The same code in another table, or else the indicator of that name or number, or one like it, in this one."""
    named = next((row.code for row in table.indicators if _is_called(row, ref.indicator)), None)
    if named is not None:
        return str(replace(ref, indicator=named))
    for other in form.tables:
        if other.indicator(ref.indicator) is not None:
            return str(replace(ref, table=other.table))
    near = closest(ref.indicator, (indicator.code for indicator in table.indicators))
    return str(replace(ref, indicator=near)) if near else ""


def _is_called(indicator: Indicator, text: str) -> bool:
    """Whether somebody who knows no codes would call the indicator so: by its name, or as [2] for 02."""
    is_number = text.isdecimal() and indicator.code.isdecimal() and int(text) == int(indicator.code)
    return is_number or same_text(text) in {same_text(name) for name in indicator.name.in_all().values()}


def _unknown_measure(table: Table, indicator: Indicator, expression: Expression, ref: Ref) -> _Wrong | None:
    """The first measure in which the reference finds no figure."""
    open_ = [measure.measure for measure in table.figures if applies(table, indicator, measure)]
    for code in (ref.measure,) if ref.measure else expression.measures:
        if code not in open_:
            near = closest(code, open_) or next(iter(open_), "")
            return str(replace(ref, measure=code)), str(replace(ref, measure=near)) if near else ""
    return None


def closest_option(text: str, indicator: Indicator) -> str:
    """The option that was meant: the one of that name, or one whose code is like it."""
    return find_option(text, indicator) or closest(text, (option.option for option in indicator.options))


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
