"""From fields as found in a file, whatever its notation, to the register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Generic, TypeVar

from xlreport.findings import Finding, Location, finding
from xlreport.organisation.consistency import check
from xlreport.organisation.leading_zeros import restored
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import fold
from xlreport.organisation.notation import DAYS, HEADINGS, SECTIONS, in_both, split_codes
from xlreport.organisation.records import Read, Record, Tables, read_day, read_text
from xlreport.organisation.swapped import without_swapped

#: Fields whose values another section defines.
_DEFINED_IN = {"level": "levels", "unit_type": "unit_types"}
_ROW_NUMBER = re.compile(r"\d+$")

D = TypeVar("D", Level, UnitType)


def build(tables: Tables, file: str, earlier: Sequence[Finding]) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register and all that is wrong with it by place, `earlier` findings included; None if there is an error."""
    found = [*earlier, *_missing_sections(tables, file)]
    tables = without_swapped(tables, found)
    levels = _Defined(_levels(tables["levels"], found), found)
    unit_types = _Defined(_unit_types(tables["unit_types"], found), found)
    absent = frozenset(name for name, section in _DEFINED_IN.items() if section not in tables.sections)
    records = tables["units"]
    memberships = [_membership(record, levels, unit_types, absent, found) for record in records]
    memberships = restored(memberships, records, found)
    register = Register(levels.items, unit_types.items, tuple(memberships))
    found += check(register)
    found.sort(key=_position)
    return None if any(item.is_error for item in found) else register, tuple(found)


def _position(item: Finding) -> tuple[str, int]:
    row = _ROW_NUMBER.search(item.location.cell or "")
    return item.location.sheet or "", int(row[0]) if row else 0


def _missing_sections(tables: Tables, file: str) -> list[Finding]:
    """Unit types may be left out by an organisation that does not use them."""
    needed = ["units", "levels"]
    if any(record.text("unit_type") for record in tables["units"]):
        needed.append("unit_types")
    place = Location(file=file)
    missing = [
        finding("XR736", place, section=in_both(SECTIONS[name]), suggestion=tables.likely.get(name, ""))
        for name in needed
        if name not in tables.sections and name not in tables.unreadable
    ]
    if "units" in tables.sections and not tables["units"]:
        missing.append(finding("XR725", place, roots="—"))
    return missing


# Levels and unit types


class _Defined(Generic[D]):
    """What a section defines, to be found by code or title. Titles that mean several are reported when one is used."""

    def __init__(self, items: tuple[D, ...], found: list[Finding]) -> None:
        self.items: tuple[D, ...] = items
        self._found = found
        self._by_code: dict[str, D] = {}
        self._by_title: dict[str, list[D]] = {}
        self._ambiguous: set[str] = set()
        for item in items:
            self._by_code.setdefault(fold(item.code), item)
            for title in dict.fromkeys((fold(item.vi), fold(item.en))):
                self._by_title.setdefault(title, []).append(item)

    def resolve(self, typed: str) -> Read[str]:
        """The code that a code or a title means; what was typed where it means none, unread where several."""
        key = fold(typed)
        if not key:
            return Read(typed)
        if key in self._by_code:
            return Read(self._by_code[key].code)
        meant = {item.code: item for item in reversed(self._by_title.get(key, []))}
        if len(meant) <= 1:
            return Read(next(iter(meant), typed))
        if key not in self._ambiguous:
            self._ambiguous.add(key)
            second, first = list(meant.values())[-2:]
            self._found.append(finding("XR705", second.source, related=(first.source,), code=typed))
        return Read(typed, unread=True)


def _levels(records: Sequence[Record], found: list[Finding]) -> tuple[Level, ...]:
    titles = [_titles(record, found) for record in records]
    return tuple(Level(code, vi, en, order, place) for order, (code, vi, en, place) in enumerate(titles))


def _unit_types(records: Sequence[Record], found: list[Finding]) -> tuple[UnitType, ...]:
    return tuple(UnitType(*_titles(record, found)) for record in records)


def _titles(record: Record, found: list[Finding]) -> tuple[str, str, str, Location]:
    """A title in English only stands for both: not every office that keeps a register writes Vietnamese."""
    english = read_text(record, "en", is_required=False)
    code = read_text(record, "code", is_required=True)
    own = read_text(record, "vi", is_required=english.value is None)
    found += [read.problem for read in (code, own, english) if read.problem]
    return code.value or "", own.value or english.value or "", english.value or "", record.place


# Units


def _membership(
    record: Record,
    levels: _Defined[Level],
    unit_types: _Defined[UnitType],
    absent: frozenset[str],
    found: list[Finding],
) -> Membership:
    texts = {
        name: read_text(record, name, is_required=name in ("code", "name", "level"))
        for name in HEADINGS["units"]
        if name not in DAYS
    }
    days = {name: read_day(record, name) for name in DAYS}
    meant = {
        "level": levels.resolve(texts["level"].value or ""),
        "unit_type": unit_types.resolve(texts["unit_type"].value or ""),
    }
    reads: list[tuple[str, Read[str] | Read[date]]] = [*texts.items(), *days.items(), *meant.items()]
    found += [read.problem for _, read in reads if read.problem]
    return Membership(
        code=texts["code"].value or "",
        name=texts["name"].value or "",
        level=meant["level"].value or "",
        parent=texts["parent"].value,
        unit_type=meant["unit_type"].value or None,
        valid_from=days["valid_from"].value,
        valid_to=days["valid_to"].value,
        predecessors=split_codes(texts["predecessor"].value or ""),
        document=texts["document"].value,
        contact=texts["contact"].value,
        source=record.place,
        places={name: entry.place for name, entry in record.entries.items()},
        unread=frozenset(
            {name for name in absent if texts[name].value} | {name for name, read in reads if read.unread}
        ),
    )
