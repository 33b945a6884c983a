"""Leaves out of a definition what is wrong with it, and puts something in its place, so that the rest can be looked at.

What was meant is taken where that can be told, and then looked at like anything else. Whatever else stands in place
of something wrong counts as damaged: nothing is said of it.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from xlreport.forms.base import CODE_PATTERN
from xlreport.forms.field_problems import (
    PATTERNS,
    Damage,
    Wrong,
    closest,
    expected_names,
    meant_field,
)
from xlreport.forms.gaps import Gap, code_between, letters
from xlreport.forms.places import Path, Place, written_path
from xlreport.forms.suggestions import suggested_code

#: What of an indicator cannot be judged while its kind is not known.
_UP_TO_KIND = (
    "across_units",
    "across_time",
    "options",
    "achieved",
    "target",
    "minimum",
    "maximum",
    "decimals",
    "rounded",
)
#: Something valid in place of a required field, or of one whose being there means something.
_STAND_INS: Mapping[str, Any] = {
    "frequency": "year",
    "filled_by": ["?"],
    "lines": ["?"],
    "assert": "[x] = 0",
    "measures": ["actual"],
    "indicators": [{"code": "x", "name": "?"}],
    "options": [{"option": "x", "name": "?"}],
    "tables": [{"table": "x", "title": "?", "measures": ["actual"], "indicators": [{"code": "x", "name": "?"}]}],
    "value": "0",
    "reduction": "1",
    "base_year": "1900",
}
#: The same for items of lists. Where there is none, the list goes with its item.
_ITEMS: Mapping[str, Any] = {
    **{name: _STAND_INS[name][0] for name in ("tables", "indicators", "options")},
    "rules": {"code": "x", "assert": "[x] = 0"},
    "signatures": {"lines": ["?"]},
    "chain": {},
    **dict.fromkeys(("filled_by", "levels", "unit_types", "lines", "nil", "not_applicable"), "?"),
}
#: Where an item of a list that is nothing but words has them.
_WORDS = {"options": "name", "indicators": "name", "tables": "title", "rules": "assert", "signatures": "lines"}
#: Lists of codes, which somebody may write one after the other; and lists of which somebody may write a single item.
_CODE_LISTS = frozenset({"measures", "filled_by", "levels", "unit_types", "achieved", "also_for"})
_LISTS = frozenset({*_ITEMS, "chain"})
_CODE_OF = {"tables": "table", "indicators": "code", "rules": "code", "measures": "measure", "options": "option"}
_CODES = frozenset({"form", *_CODE_OF.values()})
_TITLES = frozenset({"title", "name", "vi"})
_BETWEEN_CODES = re.compile(r"[\s,;]+")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


class Mending:
    """Changes the content in place. Lists keep their length, so that paths keep their meaning."""

    def __init__(self, content: Any, damage: Damage) -> None:
        self.content = content
        self.damage = damage
        #: Codes that could not be read: references may mean them, whatever stands in their place.
        self.gaps: set[Gap] = set()
        #: Fields by their right names → what stands there under another one.
        self.renamed: dict[Path, Path] = {}
        self._invented = 0
        self._tried: Counter[tuple[str, Path]] = Counter()

    def mend(self, item: Wrong) -> None:
        """Change what one error is about. What stays wrong takes what is around it along."""
        path, misfit = item.path, item.misfit
        higher = self._tried[item.kind, path]
        self._tried[item.kind, path] += 1
        if higher:
            self._put(path[:-higher], None)
        elif misfit.dropped:
            self._drop(path, misfit.dropped, misfit.needed)
        elif item.kind == "extra_forbidden":
            self._rename(path, item.value)
        elif (meant := self._meant(item, path)) is not None:
            self._set(path, meant)
        else:
            self._put(path, self._guess(item, path))
        if path[-1:] == ("kind",):
            self.gaps.add(Gap("options", path[:-1]))
            for name in _UP_TO_KIND:
                self.damage.add((*path[:-1], name))

    def _drop(self, path: Path, names: tuple[str, ...], needed: tuple[str, ...]) -> None:
        for name in names:
            self._put((*path, name), self._invent((*path, name)) if name in needed else None)
            if name == "options":
                self.gaps.add(Gap("options", path))

    def _inside(self, path: Path) -> Any:
        """What stands at a path; None where nothing does."""
        inside = self.content
        for step in path:
            if not _has(inside, step):
                return None
            inside = inside[step]
        return inside

    # What is put in place of something wrong

    def _meant(self, item: Wrong, path: Path) -> Any:
        """What can only be meant, to be looked at like anything else; None where that is not so."""
        name, value = str(path[-1]) if path else "", item.value
        if item.is_shapeless_item and isinstance(value, str) and str(path[-2]) in _WORDS:
            return self._worded_item(str(path[-2]), path, value)
        if item.kind != "tuple_type" or value is None:
            return None
        if name in _CODE_LISTS and isinstance(value, str):
            return [code for code in _BETWEEN_CODES.split(value) if code] or None
        return [value] if name in _LISTS and value != {} else None

    def _worded_item(self, name: str, path: Path, words: str) -> dict[str, Any]:
        """An item that is nothing but words, as fields. Its code is anybody's guess."""
        code = {_CODE_OF[name]: self._invent((*path, _CODE_OF[name]), words)} if name in _CODE_OF else {}
        item = {**copy.deepcopy(_ITEMS[name]), **code}
        if name == "rules" and "[" not in words:
            self.damage.add((*path, "assert"))
            return item
        return {**item, _WORDS[name]: [words] if name == "signatures" else words}

    def _guess(self, item: Wrong, path: Path) -> Any:
        """What to go on with in place of a wrong value; None for its default."""
        kind, value = item.kind, item.value
        if kind == "string_pattern_mismatch" and item.context["pattern"] in PATTERNS:
            return self._code(path, value, item.context["pattern"])
        if kind in ("enum", "literal_error"):
            return (closest(value, expected_names(item)) if isinstance(value, str) else "") or self._invent(path)
        if kind == "too_long" and isinstance(value, list):
            return value[: item.context["max_length"]]
        if kind in ("decimal_parsing", "int_parsing") and isinstance(value, str):
            found = _NUMBER.findall(value)
            return found[0].replace(",", ".") if len(found) == 1 else self._invent(path)
        return self._invent(path)

    def _code(self, path: Path, written: str, pattern: str) -> str | None:
        """A code in place of one that is none; what refers to it may spell it as it should have been."""
        code = suggested_code(written, pattern)
        name = self._list_of(path)
        if not code or not name:
            return code or self._invent(path)
        row = path[:-1] if path[-1] == _CODE_OF[name] else path
        self.gaps.add(Gap(name, _owner(row), letters(written)))
        self._guess_code(name, row)
        return code

    def _list_of(self, path: Path) -> str:
        """The list of whose items a field is the code, or which is one of codes; "" if none."""
        for name, code in _CODE_OF.items():
            if path[-1:] == (code,) and path[-3:-2] == (name,):
                return name
        return "measures" if _is_column(path) else ""

    def _guess_code(self, name: str, row: Path) -> str:
        """The code that an indicator should have, going by those above and below it; "" if that cannot be told."""
        if name != "indicators" or not isinstance(row[-1], int):
            return ""
        rows = self._inside(row[:-1])
        codes = [one.get("code") if isinstance(one, dict) else None for one in rows]
        meant = code_between([code if isinstance(code, str) else None for code in codes], row[-1])
        if meant:
            self.gaps.add(Gap(name, _owner(row), letters(meant)))
        return meant

    def _rename(self, path: Path, value: Any) -> None:
        """Take what stands under a misspelt name for the field that was meant, unless that is there too."""
        self._put(path, None)
        meant = (*path[:-1], meant_field(path))
        is_free = written_path(meant, self.content) == meant and self._inside(meant) is None
        if meant[-1] and value is not None and is_free:
            self._set(meant, value)
            self.damage.remove(meant)
            self.renamed[meant] = path

    def _invent(self, path: Path, words: str = "") -> Any:
        """A stand-in for a required field, or one that has to be there; None for any other, which has a default."""
        name = path[-1] if path else ""
        if name in _CODES:
            return self._invent_code(path, words)
        if name in _TITLES:
            return "?"
        if name == "measures":
            self.gaps.add(Gap("measures", path[:-1]))
        if name in ("indicators", "options", "tables"):
            self.gaps.add(Gap(str(name), path[:-1]))
        if name == "measures" and len(path) > 3:
            return None
        return copy.deepcopy(_STAND_INS.get(str(name)))

    def _invent_code(self, path: Path, words: str = "") -> str:
        """A code for what has none. What refers to something that is not there may mean it."""
        name, row = self._list_of(path), path[:-1]
        if name and not self._guess_code(name, row) and name != "rules":
            self.gaps.add(Gap(name, _owner(row)))
        self._invented += 1
        # The one spelling that each pattern of codes takes.
        return (suggested_code(words, CODE_PATTERN).lower() if name == "options" else "") or f"unread{self._invented}"

    # The content

    def _put(self, path: Path, value: Any) -> None:
        """Set a field in place of what is wrong, or leave it out. An item without a stand-in goes with its list."""
        self.damage.add(path)
        around = self._inside(path[:-1])
        if isinstance(around, list) and path and value is None:
            value = self._item(path)
            if value is None:
                self._put(path[:-1], None)
                return
        self._set(path, value)

    def _set(self, path: Path, value: Any) -> None:
        around = self._inside(path[:-1])
        if isinstance(around, dict) and path:
            around.pop(path[-1], None)
            if value is not None:
                around[path[-1]] = value
        elif isinstance(around, list) and path and _has(around, path[-1]):
            around[int(path[-1])] = value

    def _item(self, path: Path) -> Any:
        """A stand-in for an item of a list; None where there is none."""
        name = str(path[-2]) if len(path) > 1 else ""
        if name in ("measures", "achieved"):
            if _is_column(path):
                return self._invent_code((*path, "measure"))
            self._invented += 1
            return f"unread{self._invented}"
        item = copy.deepcopy(_ITEMS.get(name))
        if isinstance(item, dict) and name in _CODE_OF:
            code = _CODE_OF[name]
            return {**item, code: self._invent_code((*path, code))}
        return item


def with_renamed(known: Mapping[Path, Place], renamed: Mapping[Path, Path]) -> Mapping[Path, Place]:
    """Places of fields that stand under other names than their own, and of all that is in them."""
    if not renamed:
        return known
    places = dict(known)
    for meant, written in renamed.items():
        length = len(written)
        inside = {path: place for path, place in places.items() if path[:length] == written}
        places |= {(*meant, *path[length:]): place for path, place in inside.items()}
    return places


def _owner(row: Path) -> Path:
    """What an item of a list belongs to: ("tables", 0) for a row, () for a table."""
    return row[:-2]


def _is_column(path: Path) -> bool:
    """Whether it is an item of a table's columns, not of the columns that a row or a rule names."""
    return len(path) == 4 and path[0] == "tables" and path[2] == "measures"


def _has(content: Any, step: Any) -> bool:
    if isinstance(content, list):
        return isinstance(step, int) and step < len(content)
    return isinstance(content, dict) and step in content
