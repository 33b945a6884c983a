"""What the grammar recognised → tree, with the types of its parts checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from xlreport.numbers import MAX_DECIMALS, SIGNIFICANT_DIGITS, decimal_places, readings, significant_digits
from xlreport.rules.habits import number_problem, two_readings, word_for
from xlreport.rules.syntax import FUNCTIONS, MAX_CONSTANT_DECIMALS, MAX_DEPTH, SUFFIXES, RuleSyntaxError, shown
from xlreport.rules.tree import (
    FIRST_DAY,
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
    is_truth,
)

if TYPE_CHECKING:
    from lark import Token, Tree

    Parsed = Tree[Token] | Token

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), " ")
_OPERATORS = {operator.value: operator for operator in Operator} | {
    "!=": Operator.DIFFERENT,
    "≠": Operator.DIFFERENT,
    "=\u0338": Operator.DIFFERENT,
    "≤": Operator.AT_MOST,
    "≥": Operator.AT_LEAST,
}


def build(parsed: Parsed, depth: int = 1) -> Node:
    """The tree of a number or a truth. Raises RuleSyntaxError."""
    if depth > MAX_DEPTH:
        raise RuleSyntaxError("too-deep", _column(parsed), limit=MAX_DEPTH)
    if isinstance(parsed, str):
        return build_constant(parsed)
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


def build_constant(token: Token) -> Node:
    """The tree of a single word or number. Raises RuleSyntaxError."""
    if token.type == "MONTHS":
        return Months()
    if token.type == "TEXT":
        raise RuleSyntaxError("text-misplaced", _column(token), found=shown(token))
    meanings = readings(token)
    if len(meanings) > 1:
        raise two_readings(str(token), meanings, _column(token))
    value = Decimal(token)
    if significant_digits(value) > SIGNIFICANT_DIGITS or decimal_places(value) > MAX_CONSTANT_DECIMALS:
        raise RuleSyntaxError(
            "too-many-digits", _column(token), digits=SIGNIFICANT_DIGITS, decimals=MAX_CONSTANT_DECIMALS
        )
    return Number(value.normalize())


def _reference(parts: Sequence[Parsed], _depth: int) -> Ref:
    return replace(build_reference(str(parts[0]), _column(parts[0])), at=_suffix(parts[1:]))


def build_reference(written: str, column: int) -> Ref:
    """What stands in square brackets, the brackets included. Raises RuleSyntaxError."""
    ref = _read_reference(written)
    if ref is not None:
        return ref
    meant = _read_reference(unicodedata.normalize("NFKC", written), str.lower)
    if meant is not None:
        raise RuleSyntaxError("instead", column, found=shown(written), expected=str(meant))
    raise RuleSyntaxError("bad-reference", column, reference=shown(written))


def _read_reference(written: str, spelling: Callable[[str], str] = str) -> Ref | None:
    """Table, indicator and measure of "[table/indicator:measure]", with spaces or without."""
    table, slash, rest = written[1:-1].translate(_INVISIBLE).rpartition("/")
    code, colon, measure = rest.partition(":")
    names = [spelling(name.strip()) for name, is_there in ((table, slash), (measure, colon)) if is_there]
    code = code.strip()
    if not _CODE.fullmatch(code) or not all(map(_NAME.fullmatch, names)):
        return None
    return Ref(code, names[0] if slash else None, names[-1] if colon else None)


def _suffix(parts: Sequence[Parsed]) -> str | None:
    if not parts:
        return None
    name = str(parts[0])[1:].lower()
    if name not in SUFFIXES:
        raise RuleSyntaxError("bad-suffix", _column(parts[0]), suffix=shown(str(parts[0])))
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
        is_added = str(sign) == "+"
        term = build_number(part, depth + (1 if is_added else 2))
        terms.append(term if is_added else Negate(term))
    return Add(tuple(terms))


def _product(parts: Sequence[Parsed], depth: int) -> Node:
    # A chain of n factors is a tree n deep; its first factors lie deepest.
    depth += len(parts) // 2
    node = build_number(parts[0], depth)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        factor = build_number(part, depth)
        node = Multiply(node, factor) if str(sign) in "*×" else Divide(node, factor)
    return node


def _minus(parts: Sequence[Parsed], depth: int) -> Node:
    return Negate(build_number(parts[1], depth + 1))


def _call(parts: Sequence[Parsed], depth: int) -> Node:
    name, arguments = str(parts[0]).lower(), parts[1::2]
    if name not in FUNCTIONS:
        raise _unknown_function(parts[0])
    fewest, most = FUNCTIONS[name]
    is_right = len(arguments) >= fewest and (most is None or len(arguments) <= most)
    # sum(0,5) can be read in two ways, round(0,5, 1) has an argument too many: in both, 0.5 may be meant.
    if not is_right or most is None:
        _refuse_decimal_commas(parts)
    if not is_right:
        raise RuleSyntaxError("argument-count", _column(parts[0]), name=name, expected=fewest, found=len(arguments))
    return _CALLS[name](arguments, depth + 1)


def _unknown_function(name: Parsed) -> RuleSyntaxError:
    meant = word_for(str(name))
    if meant is not None:
        return RuleSyntaxError("instead", _column(name), found=shown(str(name)), expected=meant)
    return RuleSyntaxError("unknown-function", _column(name), name=shown(str(name)), known=", ".join(FUNCTIONS))


def _refuse_decimal_commas(parts: Sequence[Parsed]) -> None:
    """Raise RuleSyntaxError for a comma between two digits."""
    for before, comma, after in zip(parts[1::2], parts[2::2], parts[3::2], strict=False):
        first, second = _end(before, -1), _end(after, 0)
        is_between = first.end_pos == _column(comma) - 1 and second.start_pos == _column(comma)
        problem = number_problem(f"{first},{second}", _column(first), "decimal-comma")
        if str(comma) == "," and is_between and problem is not None:
            raise problem


def _end(parsed: Parsed, which: int) -> Token:
    """The first (0) or last (-1) token of an argument."""
    while not isinstance(parsed, str):
        parsed = parsed.children[which]
    return parsed


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
    return unicodedata.normalize("NFC", str(argument)[1:-1])


def _call_date(arguments: Sequence[Parsed], _depth: int) -> Node:
    written = arguments[0]
    if not isinstance(written, str) or written.type != "TEXT":
        raise RuleSyntaxError("day-expected", _column(written))
    day = _day(written[1:-1].strip())
    if day is None:
        raise RuleSyntaxError("no-such-day", _column(written), found=shown(written[1:-1]))
    if day < FIRST_DAY:
        raise RuleSyntaxError("day-too-early", _column(written), found=shown(written[1:-1]), limit=str(FIRST_DAY))
    return Date(day)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


_CALLS: dict[str, Callable[[Sequence[Parsed], int], Node]] = {
    "sum": _call_sum,
    "abs": _call_abs,
    "round": _call_round,
    "if": _call_if,
    "within": _call_within,
    "count": _call_count,
    "date": _call_date,
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
