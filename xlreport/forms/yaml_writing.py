"""A form as YAML that people like to read: what belongs together on one line, codes in quotation marks.

Reading it gives an equal form. Comments are no part of a form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from xlreport.forms.model import Form
from xlreport.forms.plain import plain_form

#: Longer than a screen is wide: a row of a table reads best on one line, like the rows of a table do.
_WIDTH = 200
_STEP = "  "
#: Lists whose items stand one beneath the other, however short they are.
_LISTED = frozenset({"tables", "indicators", "options", "rules", "signatures"})
_RATIOS = frozenset({"completion", "index", "growth", "change", "attainment", "of"})
#: Fields that hold numbers; other texts that look like numbers are codes.
_NUMBERS = frozenset({"minimum", "maximum", "reduction", "value", "by_year"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(\.\.-?[0-9]+(\.[0-9]+)?)?")
#: Years as keys need no quotation marks: every scalar is read as it stands.
_KEY = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]*")
#: Texts that no YAML reader takes for anything else: letters, digits and harmless signs, no space at the ends.
_BARE = re.compile(r"[^\W\d_](?:[\w ./()%+–—“”-]*[\w.)%“”])?")
_NOT_BARE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"})
#: What a date or the like begins with a digit and is no number all the same: 2024-Q1, 01/CUM-Q.
_DIGITS_FIRST = re.compile(r"[0-9]+[-/a-z]*[A-Z][0-9A-Z/-]*")


def to_yaml(form: Form) -> bytes:
    """The form as a file: UTF-8, `read_form` gives an equal one back."""
    fields = _short(plain_form(form), "")
    return ("\n".join(_block(fields, "")) + "\n").encode()


# The short notations


def _short(value: Any, name: str) -> Any:
    """What a field holds as people write it: a text for {vi: …}, a code for {measure: …}, `a / b` for a ratio."""
    match value:
        case {"vi": vi, **others} if not others:
            return vi
        case {"measure": measure, **others} if not others:
            return measure
        case {"numerator": above, "denominator": below} if name in _RATIOS:
            return f"{above} / {below}"
        case dict():
            return {key: _short(item, key) for key, item in value.items()}
        case list():
            return [_short(item, name) for item in value]
        case str() if name in _NUMBERS or name.isdigit():
            return _Numeric(value)
    return value


class _Numeric(str):
    """A number, or a range of two, that is kept as text for its digits."""

    __slots__ = ()


# Laying out


def _block(fields: Mapping[str, Any], indent: str) -> list[str]:
    """A mapping, a field to a line or to several."""
    return [line for name, value in fields.items() for line in _field(name, value, indent)]


def _field(name: str, value: Any, indent: str) -> list[str]:
    head = f"{indent}{_key(name)}:"
    if name not in _LISTED or not value:
        line = f"{head} {_flow(value)}"
        if not isinstance(value, dict | list) or not value or len(line) <= _WIDTH:
            return [line]
    if isinstance(value, list):
        return [head, *(line for item in value for line in _item(item, indent + _STEP))]
    return [head, *_block(value, indent + _STEP)]


def _item(item: Any, indent: str) -> list[str]:
    """An item of a list: on one line, or its fields beneath each other behind the dash."""
    line = f"{indent}- {_flow(item)}"
    if not isinstance(item, dict) or (len(line) <= _WIDTH and _LISTED.isdisjoint(item)):
        return [line]
    first, *others = _block(item, indent + _STEP)
    return [f"{indent}- {first.removeprefix(indent + _STEP)}", *others]


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_key(name)}: {_flow(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(item) for item in value) + "]"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _Numeric() if _NUMBER.fullmatch(value):
            return str(value)
    return _text(value)


def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) and name.casefold() not in _NOT_BARE else _quoted(name)


def _text(text: str) -> str:
    is_plain = _BARE.fullmatch(text) is not None and text.casefold() not in _NOT_BARE
    return text if is_plain or _DIGITS_FIRST.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """In quotation marks, with everything escaped that does not show or that YAML does not allow."""
    if '"' in text and "'" not in text and "\\" not in text and text.isprintable():
        return f"'{text}'"
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in escaped)


def _escape(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
