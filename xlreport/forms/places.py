"""Where a definition says something: paths of fields, and the lines or cells they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlreport.findings import Finding, Location
from xlreport.findings.wording import Words
from xlreport.forms.gaps import Gap
from xlreport.refs import Cell, a1, parse_a1

#: The way to a field from the top: ("tables", 0, "indicators", 3, "formula").
Path = tuple[str | int, ...]

_LONGEST_NAME = 40
#: The fields by which people know the items of lists.
_CODES = ("table", "code", "measure", "option")
#: In place of a place in a part of which nothing more is to be said.
UNTOLD = Location(file="")


class SheetCell(NamedTuple):
    """A cell of a workbook: its sheet, and what it is called there."""

    sheet: str
    cell: Cell
    label: str | Words


#: Where a field stands: a 1-based line of a text, or a cell.
Place = int | SheetCell


@dataclass(frozen=True, slots=True)
class Places:
    """A file and where the fields stand in it.

    Of a workbook also: `sections`, the names of worksheets by the fields they hold, and the order of its `sheets`.
    What would be said of fields in `damaged` parts follows from what was already said of them. `gaps` are what could
    not be made out, and `adrift` the tables that stand for rows of which nobody knows what they belong to.
    `content` is what the file says, as plain values: items are called by their codes.
    """

    name: str
    known: Mapping[Path, Place] = field(default_factory=dict)
    sections: Mapping[str, Words] = field(default_factory=dict)
    sheets: Mapping[str, int] = field(default_factory=dict)
    damaged: frozenset[Path] = frozenset()
    gaps: frozenset[Gap] = frozenset()
    adrift: frozenset[Path] = frozenset()
    content: object = None

    def place(self, path: Path) -> Place | None:
        """Where the field stands, or the nearest thing around it that the file has."""
        prefixes = (path[:length] for length in range(len(path), -1, -1))
        return next((self.known[prefix] for prefix in prefixes if prefix in self.known), None)

    def at(self, path: Path) -> Location:
        """The line or cell of the field, or of the nearest thing around it; UNTOLD in a damaged part."""
        if self.is_damaged(path):
            return UNTOLD
        place = self.place(path)
        match place:
            case SheetCell():
                return Location(file=self.name, sheet=place.sheet, cell=a1(*place.cell))
            case int():
                return Location(file=self.name, cell=str(place))
        return Location(file=self.name)

    def is_damaged(self, path: Path) -> bool:
        """Whether something was said of the field, or of something around it."""
        return bool(self.damaged) and any(path[:length] in self.damaged for length in range(len(path) + 1))

    def is_whole(self, path: Path) -> bool:
        """Whether nothing was said of anything in it or around it."""
        return not self.is_damaged(path) and not any(part[: len(path)] == path for part in self.damaged)

    def may_be(self, part: str, where: Path, code: str) -> bool:
        """Whether what is not defined there is something that could not be made out."""
        return where[:2] in self.adrift or any(gap.may_be(part, where, code) for gap in self.gaps)

    def label(self, path: Path) -> str | Words:
        """What the file calls a field: its heading in a workbook, its path in a text."""
        last = path[-1] if path else ""
        if path not in self.known and last in self.sections:
            return self.sections[str(last)]
        place = self.place(path)
        return place.label if isinstance(place, SheetCell) else dotted(path, self.content)

    @property
    def is_workbook(self) -> bool:
        """Whether fields stand in cells."""
        return bool(self.sections)

    def in_order(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings as the file goes: by line, or by sheet, row and column. Those of damaged parts are left out."""
        told = (item for item in found if UNTOLD not in (item.location, *item.related))
        return tuple(sorted(told, key=lambda item: _position(item.location, self.sheets)))


def written_path(loc: Path, content: Any) -> Path:
    """The way of the model to a field as the content has it: up to what is written, or to a field that it lacks.

    What the model makes a list of may be written as a mapping: {2024: 5} for the first year and its goal.
    """
    path: list[str | int] = []
    is_entry = False
    for step in loc:
        if isinstance(content, Mapping) and isinstance(step, int):
            keys = list(content)
            step, is_entry = keys[step] if step < len(keys) else step, True
        elif is_entry and step in ("year", "goal"):
            is_entry = False
            continue
        if not _has(content, step):
            return (*path, step) if isinstance(content, Mapping) and isinstance(step, str) else tuple(path)
        path.append(step)
        content = _inside(content, step)
    return tuple(path)


def is_filled(path: Path, content: Any) -> bool:
    """Whether something stands in a field of the content."""
    for step in path:
        content = _inside(content, step)
    return content is not None


def _has(content: Any, step: str | int) -> bool:
    if isinstance(content, list):
        return isinstance(step, int) and step < len(content)
    return isinstance(content, Mapping) and step in content


def _position(location: Location, sheets: Mapping[str, int]) -> tuple[int, int, int]:
    """What concerns the whole file or a whole sheet comes first."""
    number = -1 if location.sheet is None else sheets.get(location.sheet, len(sheets))
    if location.cell is None:
        return number, -1, -1
    return (number, int(location.cell), 0) if location.sheet is None else (number, *parse_a1(location.cell))


def dotted(path: Path, content: Any = None) -> str:
    """A path as people read it: tables[sxkd].indicators[05].formula; an item without a code by its number, from 1."""
    parts: list[str] = []
    for part in path:
        is_item = isinstance(part, int) or (bool(parts) and parts[-1] in _BY_YEAR)
        content = _inside(content, part)
        if not is_item:
            parts.append(f".{str(part)[:_LONGEST_NAME]}")
        elif isinstance(part, int):
            parts.append(f"[{_code_of(content) or part + 1}]")
        else:
            parts.append(f"[{part[:_LONGEST_NAME]}]")
    return "".join(parts).removeprefix(".")


#: Fields whose items go by a period or a level.
_BY_YEAR = frozenset({".by_year", ".dates", ".chain"})


def _inside(content: Any, step: str | int) -> Any:
    if isinstance(content, list):
        return content[step] if isinstance(step, int) and step < len(content) else None
    return content.get(step) if isinstance(content, Mapping) else None


def _code_of(item: Any) -> str:
    """What an item of a list is called: by the code that it has, or is."""
    codes = (item.get(name) for name in _CODES) if isinstance(item, Mapping) else (item,)
    return next((code[:_LONGEST_NAME] for code in codes if isinstance(code, str) and code), "")
