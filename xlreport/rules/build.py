"""What the grammar recognised → tree, with the types of its parts checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from xlreport.numbers import MAX_DECIMALS, SIGNIFICANT_DIGITS, decimal_places, significant_digits
from xlreport.rules.syntax import FUNCTIONS, MAX_CONSTANT_DECIMALS, MAX_DEPTH, SUFFIXES, RuleSyntaxError
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
    is_truth,
)

if TYPE_CHECKING:
    from lark import Token, Tree

    Parsed = Tree[Token] | Token

_NAME = r"[a-z][a-z0-9_-]*"
_REFERENCE = re.compile(
    rf"\[\s*(?:(?P<table>{_NAME})/)?(?P<indicator>[0-9A-Za-z][0-9A-Za-z_-]*)(?::(?P<measure>{_NAME}))?\s*\]"
)
_OPERATORS = {operator.value: operator for operator in Operator} | {"!=": Operator.DIFFERENT}


def build(parsed: Parsed, depth: int = 1) -> Node:
    """The tree of a number or a truth. Raises RuleSyntaxError."""
    if depth > MAX_DEPTH:
        raise RuleSyntaxError("too-deep", _column(parsed), limit=MAX_DEPTH)
    if isinstance(parsed, str):
        return _constant(parsed)
    return _BUILDERS[parsed.data](parsed.children, depth)


def build_number(parsed: Parsed, depth: int = 1) -> Node:
    """The tree of a number. Raises RuleSyntaxError, also for a condition."""
    node = build(parsed, depth)
    if is_truth(node):
        raise RuleSyntaxError("number-expected", _column(parsed))
    return node


def build_truth(parsed: Parsed, depth: int = 1) -> Node:
    """The tree of a condition. Raises RuleSyntaxError, also for a number."""
    node = build(parsed, depth)
    if not is_truth(node):
        raise RuleSyntaxError("truth-expected", _column(parsed))
    return node


def _column(parsed: Parsed) -> int:
    start = parsed.start_pos if isinstance(parsed, str) else parsed.meta.start_pos
    return (start or 0) + 1


def _constant(token: Token) -> Node:
    if token.type == "MONTHS":
        return Months()
    if token.type == "TEXT":
        raise RuleSyntaxError("text-misplaced", _column(token), found=str(token))
    value = Decimal(token)
    if significant_digits(value) > SIGNIFICANT_DIGITS or decimal_places(value) > MAX_CONSTANT_DECIMALS:
        raise RuleSyntaxError(
            "too-many-digits", _column(token), digits=SIGNIFICANT_DIGITS, decimals=MAX_CONSTANT_DECIMALS
        )
    return Number(value)


def _reference(parts: Sequence[Parsed], _depth: int) -> Ref:
    written = str(parts[0])
    match = _REFERENCE.fullmatch(written)
    if match is None:
        raise RuleSyntaxError("bad-reference", _column(parts[0]), reference=written)
    return Ref(match["indicator"], match["table"], match["measure"], _suffix(parts[1:]))


def _suffix(parts: Sequence[Parsed]) -> str | None:
    if not parts:
        return None
    name = str(parts[0])[1:].lower()
    if name not in SUFFIXES:
        raise RuleSyntaxError("bad-suffix", _column(parts[0]), suffix=str(parts[0]))
    return name


def _disjunction(parts: Sequence[Parsed], depth: int) -> Node:
    return Or(tuple(build_truth(part, depth + 1) for part in parts[::2]))


def _conjunction(parts: Sequence[Parsed], depth: int) -> Node:
    return And(tuple(build_truth(part, depth + 1) for part in parts[::2]))


def _denial(parts: Sequence[Parsed], depth: int) -> Node:
    return Not(build_truth(parts[1], depth + 1))


def _comparison(parts: Sequence[Parsed], depth: int) -> Node:
    if len(parts) > 3:
        raise RuleSyntaxError("chained-comparison", _column(parts[3]))
    operator = _OPERATORS[str(parts[1])]
    return Compare(operator, build_number(parts[0], depth + 1), build_number(parts[2], depth + 1))


def _sum(parts: Sequence[Parsed], depth: int) -> Node:
    terms = [build_number(parts[0], depth + 1)]
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        term = build_number(part, depth + 1)
        terms.append(term if str(sign) == "+" else Negate(term))
    return Add(tuple(terms))


def _product(parts: Sequence[Parsed], depth: int) -> Node:
    # A chain of n factors is a tree n deep; its first factors lie deepest.
    depth += len(parts) // 2
    node = build_number(parts[0], depth)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        factor = build_number(part, depth)
        node = Multiply(node, factor) if str(sign) == "*" else Divide(node, factor)
    return node


def _minus(parts: Sequence[Parsed], depth: int) -> Node:
    return Negate(build_number(parts[1], depth + 1))


def _call(parts: Sequence[Parsed], depth: int) -> Node:
    name, arguments = str(parts[0]).lower(), parts[1:]
    if name not in FUNCTIONS:
        raise RuleSyntaxError("unknown-function", _column(parts[0]), name=str(parts[0]), known=", ".join(FUNCTIONS))
    fewest, most = FUNCTIONS[name]
    if len(arguments) < fewest or (most is not None and len(arguments) > most):
        raise RuleSyntaxError("argument-count", _column(parts[0]), name=name, expected=fewest, found=len(arguments))
    return _CALLS[name](arguments, depth + 1)


def _call_sum(arguments: Sequence[Parsed], depth: int) -> Node:
    return Add(tuple(build_number(argument, depth) for argument in arguments))


def _call_abs(arguments: Sequence[Parsed], depth: int) -> Node:
    return Absolute(build_number(arguments[0], depth))


def _call_round(arguments: Sequence[Parsed], depth: int) -> Node:
    decimals = str(arguments[1]) if isinstance(arguments[1], str) else ""
    if not (decimals.isdigit() and int(decimals) <= MAX_DECIMALS):
        raise RuleSyntaxError("round-decimals", _column(arguments[1]), limit=MAX_DECIMALS)
    return Round(build_number(arguments[0], depth), int(decimals))


def _call_if(arguments: Sequence[Parsed], depth: int) -> Node:
    condition = build_truth(arguments[0], depth)
    then = build(arguments[1], depth)
    branch = build_truth if is_truth(then) else build_number
    return If(condition, then, branch(arguments[2], depth))


def _call_within(arguments: Sequence[Parsed], depth: int) -> Node:
    left, right, tolerance = (build_number(argument, depth) for argument in arguments)
    return Within(left, right, tolerance)


def _call_count(arguments: Sequence[Parsed], depth: int) -> Node:
    first = arguments[0]
    if isinstance(first, str) or first.data != "reference":
        raise RuleSyntaxError("count-reference", _column(first))
    return Count(_reference(first.children, depth), tuple(dict.fromkeys(map(_option, arguments[1:]))))


def _option(argument: Parsed) -> str:
    if not isinstance(argument, str) or argument.type != "TEXT":
        raise RuleSyntaxError("text-expected", _column(argument))
    return str(argument)[1:-1]


_CALLS: dict[str, Callable[[Sequence[Parsed], int], Node]] = {
    "sum": _call_sum,
    "abs": _call_abs,
    "round": _call_round,
    "if": _call_if,
    "within": _call_within,
    "count": _call_count,
}
_BUILDERS: dict[str, Callable[[Sequence[Parsed], int], Node]] = {
    "disjunction": _disjunction,
    "conjunction": _conjunction,
    "denial": _denial,
    "comparison": _comparison,
    "sum": _sum,
    "product": _product,
    "minus": _minus,
    "reference": _reference,
    "call": _call,
}
