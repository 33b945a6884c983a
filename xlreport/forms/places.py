"""Where a definition says something: paths of fields, and the lines or cells they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xlreport.findings import Finding, Location
from xlreport.findings.wording import Words
from xlreport.refs import Cell, a1, parse_a1

#: The way to a field from the top: ("tables", 0, "indicators", 3, "formula").
Path = tuple[str | int, ...]

_LONGEST_NAME = 40
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
    What would be said of fields in `damaged` parts follows from what was already said of them.
    """

    name: str
    known: Mapping[Path, Place] = field(default_factory=dict)
    sections: Mapping[str, Words] = field(default_factory=dict)
    sheets: Mapping[str, int] = field(default_factory=dict)
    damaged: frozenset[Path] = frozenset()

    def place(self, path: Path) -> Place | None:
        """Where the field stands, or the nearest thing around it that the file has."""
        prefixes = (path[:length] for length in range(len(path), -1, -1))
        return next((self.known[prefix] for prefix in prefixes if prefix in self.known), None)

    def at(self, path: Path) -> Location:
        """The line or cell of the field, or of the nearest thing around it; UNTOLD in a damaged part."""
        if any(path[:length] in self.damaged for length in range(len(path) + 1) if self.damaged):
            return UNTOLD
        place = self.place(path)
        match place:
            case SheetCell():
                return Location(file=self.name, sheet=place.sheet, cell=a1(*place.cell))
            case int():
                return Location(file=self.name, cell=str(place))
        return Location(file=self.name)

    def label(self, path: Path) -> str | Words:
        """What the file calls a field: its heading in a workbook, its path in a text."""
        last = path[-1] if path else ""
        if path not in self.known and last in self.sections:
            return self.sections[str(last)]
        place = self.place(path)
        return place.label if isinstance(place, SheetCell) else dotted(path)

    @property
    def is_workbook(self) -> bool:
        """Whether fields stand in cells."""
        return bool(self.sections)

    def in_order(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings as the file goes: by line, or by sheet, row and column. Those of damaged parts are left out."""
        told = (item for item in found if UNTOLD not in (item.location, *item.related))
        return tuple(sorted(told, key=lambda item: _position(item.location, self.sheets)))


def _position(location: Location, sheets: Mapping[str, int]) -> tuple[int, int, int]:
    """What concerns the whole file or a whole sheet comes first."""
    number = -1 if location.sheet is None else sheets.get(location.sheet, len(sheets))
    if location.cell is None:
        return number, -1, -1
    return (number, int(location.cell), 0) if location.sheet is None else (number, *parse_a1(location.cell))


def dotted(path: Path) -> str:
    """A path as people read it, counting from 1: tables[1].indicators[4].formula."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part[:_LONGEST_NAME]}" for part in path)
    return "".join(parts).removeprefix(".")
