"""A tree as the text of a spreadsheet expression, without guards: every figure is taken to be there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from xlreport.numbers import MAX_DECIMALS, plain
from xlreport.rules.noise import first_decimals
from xlreport.rules.tolerance import Bound, PrecisionOf, Scale, bound
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
    Node,
    Not,
    Number,
    Operator,
    Or,
    Ref,
    Round,
    Within,
)

#: In place of a cell: a figure that is not in the workbook. It is missing, whatever else is there.
ABSENT = '""'
#: A spreadsheet function takes at most this many arguments.
MAX_ARGUMENTS = 255
#: Some programs evaluate a + b + c … recursively and give up on a long chain; SUM they all take.
_LONGEST_CHAIN = 16

# How tightly a text binds, from loose to tight.
_CONDITION, _SUM, _PRODUCT, _ATOM = range(4)


class Cells(Protocol):
    """Where figures stand, as spreadsheet expressions."""

    def number(self, ref: Ref) -> str:
        """The cell of a figure: "E5" or "'Biểu 1'!E5"; `ABSENT` if the workbook does not have it."""

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """How many chose one of the options; without options, how many answered."""

    def choice_present(self, ref: Ref) -> str:
        """TRUE where the choice is answered."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is rendered for. With `nil_tokens`, those texts in a cell mean 0."""

    cells: Cells
    precision: PrecisionOf
    months: int
    nil_tokens: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """A text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'


def combined(function: str, conditions: list[str]) -> str:
    """AND or OR of conditions; a single one stands alone, many are split into groups."""
    while len(conditions) > 1:
        groups = [conditions[start : start + MAX_ARGUMENTS] for start in range(0, len(conditions), MAX_ARGUMENTS)]
        conditions = [f"{function}({','.join(group)})" if len(group) > 1 else group[0] for group in groups]
    return conditions[0]


def expression(node: Node, setting: Setting) -> str:
    """The text of a number or a condition."""
    return _render(node, setting)[0]


def rounded_expression(node: Node, decimals: int, setting: Setting) -> str:
    """ROUND(number, decimals), made sure that the noise of doubles does not decide a tie."""
    text = expression(node, setting)
    first = first_decimals(node, decimals, setting.precision, setting.months)
    return f"ROUND({text},{decimals})" if first is None else f"ROUND(ROUND({text},{first}),{decimals})"


def scaled_expression(node: Node, scale: Scale, setting: Setting) -> str:
    """A number times a scale that makes it whole, without the noise of doubles: ROUND(number · scale, 0).

    With a scale that is not exact, the number rounded to `MAX_DECIMALS`: zero where its scaled value is.
    """
    if not scale.exact:
        return rounded_expression(node, MAX_DECIMALS, setting)
    inner = expression(node, setting) if scale.factor == 1 else f"{_operand(node, _PRODUCT, setting)}*{scale.factor}"
    return f"ROUND({inner},0)"


def _operand(node: Node, level: int, setting: Setting) -> str:
    """The text of an operand, in brackets where it binds less tightly than its place asks."""
    text, binds = _render(node, setting)
    return text if binds >= level else f"({text})"


def _render(node: Node, setting: Setting) -> tuple[str, int]:
    match node:
        case Number(value):
            return _constant(value)
        case Date():
            return _constant(Decimal(node.serial))
        case Months():
            return _constant(Decimal(setting.months))
        case Ref():
            cell = setting.cells.number(node)
            return (f"N({cell})" if setting.nil_tokens else cell), _ATOM
        case Count(ref, options):
            return setting.cells.choice_count(ref, options), _CONDITION
        case Negate(operand):
            return "-" + _operand(operand, _PRODUCT, setting), _SUM
        case Add(terms) if len(terms) > _LONGEST_CHAIN:
            return _long_sum(terms, setting), _SUM
        case Add(terms):
            return _sum(terms, setting), _SUM
        case Multiply(left, right):
            return f"{_operand(left, _PRODUCT, setting)}*{_operand(right, _ATOM, setting)}", _PRODUCT
        case Divide(left, right):
            return f"{_operand(left, _PRODUCT, setting)}/{_operand(right, _ATOM, setting)}", _PRODUCT
    return _function(node, setting)


def _constant(value: Decimal) -> tuple[str, int]:
    return plain(value), _SUM if value < 0 else _ATOM


def _sum(terms: tuple[Node, ...], setting: Setting) -> str:
    text = _operand(terms[0], _SUM, setting)
    for term in terms[1:]:
        if isinstance(term, Negate):
            text += "-" + _operand(term.operand, _PRODUCT, setting)
        else:
            text += "+" + _operand(term, _PRODUCT, setting)
    return text


def _long_sum(terms: tuple[Node, ...], setting: Setting) -> str:
    texts = [expression(term, setting) for term in terms]
    groups = [texts[start : start + MAX_ARGUMENTS] for start in range(0, len(texts), MAX_ARGUMENTS)]
    return "+".join(f"SUM({','.join(group)})" for group in groups)


def _function(node: Node, setting: Setting) -> tuple[str, int]:
    match node:
        case Absolute(operand):
            return f"ABS({expression(operand, setting)})", _ATOM
        case Round(operand, decimals):
            return rounded_expression(operand, decimals, setting), _ATOM
        case If(condition, then, otherwise):
            parts = (expression(part, setting) for part in (condition, then, otherwise))
            return f"IF({','.join(parts)})", _ATOM
        case Compare() | Within():
            return _test(bound(node, setting.precision, setting.months), setting), _CONDITION
        case And(items):
            return combined("AND", [expression(item, setting) for item in items]), _ATOM
        case Or(items):
            return combined("OR", [expression(item, setting) for item in items]), _ATOM
        case Not(operand):
            return f"NOT({expression(operand, setting)})", _ATOM
    raise TypeError(f"not part of an expression: {node!r}")


def _test(test: Bound, setting: Setting) -> str:
    difference = scaled_expression(test.difference, Scale(test.scale, test.exact), setting)
    if test.limit and not test.exact:
        difference = f"ROUND({difference}*{test.scale},0)"
    if not test.absolute:
        return f"{difference}{test.operator.value}{test.limit}"
    if test.limit == 0:
        return f"{difference}{test.operator.value}0"
    return f"ABS({difference}){'<=' if test.operator is Operator.EQUAL else '>'}{test.limit}"
