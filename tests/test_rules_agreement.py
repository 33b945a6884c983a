"""The readings of a rule agree: random trees over random figures, exact against spreadsheet against Polars."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import formualizer
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xlreport.numbers import round_half_up
from xlreport.rules import MISSING, UNDEFINED, FormulaTooLarge, Precision, Unevaluated, evaluate
from xlreport.rules.excel import formula_cell, rule_cell
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Node,
    Not,
    Number,
    Operator,
    Or,
    Ref,
    Round,
    Within,
    counts,
)
from xlreport.rules.vector import is_vectorisable, rule_expression

MONTHS = 3
CODES = ("01", "02", "03", "04", "05", "06")
CHOICE = "09"
NIL = "-"
PRECISIONS = {
    "01": Precision(2, True),
    "02": Precision(0, False),
    "03": Precision(1, True),
    "04": Precision(2, False),
    "05": Precision(0, True),
    "06": Precision(3, True),
}


class Figures(NamedTuple):
    """What a row of cells holds: numbers, the nil token, or nothing; and how a choice was answered."""

    cells: dict[str, Decimal | str | None]
    choice: str | None
    nil: Decimal | None = Decimal(0)

    def value(self, ref: Ref) -> Decimal | None:
        value = self.cells[ref.indicator]
        return self.nil if isinstance(value, str) else value

    def without_nil(self) -> Figures:
        """The same where the nil token means nothing: the text stands in its cell, the figure is missing."""
        return self._replace(nil=None)

    def chosen(self, _ref: Ref, options: tuple[str, ...]) -> int | None:
        if self.choice is None:
            return None
        return int(not options or self.choice in options)


class Row:
    """The figures of one case in one row: A to F numbers, G the choice."""

    def __init__(self, row: int) -> None:
        self.row = row

    def number(self, ref: Ref) -> str:
        return f"{chr(ord('A') + CODES.index(ref.indicator))}{self.row}"

    def choice_count(self, _ref: Ref, options: tuple[str, ...]) -> str:
        if not options:
            return f'0+(G{self.row}<>"")'
        return "+".join(f'COUNTIF(G{self.row},"{option}")' for option in options)

    def choice_present(self, _ref: Ref) -> str:
        return f'G{self.row}<>""'


def precision(ref: Ref) -> Precision:
    return PRECISIONS[ref.indicator]


def column(ref: Ref) -> str:
    return ref.indicator


def _constants(*more: str) -> st.SearchStrategy[Node]:
    texts = ("1", "2", "3", "0.5", "100", "0.01", "12.25", *more)
    return st.sampled_from([Number(Decimal(text)) for text in texts])


def _references() -> st.SearchStrategy[Node]:
    return st.sampled_from([Ref(code) for code in CODES])


_LEAVES: st.SearchStrategy[Node] = st.one_of(
    _references(),
    _references(),
    _constants("0"),
    st.just(Months()),
    st.sampled_from([Count(Ref(CHOICE)), Count(Ref(CHOICE), ("a", "b"))]),
)
_OPERATORS = st.sampled_from(list(Operator))


def _tuples(items: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(items, min_size=2, max_size=3).map(tuple)


def _linear(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Add, _tuples(parts)),
        st.builds(Negate, parts),
        st.builds(Multiply, _constants(), parts),
        st.builds(Divide, parts, _constants()),
    )


def _any_number(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    conditions = st.builds(Compare, _OPERATORS, parts, parts)
    return st.one_of(
        _linear(parts),
        st.builds(Divide, parts, parts),
        st.builds(Divide, parts, parts),
        st.builds(Multiply, parts, parts),
        st.builds(Absolute, parts),
        st.builds(Round, parts, st.integers(0, 2)),
        st.builds(If, conditions, parts, parts),
    )


def _truths(numbers: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    tests = st.one_of(
        st.builds(Compare, _OPERATORS, numbers, numbers), st.builds(Within, numbers, numbers, _constants())
    )
    return st.recursive(
        tests,
        lambda parts: st.one_of(
            st.builds(And, _tuples(parts)),
            st.builds(Or, _tuples(parts)),
            st.builds(Not, parts),
            st.builds(If, parts, parts, parts),
        ),
        max_leaves=4,
    )


LINEAR = st.recursive(_LEAVES, _linear, max_leaves=5)
NUMBERS = st.recursive(_LEAVES, _any_number, max_leaves=6)


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    """Small steps around small numbers, so that ties, zeros and differences of half a step are frequent."""
    cells: dict[str, Decimal | str | None] = {}
    for code in CODES:
        decimals = PRECISIONS[code].decimals
        steps = draw(st.one_of(st.integers(-3, 12), st.integers(-3, 12), st.just(0), st.integers(-(10**9), 10**9)))
        cells[code] = draw(st.sampled_from([Decimal(steps).scaleb(-decimals)] * 9 + [NIL]))
    if draw(st.integers(0, 4)) == 0:
        cells[draw(st.sampled_from(CODES))] = None
    return Figures(cells, draw(st.sampled_from(["a", "b", "c", "c", None])))


def recalculated(cases: list[tuple[str, Figures]]) -> list[object]:
    """The values that formualizer gives to one formula per row (column H)."""
    book = formualizer.Workbook()
    book.add_sheet("S")
    for row, (formula, case) in enumerate(cases, 1):
        for position, code in enumerate(CODES, 1):
            value = case.cells[code]
            if value is not None:
                book.set_value("S", row, position, value if isinstance(value, str) else float(value))
        if case.choice is not None:
            book.set_value("S", row, 7, case.choice)
        book.set_formula("S", row, 8, formula)
    book.evaluate_all()
    return [book.get_value("S", row, 8) for row in range(1, len(cases) + 1)]


def shown(value: Fraction | bool | Unevaluated, words: tuple[object, object, object, object], decimals: int) -> object:
    """What a cell shows for an exact outcome; `words` for true, false, missing, undefined."""
    if isinstance(value, bool):
        return words[0] if value else words[1]
    if value is MISSING:
        return words[2]
    if value is UNDEFINED:
        return words[3]
    assert isinstance(value, Fraction)
    return float(round_half_up(value, decimals))


def exact(node: Node, case: Figures) -> Fraction | bool | Unevaluated:
    return evaluate(node, case.value, precision, MONTHS, case.chosen)


#: With two decimals such a number has more than fifteen digits: a cell cannot hold it.
BEYOND_DOUBLES = 10**13


def assert_agreement(
    cases: list[tuple[Node, Figures]],
    formula: Callable[[Node, Row], str],
    words: tuple[object, object, object, object],
) -> None:
    """Every formula, each in its own row, shows the exact outcome."""
    formulas: list[tuple[str, Figures]] = []
    expected: list[object] = []
    for node, case in cases:
        outcome = exact(node, case)
        if isinstance(outcome, Fraction) and abs(outcome) >= BEYOND_DOUBLES:
            continue
        with suppress(FormulaTooLarge):
            formulas.append((formula(node, Row(len(formulas) + 1)), case))
            expected.append(shown(outcome, words, 2))
    assert recalculated(formulas) == expected


@given(st.lists(st.tuples(_truths(NUMBERS), figures()), min_size=12, max_size=12))
def test_rules_read_by_a_spreadsheet_as_exactly(cases: list[tuple[Node, Figures]]) -> None:
    def formula(node: Node, row: Row) -> str:
        return rule_cell(node, row, precision, MONTHS, (NIL,))

    assert_agreement(cases, formula, ("✓", "✗", "…", "…"))


@given(st.lists(st.tuples(NUMBERS, figures()), min_size=12, max_size=12))
def test_formulas_read_by_a_spreadsheet_as_exactly(cases: list[tuple[Node, Figures]]) -> None:
    def formula(node: Node, row: Row) -> str:
        return formula_cell(node, row, precision, MONTHS, 2, (NIL,))

    assert_agreement(cases, formula, (None, None, "", "—"))


@given(st.lists(st.tuples(NUMBERS, figures()), min_size=12, max_size=12))
def test_text_in_a_cell_is_missing_where_it_does_not_mean_nil(cases: list[tuple[Node, Figures]]) -> None:
    def formula(node: Node, row: Row) -> str:
        return formula_cell(node, row, precision, MONTHS, 2)

    assert_agreement([(node, case.without_nil()) for node, case in cases], formula, (None, None, "", "—"))


@given(_truths(LINEAR), st.lists(figures(), min_size=10, max_size=10))
def test_linear_rules_read_by_polars_as_exactly(node: Node, cases: list[Figures]) -> None:
    if not is_vectorisable(node, precision, MONTHS):
        assert counts(node), "only rules that count options are left out"
        return
    columns = {code: [case.value(Ref(code)) for case in cases] for code in CODES}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(CODES, pl.Decimal(38, 6)))
    outcome = frame.with_columns(outcome=rule_expression(node, column, precision, MONTHS))["outcome"].to_list()
    expected = [exact(node, case) for case in cases]
    assert outcome == [None if isinstance(value, Unevaluated) else value for value in expected]


@given(LINEAR, _OPERATORS, figures())
def test_an_operator_and_its_opposite_never_agree_without_tolerance(
    node: Node, operator: Operator, case: Figures
) -> None:
    def counted_exactly(ref: Ref) -> Precision:
        return Precision(PRECISIONS[ref.indicator].decimals, rounded=False)

    outcomes = [
        evaluate(Compare(each, node, Ref("01")), case.value, counted_exactly, MONTHS, case.chosen)
        for each in (operator, operator.opposite)
    ]
    assert outcomes in ([True, False], [False, True], [MISSING, MISSING])
