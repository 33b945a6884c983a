"""The reading for people: a rule as the condition that should hold, a formula as what is calculated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlreport.numbers import format_number
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
    Or,
    Ref,
    Round,
    Within,
    is_truth,
)
from xlreport.rules.words import WORDS, Words

NameOf = Callable[[Ref], str]
OptionOf = Callable[[Ref, str], str]


def _as_written(_ref: Ref, option: str) -> str:
    return option


@dataclass(frozen=True, slots=True)
class _Speech:
    name: NameOf
    option: OptionOf
    language: str
    words: Words


def sentence(node: Node, name: NameOf, language: str, option: OptionOf = _as_written) -> str:
    """One sentence without a full stop: "[12] Trong đó: nữ không được lớn hơn [10] Đảng viên".

    `name` gives a figure's name without its period; @previous and @same_period are added here. `option` gives
    the name of an option that `count` mentions.
    """
    speech = _Speech(name, option, language, WORDS[language])
    text = _truth(node, speech, required=True) if is_truth(node) else _number(node, speech)
    return text[0].upper() + text[1:]


def _truth(node: Node, speech: _Speech, *, required: bool, denied: bool = False) -> str:
    """A condition in words; `required` says that it should hold, otherwise that it does.

    `denied` turns it into its opposite: a double negative in a message helps nobody.
    """
    words = speech.words
    match node:
        case Compare(operator, left, right):
            if isinstance(left, Date) or isinstance(right, Date):
                texts = words.day_requirements if required else words.day_statements
            else:
                texts = words.requirements if required else words.statements
            return texts[operator.opposite if denied else operator].format(*_sides(left, right, speech))
        case Within(left, right, tolerance):
            text = (words.apart if denied else words.within)[0 if required else 1]
            sides = (_operand(side, speech, Negate, Multiply, Divide, Round, Absolute) for side in (left, right))
            return text.format(*sides, _number(tolerance, speech))
        case Not(operand):
            return _truth(operand, speech, required=required, denied=not denied)
        case If(condition, then, otherwise):
            branches = (_branch(part, speech, required=required, denied=denied) for part in (then, otherwise))
            return words.if_then_else.format(_branch(condition, speech, required=False, denied=False), *branches)
        case And(items) | Or(items):
            together = isinstance(node, And) is not denied
            joined = [_item(item, speech, together, required=required, denied=denied) for item in items]
            return (words.conjunction if together else words.disjunction).join(joined)
    raise TypeError(f"not a condition: {node!r}")


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _branch(part: Node, speech: _Speech, *, required: bool, denied: bool) -> str:
    """A part of an `if`, in brackets where it is itself one: nobody counts which "otherwise" belongs to which."""
    text = _truth(part, speech, required=required, denied=denied)
    while isinstance(part, Not):
        part = part.operand
    return _bracketed(text, isinstance(part, If))


def _item(item: Node, speech: _Speech, together: bool, *, required: bool, denied: bool) -> str:
    """One of several conditions, in brackets where "and" and "or" would otherwise run into each other."""
    text = _truth(item, speech, required=required, denied=denied)
    while isinstance(item, Not):
        item, denied = item.operand, not denied
    mixed = isinstance(item, And | Or) and (isinstance(item, And) is not denied) is not together
    return _bracketed(text, mixed or isinstance(item, If))


def _sides(left: Node, right: Node, speech: _Speech) -> tuple[str, str]:
    return _number(left, speech), _number(right, speech)


def _number(node: Node, speech: _Speech) -> str:
    words = speech.words
    match node:
        case Number(value):
            return format_number(value, speech.language)
        case Date(day):
            return words.day(day)
        case Months():
            return words.months
        case Ref():
            return words.periods[node.at].format(speech.name(node)) if node.at else speech.name(node)
        case Count(ref, options):
            return _count(ref, options, speech)
        case Negate(operand):
            return "−" + _operand(operand, speech)
        case Add(terms):
            return _sum(terms, speech)
        case Multiply(left, right):
            return f"{_operand(left, speech, Multiply, Divide)} × {_operand(right, speech)}"
        case Divide(left, right):
            return f"{_operand(left, speech, Multiply, Divide)} ÷ {_operand(right, speech)}"
        case Absolute(operand):
            return words.absolute.format(_operand(operand, speech))
        case Round(operand, decimals):
            return (words.rounded if decimals else words.rounded_whole).format(_operand(operand, speech), decimals)
        case If(condition, then, otherwise):
            condition_text = _branch(condition, speech, required=False, denied=False)
            return "(" + words.if_number.format(condition_text, *_sides(then, otherwise, speech)) + ")"
    raise TypeError(f"not a number: {node!r}")


def _operand(node: Node, speech: _Speech, *bare: type[Node]) -> str:
    """A part of a calculation, in brackets where it is itself one, unless of a kind that needs none here."""
    node = _unwrapped(node)
    compound = isinstance(node, Add | Negate | Multiply | Divide | Round | Absolute) and not isinstance(node, bare)
    return _bracketed(_number(node, speech), compound)


def _unwrapped(node: Node) -> Node:
    """The term of a sum of one."""
    while isinstance(node, Add) and len(node.terms) == 1:
        node = node.terms[0]
    return node


def _sum(parts: Sequence[Node], speech: _Speech) -> str:
    terms = [_unwrapped(part) for part in parts]
    if len(terms) == 1:
        return _number(terms[0], speech)
    if all(isinstance(term, Ref | Count) for term in terms):
        names = [_number(term, speech) for term in terms]
        return speech.words.total.format(", ".join(names[:-1]) + speech.words.last + names[-1])
    text = _operand(terms[0], speech, Multiply, Divide)
    for term in terms[1:]:
        minus = isinstance(term, Negate)
        operand = term.operand if isinstance(term, Negate) else term
        text += (" − " if minus else " + ") + _operand(operand, speech, Multiply, Divide)
    return text


def _count(ref: Ref, options: Sequence[str], speech: _Speech) -> str:
    words, name = speech.words, _number(ref, speech)
    if not options:
        return words.answered.format(name)
    names = [words.option.format(speech.option(ref, option)) for option in options]
    return words.chose.format(name, words.either.join(names))
