"""The tree of a rule or formula: what was parsed, and what every reading walks over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

#: Trees whose figures are remembered: the rules and formulas of a few large forms.
_REMEMBERED = 4_096


class Operator(StrEnum):
    """A comparison."""

    EQUAL = "="
    DIFFERENT = "<>"
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="

    @property
    def opposite(self) -> Operator:
        """The comparison that holds exactly when this one does not."""
        return _OPPOSITES[self]


_OPPOSITES = {
    Operator.EQUAL: Operator.DIFFERENT,
    Operator.DIFFERENT: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.GREATER: Operator.AT_MOST,
    Operator.AT_MOST: Operator.GREATER,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Date:
    """A constant day, which figures and spreadsheets count in days (1900 system)."""

    day: date

    @property
    def serial(self) -> int:
        """The day's number: 8 March 2024 is 45359."""
        return (self.day - _DAY_ZERO).days


#: From 1 March 1900 on all spreadsheet programs count alike; before, Excel has a 29 February 1900.
FIRST_DAY = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Months:
    """Months in the span of the measure that the expression is evaluated for."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A figure. Table and measure are None until `qualify` fills them in; `at` is another period."""

    indicator: str
    table: str | None = None
    measure: str | None = None
    at: str | None = None

    @property
    def measure_at(self) -> str:
        """The name under which its value is kept: "actual", "actual@previous"; before `qualify` without a measure."""
        measure = self.measure or ""
        return f"{measure}@{self.at}" if self.at else measure

    def __str__(self) -> str:
        table = f"{self.table}/" if self.table else ""
        measure = f":{self.measure}" if self.measure else ""
        at = f"@{self.at}" if self.at else ""
        return f"[{table}{self.indicator}{measure}]{at}"


@dataclass(frozen=True, slots=True)
class Count:
    """Units that chose one of the options of a choice indicator; without options, all that answered."""

    ref: Ref
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus the operand."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of its terms; a - b is the sum of a and the negated b.

    One flat node for a whole chain, so that a total of many parts is not a deep tree.
    """

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Multiply:
    """Left times right."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Divide:
    """Left divided by right."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Absolute:
    """The operand without its sign."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Round:
    """The operand rounded half away from zero."""

    operand: Node
    decimals: int


@dataclass(frozen=True, slots=True)
class If:
    """`then` where the condition holds, else `otherwise`: both numbers or both truths. The only lazy node."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two numbers, with the rounding tolerance of `tolerance.bound`."""

    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Within:
    """Whether left and right differ by no more than the tolerance."""

    left: Node
    right: Node
    tolerance: Node


@dataclass(frozen=True, slots=True)
class And:
    """All hold. Every item is evaluated, as spreadsheets do."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds. Every item is evaluated."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold."""

    operand: Node


Node = (
    Number
    | Date
    | Months
    | Ref
    | Count
    | Negate
    | Add
    | Multiply
    | Divide
    | Absolute
    | Round
    | If
    | Compare
    | Within
    | And
    | Or
    | Not
)


def is_truth(node: Node) -> bool:
    """Whether it is true or false, not a number."""
    while isinstance(node, If):
        node = node.then
    return isinstance(node, Compare | Within | And | Or | Not)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order they were written."""
    match node:
        case Number() | Date() | Months() | Ref() | Count():
            return ()
        case Negate(operand) | Absolute(operand) | Round(operand, _) | Not(operand):
            return (operand,)
        case Multiply(left, right) | Divide(left, right) | Compare(_, left, right):
            return (left, right)
        case Within(left, right, tolerance):
            return (left, right, tolerance)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case Add(items) | And(items) | Or(items):
            return items


def _leaves(node: Node) -> Iterator[Node]:
    below = children(node)
    if not below:
        yield node
    for child in below:
        yield from _leaves(child)


@lru_cache(maxsize=_REMEMBERED)
def references(node: Node) -> tuple[Ref, ...]:
    """The figures it refers to, each once, in order of appearance; without the indicators inside `count`."""
    return tuple(dict.fromkeys(leaf for leaf in _leaves(node) if isinstance(leaf, Ref)))


@lru_cache(maxsize=_REMEMBERED)
def counts(node: Node) -> tuple[Count, ...]:
    """The `count` terms, each once, in order of appearance."""
    return tuple(dict.fromkeys(leaf for leaf in _leaves(node) if isinstance(leaf, Count)))


def counted(node: Node) -> tuple[Ref, ...]:
    """The choice indicators inside `count`, each once, in order of appearance."""
    return tuple(dict.fromkeys(count.ref for count in counts(node)))


def qualify(node: Node, table: str, measure: str) -> Node:
    """The same tree in which every reference names its table and measure."""

    def complete(ref: Ref) -> Ref:
        return replace(ref, table=ref.table or table, measure=ref.measure or measure)

    return map_references(node, complete)


def map_references(node: Node, change: Callable[[Ref], Ref]) -> Node:
    """The same tree with every reference, those inside `count` too, replaced by what `change` makes of it."""

    def mapped(child: Node) -> Node:
        return map_references(child, change)

    match node:
        case Number() | Date() | Months():
            return node
        case Ref():
            return change(node)
        case Count(ref, options):
            return Count(change(ref), options)
        case Negate(operand):
            return Negate(mapped(operand))
        case Absolute(operand):
            return Absolute(mapped(operand))
        case Round(operand, decimals):
            return Round(mapped(operand), decimals)
        case Not(operand):
            return Not(mapped(operand))
        case Add(items):
            return Add(tuple(map(mapped, items)))
        case And(items):
            return And(tuple(map(mapped, items)))
        case Or(items):
            return Or(tuple(map(mapped, items)))
        case Multiply(left, right):
            return Multiply(mapped(left), mapped(right))
        case Divide(left, right):
            return Divide(mapped(left), mapped(right))
        case Compare(operator, left, right):
            return Compare(operator, mapped(left), mapped(right))
        case Within(left, right, tolerance):
            return Within(mapped(left), mapped(right), mapped(tolerance))
        case If(condition, then, otherwise):
            return If(mapped(condition), mapped(then), mapped(otherwise))
