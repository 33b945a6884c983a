"""What can still be checked of a definition with wrong fields, so that every error is told in one round.

A wrong field is told and left out, what it leaves incomplete gets a stand-in, and the rest is validated again, until
a form remains: codes defined twice, references to nothing and circles are looked for in that. Nothing is told that
only follows from what was left out.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from xlreport.findings import Finding
from xlreport.forms.field_problems import (
    PATTERNS,
    Damage,
    closest,
    expected_names,
    field_findings,
    first_causes,
    meant_field,
)
from xlreport.forms.misfits import MISFITS, Misfit
from xlreport.forms.model import Form
from xlreport.forms.places import Path, Places
from xlreport.forms.suggestions import bare, suggested_code

#: Each round looks behind what hid the errors beneath it; nobody nests mistakes deeper.
_MOST_ROUNDS = 12
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
#: Findings about what refers to codes: they may follow from a code that could not be made out.
_REFERRING = frozenset({"XR703", "XR710"})
#: Findings about what nothing uses: what was left out may have used it.
_UNUSED = frozenset({"XR707", "XR714"})
#: Something valid in place of a required field.
_STAND_INS: Mapping[str, Any] = {
    "frequency": "year",
    "filled_by": ["?"],
    "lines": ["?"],
    "assert": "[x] = 0",
    "measures": ["actual"],
    "indicators": [{"code": "x", "name": "?"}],
    "options": [{"option": "x", "name": "?"}],
    "tables": [{"table": "x", "title": "?", "measures": ["actual"], "indicators": [{"code": "x", "name": "?"}]}],
}
_WORD = re.compile(r"[\w.-]+")
_CODES = frozenset({"form", "table", "code", "measure", "option"})
_ITEMS = frozenset({"tables", "indicators", "options"})
_TITLES = frozenset({"title", "name", "vi"})


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A form, whole or with parts left out; None where nothing was left of it. `found` is what was told of fields.

    `lost` are the codes that could not be read, as they stand; "" where there is none.
    """

    form: Form | None
    places: Places
    found: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the form is whole and nothing in it is an error."""
        return self.form is not None and not any(item.is_error for item in self.found)

    def told(self, checked: Sequence[Finding]) -> tuple[Finding, ...]:
        """Of the findings of further checks those that do not follow from what was left out."""
        return tuple(item for item in checked if not self._may_follow(item))

    def _may_follow(self, item: Finding) -> bool:
        """Whether it is about what uses something that could not be made out, or is used by it."""
        if item.code in _UNUSED:
            return bool(self.places.damaged)
        reference = str(item.params.get("reference", item.params.get("measure", "")))
        named = {_letters(code) for code in _WORD.findall(reference)}
        return item.code in _REFERRING and any(not code or _letters(code) in named for code in self.lost)


def _letters(text: str) -> str:
    """What is left of a code however it was misspelt."""
    return "".join(char for char in bare(text) if char.isalnum()).casefold()


def salvage(
    content: object, places: Places, unread: frozenset[Path] = frozenset(), lost: Sequence[str] = ()
) -> Salvaged:
    """The form in plain values, or what is left of it. Of parts `unread` and of codes `lost` something was said."""
    left, told, damage = copy.deepcopy(content), list[Finding](), Damage(unread)
    mending = _Mending(left, damage, lost)
    for _ in range(_MOST_ROUNDS):
        try:
            form = Form.model_validate(left)
        except ValidationError as error:
            wrong = first_causes(error)
            told += field_findings(wrong, places, damage)
            for item in wrong:
                mending.mend(item)
        else:
            return Salvaged(form, replace(places, damaged=damage.parts), tuple(told), tuple(mending.lost))
    return Salvaged(None, replace(places, damaged=damage.parts), tuple(told))


class _Mending:
    """Leaves out what is wrong, in place. Lists keep their length, so that paths keep their meaning."""

    def __init__(self, content: Any, damage: Damage, lost: Sequence[str]) -> None:
        self.content = content
        self.damage = damage
        #: Codes that could not be read: references may mean them, whatever stands in their place.
        self.lost = list(lost)
        self._invented = 0
        self._tried: Counter[tuple[str, Path]] = Counter()

    def mend(self, item: Mapping[str, Any]) -> None:
        """Change what one error of pydantic is about. What stays wrong takes what is around it along."""
        path, misfit = item["loc"], MISFITS.get(item["type"], Misfit())
        higher = self._tried[item["type"], path]
        self._tried[item["type"], path] += 1
        if higher:
            self._set(self._written(path)[:-higher], None)
        elif misfit.dropped:
            for name in misfit.dropped:
                self._set((*path, name), self._invent(name) if name in misfit.needed else None)
                if name in misfit.needed:
                    self._lose(path)
        elif item["type"] == "extra_forbidden":
            self._rename(path, item["input"])
        else:
            self._set(self._written(path), self._guess(item, str(path[-1]) if path else ""))
        if path[-1:] == ("kind",):
            self._lose(path[:-1])
            for name in _UP_TO_KIND:
                self.damage.add((*path[:-1], name))

    def _lose(self, row: Path) -> None:
        """What refers to an indicator whose kind or options are not known may be right or wrong."""
        self.lost.append(self._inside((*row, "code")) or "")

    def _inside(self, path: Path) -> Any:
        """What stands at a path; None where nothing does."""
        inside = self.content
        for step in path:
            if not _has(inside, step):
                return None
            inside = inside[step]
        return inside

    def _written(self, path: Path) -> Path:
        """The innermost part of a path that the content has, or the field that it lacks."""
        inside = self.content
        for length, step in enumerate(path):
            if not _has(inside, step):
                is_field = isinstance(inside, dict) and isinstance(step, str)
                return path[: length + 1] if is_field else path[:length]
            inside = inside[step]
        return path

    def _guess(self, item: Mapping[str, Any], name: str) -> Any:
        """What to go on with in place of a wrong value; None for its default."""
        kind, value = item["type"], item["input"]
        if kind == "string_pattern_mismatch" and item["ctx"]["pattern"] in PATTERNS:
            code = suggested_code(value, item["ctx"]["pattern"])
            self.lost += [value] if code else []
            return code or self._invent(name)
        if kind in ("enum", "literal_error"):
            return (closest(value, expected_names(item)) if isinstance(value, str) else "") or self._invent(name)
        if kind == "too_long" and isinstance(value, list):
            return value[: item["ctx"]["max_length"]]
        return self._invent(name)

    def _rename(self, path: Path, value: Any) -> None:
        """Take what stands under a misspelt name for the field that was meant, unless that is there too."""
        self._set(path, None)
        meant = (*path[:-1], meant_field(path))
        if meant[-1] and value is not None and self._written(meant) == meant and self._inside(meant) is None:
            self._set(meant, value)
            self.damage.remove(meant)

    def _invent(self, name: str) -> Any:
        """A stand-in for a required field; None for any other, which has a default."""
        if name in _CODES:
            self._invented += 1
            self.lost.append("")
            # The one spelling that each pattern of codes takes.
            return f"unread{self._invented}"
        return "?" if name in _TITLES else copy.deepcopy(_STAND_INS.get(name))

    def _set(self, path: Path, value: Any) -> None:
        """Set a field, or leave it out. An item of a list that has no stand-in goes with its whole list."""
        self.damage.add(path)
        around = self._inside(path[:-1])
        if isinstance(around, dict) and path:
            around.pop(path[-1], None)
            if value is not None:
                around[path[-1]] = value
        elif isinstance(around, list) and path:
            stand_in = self._item(path) if value is None else value
            if stand_in is None:
                self._set(path[:-1], None)
            elif _has(around, path[-1]):
                around[int(path[-1])] = stand_in

    def _item(self, path: Path) -> Any:
        """A stand-in for an item of one of the form's main lists."""
        name = path[-2]
        if name == "measures":
            return self._invent("measure")
        if name not in _ITEMS:
            return None
        item: dict[str, Any] = copy.deepcopy(_STAND_INS[str(name)][0])
        code = next(key for key in item if key in _CODES)
        return {**item, code: self._invent(code)}


def _has(content: Any, step: Any) -> bool:
    if isinstance(content, list):
        return isinstance(step, int) and step < len(content)
    return isinstance(content, dict) and step in content
