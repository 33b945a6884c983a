"""Text → tree. Whatever the text, the outcome is a tree or one RuleSyntaxError that says what and where."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xlreport.rules.build import build, build_number, build_truth
from xlreport.rules.habits import advice
from xlreport.rules.syntax import MAX_LENGTH, RuleSyntaxError, shown
from xlreport.rules.tree import Node

if TYPE_CHECKING:
    from lark import Lark

    from xlreport.rules.build import Parsed


#: Characters that no token begins with unless the matching one follows.
_OPENING = '["“'
#: What brackets do not count in: texts and references.
_CLOSED = re.compile(r'"[^"]*"|“[^“”]*”|\[[^\[\]]*\]')


def parse(text: str) -> Node:
    """The tree of an expression, a number or a truth. Raises RuleSyntaxError and nothing else."""
    return build(parsed(text))


def parse_rule(text: str) -> Node:
    """The tree of a condition. Raises RuleSyntaxError, also for a number."""
    return build_truth(parsed(text))


def parse_formula(text: str) -> Node:
    """The tree of a number. Raises RuleSyntaxError, also for a condition."""
    return build_number(parsed(text))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Built on first use: most commands never parse a rule, and lark takes time to import."""
    from lark import Lark

    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parsed(text: object) -> Parsed:
    """What the grammar recognises. Raises RuleSyntaxError for the first thing that it does not."""
    if not isinstance(text, str):
        raise RuleSyntaxError("not-text", found=type(text).__name__)
    if not text.strip():
        raise RuleSyntaxError("empty")
    if len(text) > MAX_LENGTH:
        raise RuleSyntaxError("too-long", MAX_LENGTH + 1, length=len(text), limit=MAX_LENGTH)
    return _grammatical(text)


def _grammatical(text: str) -> Parsed:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        return _parser().parse(text).children[0]
    except UnexpectedCharacters as error:
        raise _unexpected(text, error.pos_in_stream or 0, error.char) from None
    except UnexpectedToken as error:
        if error.token.type != "$END":
            raise _unexpected(text, error.token.start_pos or 0, str(error.token)) from None
        raise _broken_off(text, is_bracket_open="RPAR" in error.expected) from None


def _unexpected(text: str, position: int, found: str) -> RuleSyntaxError:
    """What is wrong with a token, or with a character that begins none."""
    key = "unclosed" if found in _OPENING else "unexpected"
    return advice(text, position) or RuleSyntaxError(key, position + 1, found=shown(found))


def _broken_off(text: str, *, is_bracket_open: bool) -> RuleSyntaxError:
    """What is wrong where more should follow, if only a bracket that closes."""
    bracket = _open_bracket(text) if is_bracket_open else None
    if bracket is not None:
        return RuleSyntaxError("unclosed", bracket + 1, found="(")
    return advice(text, len(text)) or RuleSyntaxError("unexpected-end", len(text) + 1)


def _open_bracket(text: str) -> int | None:
    """Where the innermost bracket stands that is not closed."""
    opened: list[int] = []
    for position, char in enumerate(_CLOSED.sub(lambda match: " " * len(match[0]), text)):
        if char == "(":
            opened.append(position)
        elif char == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None
