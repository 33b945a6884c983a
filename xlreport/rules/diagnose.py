"""All that is wrong with an expression, where a parser would stop at the first thing.

What has a single meaning is put right and read on; what has none is still looked through for numbers and references
that would be refused wherever they stood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from xlreport.numbers import readings
from xlreport.rules.build import build, build_constant, build_number, build_reference, build_truth
from xlreport.rules.habits import two_readings
from xlreport.rules.parse import parsed
from xlreport.rules.syntax import RuleSyntaxError
from xlreport.rules.tree import Node, Ref

if TYPE_CHECKING:
    from xlreport.rules.build import Parsed

_Part = TypeVar("_Part")
#: Nobody makes more mistakes in one expression, and reads about them with profit.
_MOST_PROBLEMS = 12
#: What stands in square brackets, and what is quoted: nothing in it is looked at but the reference.
_CLOSED = re.compile(r'(?P<text>"[^"]*"|“[^“”]*”)|(?P<reference>\[[^\[\]]*\])')
_NUMBER = re.compile(r"(?<![\w.,])[0-9]+\.[0-9]+(?![\w.,])")


def rule_problems(text: object) -> tuple[RuleSyntaxError, ...]:
    """What is wrong with a condition, from left to right; none exactly where `parse_rule` takes it."""
    return _problems(text, build_truth)


def formula_problems(text: object) -> tuple[RuleSyntaxError, ...]:
    """What is wrong with a number, from left to right; none exactly where `parse_formula` takes it."""
    return _problems(text, build_number)


def written_references(text: str) -> tuple[Ref, ...]:
    """The references that can be read in an expression as a whole cannot."""
    found = (_reference(match) for match in _CLOSED.finditer(text) if match["reference"])
    return tuple(dict.fromkeys(ref for ref in found if isinstance(ref, Ref)))


def _problems(text: object, wanted: Callable[[Parsed], Node]) -> tuple[RuleSyntaxError, ...]:
    if not isinstance(text, str):
        try:
            parsed(text)
        except RuleSyntaxError as error:
            return (error,)
    draft, found = _Draft(str(text)), list[RuleSyntaxError]()
    for _ in range(_MOST_PROBLEMS):
        try:
            tree = parsed(draft.text)
        except RuleSyntaxError as error:
            found.append(draft.placed(error))
            if not draft.mend(error):
                found += map(draft.placed, _in_pieces(draft.text))
                break
        else:
            found += map(draft.placed, _in_tree(tree, wanted))
            break
    by_place = {error.column: error for error in reversed(found)}
    return tuple(by_place[column] for column in sorted(by_place))[:_MOST_PROBLEMS]


class _Draft:
    """An expression being put right, and which character of the original each of its characters stands for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._origins = list(range(1, len(text) + 1))

    def placed(self, error: RuleSyntaxError) -> RuleSyntaxError:
        """The problem at its place in the original."""
        last = self._origins[-1] + 1 if self._origins else 1
        column = self._origins[error.column - 1] if error.column <= len(self._origins) else last
        return RuleSyntaxError(error.key, column, **error.params)

    def mend(self, error: RuleSyntaxError) -> bool:
        """Write what was meant; False where that cannot be told."""
        match error.key:
            case "leading-equals":
                return self._replace(error.column - 1, "=", "")
            case "instead":
                return self._replace(error.column - 1, str(error.params["found"]), str(error.params["expected"]))
            case "two-readings":
                return self._replace(error.column - 1, str(error.params["found"]), str(error.params["digits"]))
            case "unclosed" if error.params["found"] == "(":
                return self._replace(len(self.text), "", ")")
        return False

    def _replace(self, start: int, old: str, new: str) -> bool:
        if not self.text.startswith(old, start) or "…" in new:
            return False
        end = start + len(old)
        origin = self._origins[start] if start < len(self._origins) else len(self._origins) + 1
        # A word among digits and brackets needs room around it.
        new = f" {new} " if new.isalpha() else new
        self.text = self.text[:start] + new + self.text[end:]
        self._origins[start:end] = [origin] * len(new)
        return True


def _in_tree(tree: Parsed, wanted: Callable[[Parsed], Node]) -> list[RuleSyntaxError]:
    """What is wrong with the whole, and with parts of it beside the one that makes the whole wrong."""
    found = list(_refused(wanted, tree))
    for part in _parts(tree) if found else ():
        if not isinstance(part, str):
            found += (error for error in _refused(build, part) if error.key != "too-deep")
        elif part.type == "NUMBER":
            found += _refused(build_constant, part)
    return found


def _parts(tree: Parsed) -> Iterator[Parsed]:
    """All parts of a tree, itself the first. Without recursion: trees may be deep."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, str):
            waiting.extend(reversed(part.children))


def _refused(builds: Callable[[_Part], object], part: _Part) -> Iterator[RuleSyntaxError]:
    try:
        builds(part)
    except RuleSyntaxError as error:
        yield error


def _in_pieces(text: str) -> Iterator[RuleSyntaxError]:
    """Numbers and references that would be refused wherever they stood."""
    for match in _CLOSED.finditer(text):
        if match["reference"] and isinstance(wrong := _reference(match), RuleSyntaxError):
            yield wrong
    for match in _NUMBER.finditer(_CLOSED.sub(lambda match: " " * len(match[0]), text)):
        meanings = readings(match[0])
        if len(meanings) > 1:
            yield two_readings(match[0], meanings, match.start() + 1)


def _reference(match: re.Match[str]) -> Ref | RuleSyntaxError:
    try:
        return build_reference(match[0], match.start() + 1)
    except RuleSyntaxError as error:
        return error
