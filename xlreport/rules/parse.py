"""Text → tree. Whatever the text, the outcome is a tree or one RuleSyntaxError that says what and where."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xlreport.rules.build import build, build_number, build_truth
from xlreport.rules.syntax import MAX_LENGTH, RuleSyntaxError
from xlreport.rules.tree import Node

if TYPE_CHECKING:
    from lark import Lark, Token

    from xlreport.rules.build import Parsed


#: Characters that no token begins with unless the matching one follows.
_OPENING = '["'


def parse(text: str) -> Node:
    """The tree of an expression, a number or a truth. Raises RuleSyntaxError and nothing else."""
    return build(_parsed(text))


def parse_rule(text: str) -> Node:
    """The tree of a condition. Raises RuleSyntaxError, also for a number."""
    return build_truth(_parsed(text))


def parse_formula(text: str) -> Node:
    """The tree of a number. Raises RuleSyntaxError, also for a condition."""
    return build_number(_parsed(text))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Built on first use: most commands never parse a rule, and lark takes time to import."""
    from lark import Lark

    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _parsed(text: object) -> Parsed:
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
        key = "unclosed" if error.char in _OPENING else "unexpected"
        raise RuleSyntaxError(key, (error.pos_in_stream or 0) + 1, found=error.char) from None
    except UnexpectedToken as error:
        raise _unexpected(error.token, len(text)) from None


def _unexpected(token: Token, length: int) -> RuleSyntaxError:
    if token.type == "$END":
        return RuleSyntaxError("unexpected-end", length + 1)
    return RuleSyntaxError("unexpected", (token.start_pos or 0) + 1, found=str(token))
