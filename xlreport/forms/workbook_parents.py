"""What the rows of a form workbook belong to: found by its code, or made up so that the row can still be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlreport.findings import Finding, Location
from xlreport.forms.gaps import Gap
from xlreport.forms.places import Path
from xlreport.forms.reference_checks import Wrong, wrong
from xlreport.forms.workbook_codecs import closest, fold, short

_MOST_SUGGESTIONS = 100
_MOST_RELATED = 20
#: What a row defines, as plain values.
Fields = dict[str, Any]


@dataclass(slots=True)
class Family:
    """The rows of one sheet that others belong to: all tables, or the indicators of one table.

    `codeless` have a code that was reported: the first code that is none of the others may be theirs. `strays` are
    made up for codes that nothing defines. Without `is_told` nothing is said of such codes.
    """

    name: str
    items: list[Fields]
    above: Path
    code_field: str
    made_up: Fields
    is_told: bool = True
    table: str = ""
    known: dict[str, Path] = field(default_factory=dict)
    codeless: list[Path] = field(default_factory=list)
    strays: dict[str, Path] = field(default_factory=dict)
    #: Codes that nothing defines: where they stand, and the nearest that there is.
    unknown: dict[str, list[Location]] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, path: Path) -> None:
        """A row that others may belong to; "" for one without a code."""
        if code:
            self.known.setdefault(code, path)
        else:
            self.codeless.append(path)

    def find(self, code: str, place: Location) -> Path:
        """What a row belongs to that names this code ("" for none) at a place."""
        if code in self.known:
            return self.known[code]
        if code and self.is_told and code not in self.near:
            # Looking for what is like it takes time, and nobody reads thousands of suggestions.
            is_looked_up = len(self.near) < _MOST_SUGGESTIONS
            self.near[code] = closest(code, {fold(one): one for one in self.known}) if is_looked_up else ""
        if self.near.get(code):
            self.unknown.setdefault(code, []).append(place)
            return self.known[self.near[code]]
        if code and self.codeless and code not in self.strays:
            return self._adopt(code)
        if code and self.is_told:
            self.unknown.setdefault(code, []).append(place)
        if code not in self.strays:
            self.strays[code] = self._make_up(code)
        return self.strays[code]

    def _adopt(self, code: str) -> Path:
        """Take the code for that of a row whose own could not be read."""
        path = self.codeless.pop(0)
        self.items[int(path[-1])][self.code_field] = code
        self.known[code] = path
        return path

    def _make_up(self, code: str) -> Path:
        path = (*self.above, self.name, len(self.items))
        self.items.append({**self.made_up, self.code_field: code or f"adrift{len(self.items)}"})
        return path

    def findings(self, gaps: Sequence[Gap]) -> Iterator[Finding]:
        """XR703 for each code that nothing defines: one mistake, however many rows share it."""
        for code, cells in self.unknown.items():
            if any(gap.may_be(self.name, self.above, code) for gap in gaps):
                continue
            yield self._wrong(code).finding(cells[0], tuple(cells[1:_MOST_RELATED]))

    def _wrong(self, code: str) -> Wrong:
        said, meant = short(code), self.near.get(code, "")
        if self.name == "tables":
            return wrong(said, "no-table", meant, code=said)
        return wrong(said, "no-indicator", meant, code=said, table=self.table)


def tables(content: Fields, *, is_told: bool) -> Family:
    """The tables of a form."""
    items = content.setdefault("tables", [])
    return Family("tables", items, (), "table", {"title": "?"}, is_told)


def indicators(table: Fields, path: Path, *, is_told: bool) -> Family:
    """The indicators of a table, of which some have options."""
    items = table.setdefault("indicators", [])
    made_up = {"name": "?", "kind": "choice"}
    return Family("indicators", items, path, "code", made_up, is_told, table=str(table.get("table", "")))
