"""The readings of a rule agree: random trees over random cells, exact against spreadsheet against Polars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import formualizer
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_cases import (
    ANY_RULES,
    CHECKS,
    DAY,
    FIGURES,
    FORMULA_COLUMN,
    LINEAR,
    LINEAR_RULES,
    MONTHS,
    OPERATORS,
    SHEETS,
    TOTALS,
    Case,
    Written,
    at_limits,
    at_ties,
    cases,
    drawn_from,
    exact,
    labels,
    nodes_of,
    precision,
    tie_labels,
    written,
)

from xlreport.frames import EXACT
from xlreport.rules import MISSING, UNDEFINED, Node, Precision, Ref, Unevaluated, evaluate, parse_rule, references
from xlreport.rules.tree import Compare, Divide, Number, Operator, counts
from xlreport.rules.vector import is_vectorisable, rule_expression


def recalculated(formulas: Sequence[Written]) -> list[object]:
    """What formualizer makes of formulas over their cells."""
    book = formualizer.Workbook()
    for sheet in (*SHEETS.values(), CHECKS):
        book.add_sheet(sheet)
    for row, sheet, formula, case, _ in formulas:
        for name, column, content in case.cells():
            if isinstance(content, str) and content.startswith("="):
                book.set_formula(name, row, column + 1, content)
            elif content is not None:
                book.set_value(name, row, column + 1, float(content) if isinstance(content, Decimal) else content)
        book.set_formula(sheet, row, FORMULA_COLUMN + 1, formula)
    book.evaluate_all()
    return [book.get_value(each.sheet, each.row, FORMULA_COLUMN + 1) for each in formulas]


def assert_agreement(expressions: Sequence[tuple[Node, Case, int]]) -> None:
    """Every formula, each in its own row, shows the exact outcome."""
    formulas = written(expressions)
    found = recalculated(formulas)
    different = [(*each, value) for each, value in zip(formulas, found, strict=True) if each.expected != value]
    assert different == []


@given(st.lists(ANY_RULES, min_size=12, max_size=12))
def test_rules_read_by_a_spreadsheet_as_exactly(drawn: list[tuple[Node, Case]]) -> None:
    assert_agreement([(node, case, 0) for node, case in drawn])


@given(st.lists(at_ties(), min_size=12, max_size=12))
def test_formulas_read_by_a_spreadsheet_as_exactly(drawn: list[tuple[Node, Case, int]]) -> None:
    assert_agreement(drawn)


@given(st.lists(ANY_RULES, min_size=6, max_size=6), st.lists(at_ties(), min_size=6, max_size=6))
def test_text_in_a_cell_is_missing_where_it_does_not_mean_nil(
    rules: list[tuple[Node, Case]], formulas: list[tuple[Node, Case, int]]
) -> None:
    drawn = [(node, case, 0) for node, case in rules] + formulas
    assert_agreement([(node, replace(case, has_nils=False), decimals) for node, case, decimals in drawn])


def column(ref: Ref) -> str:
    return str(ref)


def read_by_polars(node: Node, rows: Sequence[Case]) -> list[bool | None]:
    values = {column(ref): [_plain(case.value(ref)) for case in rows] for ref in (*FIGURES, DAY, *references(node))}
    frame = pl.DataFrame(values, schema=dict.fromkeys(values, pl.String)).with_columns(pl.all().cast(EXACT))
    outcome = frame.select(outcome=rule_expression(node, column, precision, MONTHS))["outcome"].to_list()
    # A rule without figures is one value.
    return outcome if references(node) else outcome * len(rows)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


@st.composite
def _linear_rules_over_rows(draw: st.DrawFn) -> tuple[Node, list[Case]]:
    """One rule and many rows; among them a row of blanks, one of zeros, and some that are decided by a hair."""
    node = draw(LINEAR_RULES | TOTALS)
    nothing, zeros = Case(), Case(dict.fromkeys(references(node), Decimal(0)))
    near = draw(st.lists(at_limits(st.just(node)), min_size=10, max_size=10))
    return node, [nothing, zeros, *(case for _, case in near)]


@given(_linear_rules_over_rows())
def test_linear_rules_read_by_polars_as_exactly(drawn: tuple[Node, list[Case]]) -> None:
    node, rows = drawn
    if not is_vectorisable(node, precision, MONTHS):
        assert counts(node), "only rules that count options are left out"
        return
    expected = [exact(node, case) for case in rows]
    assert read_by_polars(node, rows) == [None if isinstance(value, Unevaluated) else value for value in expected]


@given(ANY_RULES)
def test_what_polars_reads_it_reads_as_exactly(drawn: tuple[Node, Case]) -> None:
    node, case = drawn
    if is_vectorisable(node, precision, MONTHS):
        zeros = Case(dict.fromkeys(references(node), Decimal(0)))
        outcomes = [exact(node, each) for each in (case, zeros)]
        assert UNDEFINED not in outcomes, "what can divide by zero is never read by Polars"
        assert read_by_polars(node, [case, zeros]) == [
            None if isinstance(value, Unevaluated) else value for value in outcomes
        ]
    else:
        with pytest.raises(ValueError, match="not vectorisable"):
            rule_expression(node, column, precision, MONTHS)


def test_a_rule_that_divides_by_a_figure_is_left_to_the_exact_reading() -> None:
    for node in (Compare(Operator.LESS, Divide(FIGURES[0], FIGURES[1]), Number(Decimal(1))), parse_rule("1 / 0 > 1")):
        assert exact(node, Case(dict.fromkeys(FIGURES, Decimal(0)))) is UNDEFINED
        assert not is_vectorisable(node, precision, MONTHS)


@given(
    LINEAR.flatmap(lambda node: st.tuples(st.just(node), cases(Compare(Operator.EQUAL, node, FIGURES[0])))), OPERATORS
)
def test_an_operator_and_its_opposite_never_agree_without_tolerance(
    drawn: tuple[Node, Case], operator: Operator
) -> None:
    def counted_exactly(ref: Ref) -> Precision:
        return Precision(precision(ref).decimals, rounded=False)

    node, case = drawn
    outcomes = [
        evaluate(Compare(each, node, FIGURES[0]), case.value, counted_exactly, MONTHS, case.chosen)
        for each in (operator, operator.opposite)
    ]
    assert outcomes in ([True, False], [False, True], [MISSING, MISSING])


# That what matters is really drawn

RULE_LABELS = {
    "@previous", "@same_period", "measure actual", "measure plan", "measure cumulative", "elsewhere", "two tables",
    "one code in two tables", "Ref", "Number", "Date", "Months", "Count", "Negate", "Add", "Multiply", "Divide",
    "Absolute", "Round", "If", "Compare", "Within", "And", "Or", "Not", "count of 0 options", "count of 1 options",
    "count of 2 options", "count of 3 options", "many digits", "more decimals than declared", "zero", "blank",
    "truth value", "empty text", "nil", "text", "error value", "outcome True", "outcome False", "outcome missing",
    "outcome undefined", "at the limit with tolerance", "at the limit without tolerance", "just over with tolerance",
    "just over without tolerance", "just under with tolerance", "just under without tolerance",
}  # fmt: skip
TIE_LABELS = {f"{sign} tie at {decimals} decimals" for sign in ("positive", "negative") for decimals in range(4)}


def tally(drawn: st.SearchStrategy[Iterable[str]], cases: int = 1_000) -> Counter[str]:
    """How often a label was drawn in so many cases."""
    return Counter(label for labelled in drawn_from(drawn, cases) for label in labelled)


def _labels(drawn: tuple[Node, Case]) -> Iterator[str]:
    node, case = drawn
    is_compared = bool(written([(node, case, 0)]))
    for label in (*labels(node, case), "any", "large" if len(list(nodes_of(node))) > 10 else "small"):
        yield label if is_compared else f"{label}: left out"


def test_rules_of_all_kinds_over_cells_of_all_kinds_are_drawn_and_compared() -> None:
    """Doubles cannot decide some cases: few, also of those that lie at a limit."""
    found = tally(ANY_RULES.map(_labels), 3_000)
    assert {label: found[label] for label in RULE_LABELS if found[label] < 8} == {}
    assert found["any: left out"] < found["any"] / 8
    decisive = [label for label in RULE_LABELS if label.startswith(("at the limit", "just", "outcome"))]
    assert {label for label in decisive if found[f"{label}: left out"] > found[label] / 4} == set()
    assert found["large"] > 150
    # Differences are whole where figures have their declared decimals; else Polars has to round them as exactly.
    for label in ("half a unit", "minus half a unit"):
        assert found[label] + found[f"{label}: left out"] > 8


def test_ties_are_drawn_and_compared() -> None:
    found = tally(at_ties().map(lambda drawn: tie_labels(*drawn) if written([drawn]) else ()))
    assert {label: found[label] for label in TIE_LABELS if found[label] < 5} == {}
