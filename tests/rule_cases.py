"""Random rules and formulas and the cells under them: what the tests share in which readings are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rule_doubles import holds_in_a_cell, is_decidable

from xlreport.numbers import decimal_places, round_half_up, significant_digits
from xlreport.refs import column_name, on_sheet
from xlreport.rules import (
    MISSING,
    FormulaTooLarge,
    Node,
    Precision,
    Ref,
    Unevaluated,
    evaluate,
    formula_cell,
    is_truth,
    parse,
    references,
    rule_cell,
)
from xlreport.rules.tolerance import bound, forms_of
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
    Date,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Not,
    Number,
    Operator,
    Or,
    Round,
    Within,
    children,
)

Drawn = TypeVar("Drawn")

MONTHS = 3
SXKD, TO_CHUC, CHECKS = "Sản xuất, kinh doanh", "Tổ chức Đảng (quý I) 'mới', 2", "Kiểm tra"
SHEETS = {"sxkd": SXKD, "to-chuc": TO_CHUC}
NILS = ("-", "không", "không phát sinh")
OPTIONS = ("dat", "kieu-mau", "chua")

#: Decimals, and whether rounded; the same code means something else in another table.
PRECISIONS = {
    ("sxkd", "01"): Precision(2, True),
    ("sxkd", "02"): Precision(0, False),
    ("sxkd", "03"): Precision(1, True),
    ("sxkd", "04"): Precision(2, False),
    ("sxkd", "05"): Precision(0, True),
    ("sxkd", "06a"): Precision(3, True),
    ("sxkd", "10"): Precision(0, False),
    ("to-chuc", "01"): Precision(0, False),
    ("to-chuc", "02"): Precision(1, True),
    ("to-chuc", "03"): Precision(2, True),
}


def _refs(*texts: str) -> tuple[Ref, ...]:
    return tuple(ref for text in texts for ref in references(parse(text)))


FIGURES = _refs(
    "[sxkd/01:actual]", "[sxkd/01:plan]", "[sxkd/01:actual]@previous", "[sxkd/02:actual]", "[sxkd/02:actual]@previous",
    "[sxkd/03:cumulative]", "[sxkd/04:actual]", "[sxkd/05:actual]", "[sxkd/06a:actual]", "[to-chuc/01:actual]",
    "[to-chuc/01:actual]@same_period", "[to-chuc/02:plan]", "[to-chuc/03:actual]@previous",
)  # fmt: skip
(DAY,) = _refs("[sxkd/10:actual]")
#: A figure that the workbook does not have.
(ELSEWHERE,) = _refs("[sxkd/04:actual]@same_period")
#: A choice as a unit answers it, in one cell; and as a node counts it, with a cell for each option.
ANSWERED, COUNTED = _refs("[to-chuc/09:actual]", "[to-chuc/11:actual]")
COUNTS = (
    Count(ANSWERED),
    Count(ANSWERED, ("dat", "kieu-mau")),
    Count(ANSWERED, ("chua",)),
    Count(COUNTED),
    Count(COUNTED, ("dat", "kieu-mau")),
    Count(COUNTED, ("chua", "kieu-mau", "dat")),
)
_PLACES = {ref: column for column, ref in enumerate((*FIGURES, DAY, ANSWERED))}
_FIRST_COUNT = len(_PLACES)

#: What a cell holds: a number, a text, a truth value, nothing; a text beginning with = is a formula.
Content = Decimal | str | bool | None


def precision(ref: Ref) -> Precision:
    return PRECISIONS[ref.table or "", ref.indicator]


@dataclass(frozen=True)
class Case:
    """The cells under one expression. Where `has_nils`, the tokens in `NILS` mean 0."""

    contents: Mapping[Ref, Content] = field(default_factory=dict)
    answer: str | None = None
    answers: tuple[int, int, int] = (0, 0, 0)
    has_nils: bool = True

    def value(self, ref: Ref) -> Decimal | None:
        content = self.contents.get(ref)
        if isinstance(content, str) and content.casefold() in NILS and self.has_nils:
            return Decimal(0)
        return content if isinstance(content, Decimal) else None

    def chosen(self, ref: Ref, options: tuple[str, ...]) -> int | None:
        counts = dict(zip(OPTIONS, self.answers, strict=True))
        if ref == ANSWERED:
            counts = {option: int(self.answer == option) for option in OPTIONS}
        if not any(counts.values()):
            return None
        return sum(count for option, count in counts.items() if not options or option in options)

    def figure(self, leaf: Ref | Count) -> Fraction:
        """A figure that is there."""
        value = self.value(leaf) if isinstance(leaf, Ref) else self.chosen(leaf.ref, leaf.options)
        assert value is not None
        return Fraction(value)

    def cells(self) -> Iterator[tuple[str, int, Content]]:
        """(sheet, 0-based column, content) of what its row holds."""
        for ref, content in self.contents.items():
            yield SHEETS[ref.table or ""], _PLACES[ref], content
        yield TO_CHUC, _PLACES[ANSWERED], self.answer
        for place, count in enumerate(self.answers):
            yield TO_CHUC, _FIRST_COUNT + place, Decimal(count)


@dataclass(frozen=True)
class Row:
    """References to the cells of a case in a row (1-based), from a sheet of its own or from one of the tables."""

    row: int
    here: str = CHECKS

    def number(self, ref: Ref) -> str:
        return '""' if ref == ELSEWHERE else self._cell(ref.table or "", _PLACES[ref])

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        if ref == ANSWERED:
            cell = self._cell("to-chuc", _PLACES[ANSWERED])
            chosen = [f'{cell}="{option}"' for option in options or OPTIONS]
            return f"IF(OR({','.join(chosen)}),1,0)"
        return f"SUM({','.join(map(self._count_cell, options or OPTIONS))})"

    def choice_present(self, ref: Ref) -> str:
        return f"{self.choice_count(ref, ())}>0"

    def _count_cell(self, option: str) -> str:
        return self._cell("to-chuc", _FIRST_COUNT + OPTIONS.index(option))

    def _cell(self, table: str, column: int) -> str:
        cell = f"{column_name(column)}{self.row}"
        return cell if SHEETS[table] == self.here else on_sheet(SHEETS[table], cell)


def exact(node: Node, case: Case) -> Fraction | bool | Unevaluated:
    return evaluate(node, case.value, precision, MONTHS, case.chosen)


def decidable(node: Node, case: Case, decimals: int = 2) -> bool:
    """Whether a spreadsheet can know the outcome; what is missing it always knows."""
    return exact(node, case) is MISSING or is_decidable(node, case.figure, precision, MONTHS, decimals)


class Written(NamedTuple):
    """A formula in its row and on its sheet, the case under it, and what the exact reading says that it shows."""

    row: int
    sheet: str
    formula: str
    case: Case
    expected: object


#: The column of the formulas, right of all figures.
FORMULA_COLUMN = 30


def written(expressions: Iterable[tuple[Node, Case, int]]) -> list[Written]:
    """Formulas for rules and for formulas of so many decimals: those that doubles can decide and programs take."""
    found: list[Written] = []
    for node, case, decimals in expressions:
        row = len(found) + 1
        sheet = (CHECKS, SXKD, TO_CHUC)[row % 3]
        outcome = exact(node, case)
        too_long = isinstance(outcome, Fraction) and abs(outcome) * 10**decimals >= 10**15
        if too_long or not decidable(node, case, decimals):
            continue
        with suppress(FormulaTooLarge):
            found.append(
                Written(
                    row, sheet, _formula(node, Row(row, sheet), case, decimals), case, _shown(outcome, decimals, node)
                )
            )
    return found


def _formula(node: Node, row: Row, case: Case, decimals: int) -> str:
    nils = NILS if case.has_nils else ()
    if is_truth(node):
        return rule_cell(node, row, precision, MONTHS, nils)
    return formula_cell(node, row, precision, MONTHS, decimals, nils)


def _shown(outcome: Fraction | bool | Unevaluated, decimals: int, node: Node) -> object:
    """What a cell shows for an exact outcome."""
    if isinstance(outcome, bool):
        return "✓" if outcome else "✗"
    if isinstance(outcome, Fraction):
        return float(round_half_up(outcome, decimals))
    if is_truth(node):
        return "…"
    return "" if outcome is MISSING else "—"


# Expressions


def constant(value: Decimal) -> Node:
    """A constant as it is parsed: negative ones have a sign."""
    return Negate(Number(-value)) if value < 0 else Number(value)


def _constants(*more: str) -> st.SearchStrategy[Node]:
    texts = ("1", "2", "3", "4", "8", "0.5", "100", "0.01", "12.25", "0.125", *more)
    return st.sampled_from([Number(Decimal(text)) for text in texts])


_LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(FIGURES),
    st.sampled_from(FIGURES),
    st.sampled_from(FIGURES),
    _constants("0"),
    st.sampled_from([Months(), *COUNTS]),
    st.sampled_from([*COUNTS, DAY, Date(date(2024, 3, 8)), Date(date(2024, 2, 29)), ELSEWHERE]),
)
OPERATORS = st.sampled_from(list(Operator))


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
    return st.one_of(
        _linear(parts),
        st.builds(Divide, parts, parts),
        st.builds(Divide, parts, parts),
        st.builds(Multiply, parts, parts),
        st.builds(Absolute, parts),
        st.builds(Round, parts, st.integers(0, 2)),
        st.builds(If, st.builds(Compare, OPERATORS, parts, parts), parts, parts),
    )


LINEAR: st.SearchStrategy[Node] = st.recursive(_LEAVES, _linear, max_leaves=5)
NUMBERS: st.SearchStrategy[Node] = st.recursive(_LEAVES, _any_number, max_leaves=6)


def _tests(numbers: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Compare, OPERATORS, numbers, numbers),
        st.builds(Compare, OPERATORS, numbers, numbers),
        st.builds(Within, numbers, numbers, _constants()),
    )


def _truths(numbers: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        _tests(numbers),
        lambda parts: st.one_of(
            st.builds(And, _tuples(parts)),
            st.builds(Or, _tuples(parts)),
            st.builds(Not, parts),
            st.builds(If, parts, parts, parts),
        ),
        max_leaves=4,
    )


#: What most rules are: a total against the sum of its parts.
TOTALS = st.builds(
    lambda operator, refs: Compare(operator, refs[0], Add(tuple(refs[1:]))),
    OPERATORS,
    st.lists(st.sampled_from(FIGURES), min_size=3, max_size=5, unique=True),
)
LINEAR_RULES = _truths(LINEAR)
RULES = _truths(NUMBERS)


def nodes_of(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from nodes_of(child)


# Cells

_NO_NUMBERS: tuple[Content, ...] = (
    None, "9.605", "9605,38", "x", "—", "", " ", "–", "khong", True, False, "=1/0", "=1/0", "=NA()", '=""',
)  # fmt: skip
_NIL_CONTENTS: tuple[Content, ...] = ("-", "không", "Không", "không phát sinh")
_STEPS = st.one_of(st.integers(-3, 12), st.integers(-3, 12), st.just(0), st.integers(-(10**9), 10**9))
_MANY_DIGITS = st.integers(13, 15).flatmap(lambda digits: st.integers(10 ** (digits - 1), 10**digits - 1))


def _one_in(count: int) -> st.SearchStrategy[bool]:
    """True in one case of so many; not at the ends of the range, which are tried more often."""
    return st.integers(0, 10 * count - 1).map(lambda number: 4 <= number - 5 * count < 14)


@st.composite
def _contents(draw: st.DrawFn, ref: Ref, are_large: bool) -> Content:
    """Small steps around small numbers, so that ties, zeros and differences of half a step are frequent."""
    if ref == DAY:
        return Decimal(Date(date(2024, 3, 8)).serial + draw(st.integers(-2, 2)))
    if draw(_one_in(20)):
        return draw(st.sampled_from(_NIL_CONTENTS))
    decimals = precision(ref).decimals
    steps = draw(_MANY_DIGITS.flatmap(lambda size: st.sampled_from([size, -size])) if are_large else _STEPS)
    number = Decimal(steps).scaleb(-decimals)
    # Half a step more than declared.
    return number + Decimal(5).scaleb(-decimals - 1) if not are_large and draw(_one_in(20)) else number


@st.composite
def cases(draw: st.DrawFn, node: Node) -> Case:
    """Cells for the figures of an expression; in one case of five, one of them is no number."""
    refs = [ref for ref in references(node) if ref != ELSEWHERE]
    are_large = draw(_one_in(8))
    contents = {ref: draw(_contents(ref, are_large)) for ref in refs}
    has_other: bool = draw(_one_in(5))
    if refs and has_other:
        contents[draw(st.sampled_from(refs))] = draw(st.sampled_from(_NO_NUMBERS))
    answer = draw(st.sampled_from(OPTIONS)) if not draw(_one_in(10)) else draw(st.sampled_from([None, "khác"]))
    answers = draw(st.tuples(*[st.integers(0, 17)] * 3)) if not draw(_one_in(20)) else (0, 0, 0)
    return Case(contents, answer, answers)


#: How far from the limit, in units of the scaled difference; half a unit is what a rounding decides.
_OFFSETS = tuple(map(Fraction, ("0", "0", "1", "-1", "1", "-1", "1/2", "-1/2")))


@st.composite
def at_limits(draw: st.DrawFn, rules: st.SearchStrategy[Node]) -> tuple[Node, Case]:
    """A rule and cells of which one is such that a linear comparison is decided by a hair, where that can be."""
    node = draw(rules)
    case = draw(cases(node))
    tests = [part for part in nodes_of(node) if isinstance(part, Compare | Within)]
    if tests and not draw(_one_in(4)):
        which: int = draw(st.integers(0, len(tests) - 1))
        offset, side = draw(st.sampled_from(_OFFSETS)), draw(st.sampled_from([1, -1]))
        case = _moved(tests[which], case, offset, side, draw(st.integers(0, 5)))
    return node, case


def _moved(test: Compare | Within, case: Case, offset: Fraction, side: int, which: int) -> Case:
    """The case with one figure changed so that the difference is the limit (or its opposite) and the offset."""
    form, *tolerances = forms_of(test, MONTHS)
    terms = [*(form.terms if form else ()), *(term for other in tolerances if other for term in other.terms)]
    movable = [term for term in form.terms if isinstance(term, Ref)] if form else []
    if not movable or None in tolerances or any(_value(term, case) is None for term in terms):
        return case
    assert form is not None
    moved = movable[which % len(movable)]
    rest = form.constant + sum(
        (factor * case.figure(term) for term, factor in form.terms.items() if term != moved), Fraction(0)
    )
    limits = bound(test, precision, MONTHS)
    target = (limits.limit + offset) / limits.scale
    for tolerance in tolerances:
        assert tolerance is not None
        target += tolerance.constant + sum(
            (factor * case.figure(term) for term, factor in tolerance.terms.items()), Fraction(0)
        )
    is_two_sided = limits.absolute or isinstance(test, Within)
    exactly = ((side * target if is_two_sided else target) - rest) / form.terms[moved]
    number = round_half_up(exactly, precision(moved).decimals if offset.denominator == 1 else 9).normalize()
    return replace(case, contents={**case.contents, moved: number}) if holds_in_a_cell(number) else case


def _value(term: Ref | Count, case: Case) -> Decimal | int | None:
    return case.value(term) if isinstance(term, Ref) else case.chosen(term.ref, term.options)


_HAIRS = tuple(map(Decimal, ("0", "0", "0.0000005", "-0.0000005", "0.0000004", "-0.0000006", "0.000001", "-0.000001")))


def _as_constant(value: Fraction) -> Node | None:
    """A constant next to a value, if it can be written as one."""
    number = round_half_up(value, 9)
    if significant_digits(number) > 15 or decimal_places(number) > 9:
        return None
    return constant(number.normalize())


@st.composite
def against_constants(draw: st.DrawFn) -> tuple[Node, Case]:
    """Any number compared with a constant that is its value, or differs from it by about half a millionth."""
    number = draw(NUMBERS)
    case = draw(cases(number))
    value = exact(number, case)
    near = _as_constant(value + Fraction(draw(st.sampled_from(_HAIRS)))) if isinstance(value, Fraction) else None
    return Compare(draw(OPERATORS), number, near or Number(Decimal(1))), case


_BESIDE_TIES = tuple(map(Decimal, ("0", "0", "0", "0.0000001", "-0.0000001", "0.00001", "-0.00001")))


@st.composite
def at_ties(draw: st.DrawFn) -> tuple[Node, Case, int]:
    """A formula, its cells and its decimals; the value often ends in a 5 that decides the rounding."""
    number = draw(LINEAR | NUMBERS)
    decimals = draw(st.integers(0, 3))
    case = draw(cases(number))
    value = exact(number, case)
    if isinstance(value, Fraction) and abs(value) < 10**6 and not draw(_one_in(3)):
        step = Fraction(1, 10**decimals)
        tie = draw(st.sampled_from([1, -1])) * (abs(value) // step * step + step / 2)
        addend = _as_constant(tie + Fraction(draw(st.sampled_from(_BESIDE_TIES))) - value)
        number = Add((number, addend)) if addend is not None else number
    return number, case, decimals


#: Of all kinds, with what it takes to place them.
ANY_RULES = st.one_of(at_limits(RULES), at_limits(LINEAR_RULES), at_limits(TOTALS), against_constants())


def drawn_from(strategy: st.SearchStrategy[Drawn], count: int) -> list[Drawn]:
    """So many examples, the same in every run."""
    found: list[Drawn] = []

    @settings(max_examples=count, phases=[Phase.generate], derandomize=True, database=None)
    @given(strategy)
    def collect(example: Drawn) -> None:
        found.append(example)

    collect()
    return found


# What was drawn


def labels(node: Node, case: Case) -> set[str]:
    """What there is about a case: what is written, what the cells hold, how near it was, how it came out."""
    outcome = exact(node, case)
    found = {f"outcome {outcome.value}" if isinstance(outcome, Unevaluated) else f"outcome {type(outcome).__name__}"}
    if isinstance(outcome, bool):
        found = {f"outcome {outcome}"}
    refs = references(node)
    found |= {f"@{ref.at}" for ref in refs if ref.at} | {f"measure {ref.measure}" for ref in refs}
    found |= {"elsewhere"} if ELSEWHERE in refs else set()
    tables = {(ref.table, ref.indicator) for ref in refs}
    found |= {"two tables"} if len({table for table, _ in tables}) == 2 else set()
    found |= {"one code in two tables"} if len({code for _, code in tables}) < len(tables) else set()
    for part in nodes_of(node):
        found.add(type(part).__name__)
        if isinstance(part, Count):
            found.add(f"count of {len(part.options)} options")
    found |= {label for ref in refs for label in _content_labels(ref, case)}
    if not isinstance(outcome, Unevaluated):
        found |= {label for part in nodes_of(node) for label in _nearness(part, case)}
    return found


def _content_labels(ref: Ref, case: Case) -> Iterator[str]:
    match case.contents.get(ref):
        case Decimal() as number:
            if significant_digits(number) >= 13:
                yield "many digits"
            if decimal_places(number) > precision(ref).decimals:
                yield "more decimals than declared"
            if number == 0:
                yield "zero"
        case bool():
            yield "truth value"
        case None:
            yield "blank"
        case "" | '=""':
            yield "empty text"
        case str() as text if text.casefold() in NILS:
            yield "nil"
        case str() as text:
            yield "error value" if text.startswith("=") else "text"


def _nearness(part: Node, case: Case) -> Iterator[str]:
    """How near a linear comparison was to its limit."""
    if not isinstance(part, Compare | Within) or None in forms_of(part, MONTHS):
        return
    test = bound(part, precision, MONTHS)
    value = exact(test.difference, case)
    if not isinstance(value, Fraction):
        return
    scaled = abs(value * test.scale) if test.absolute else value * test.scale
    kind = "with tolerance" if test.limit else "without tolerance"
    names = {0: "at the limit", 1: "just over", -1: "just under"}
    if (scaled - test.limit) in names:
        yield f"{names[int(scaled - test.limit)]} {kind}"
    if abs(scaled).denominator == 2:
        yield "half a unit" if scaled > 0 else "minus half a unit"


def tie_labels(node: Node, case: Case, decimals: int) -> set[str]:
    """Whether the value of a formula lies at a tie, and of what sign."""
    value = exact(node, case)
    if not isinstance(value, Fraction) or (value * 10**decimals * 2).denominator != 1:
        return set()
    if (value * 10**decimals).denominator == 1:
        return set()
    return {f"{'negative' if value < 0 else 'positive'} tie at {decimals} decimals"}
