"""From fields as found in a file, whatever its notation, to the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Generic, NamedTuple, TypeVar

from xlreport.findings import Finding, Location, finding
from xlreport.grid.cells import Scalar
from xlreport.numbers import from_float, plain
from xlreport.organisation.consistency import check
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import fold
from xlreport.organisation.notation import DAYS, HEADINGS, SECTIONS, in_both

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_MIDNIGHT = time(0)
#: Fields whose values another section defines.
_DEFINED_IN = {"level": "levels", "unit_type": "unit_types"}
_ROW_NUMBER = re.compile(r"\d+$")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A field as found; `unread` where it holds something that could not be read and has been reported."""

    value: Scalar
    place: Location
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row as found: its fields by name, and what the file calls them."""

    place: Location
    entries: Mapping[str, Entry]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """The sections of a register as found; `unreadable` ones are there, but could not be read and are reported."""

    sections: Mapping[str, Sequence[Record]]
    unreadable: frozenset[str] = frozenset()

    def __getitem__(self, section: str) -> Sequence[Record]:
        return self.sections.get(section, ())


class Read(NamedTuple, Generic[T]):
    """What a field says, or what is wrong with it."""

    value: T | None
    problem: Finding | None = None
    unread: bool = False


def build(tables: Tables, file: str, earlier: Sequence[Finding]) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register and all that is wrong with it by place, `earlier` findings included; None if there is an error."""
    found = [*earlier, *_missing_sections(tables, file)]
    levels = _levels(tables["levels"], found)
    unit_types = _unit_types(tables["unit_types"], found)
    absent = frozenset(name for name, section in _DEFINED_IN.items() if section not in tables.sections)
    memberships = tuple(_membership(record, levels, unit_types, absent, found) for record in tables["units"])
    register = Register(levels, unit_types, memberships)
    found += check(register)
    found.sort(key=_position)
    return None if any(item.is_error for item in found) else register, tuple(found)


def _position(item: Finding) -> tuple[str, int]:
    row = _ROW_NUMBER.search(item.location.cell or "")
    return item.location.sheet or "", int(row[0]) if row else 0


def _missing_sections(tables: Tables, file: str) -> list[Finding]:
    """Unit types may be left out by an organisation that does not use them."""
    needed = ["units", "levels"]
    if any(_is_filled(record.entries.get("unit_type")) for record in tables["units"]):
        needed.append("unit_types")
    place = Location(file=file)
    absent = [name for name in needed if name not in tables.sections and name not in tables.unreadable]
    missing = [finding("XR736", place, section=in_both(SECTIONS[name])) for name in absent]
    if "units" in tables.sections and not tables["units"]:
        missing.append(finding("XR725", place, roots="—"))
    return missing


def _is_filled(entry: Entry | None) -> bool:
    return entry is not None and plain_text(entry.value) is not None


def _levels(records: Sequence[Record], found: list[Finding]) -> tuple[Level, ...]:
    titles = [_titles(record, found) for record in records]
    return tuple(Level(code, vi, en, order, place) for order, (code, vi, en, place) in enumerate(titles))


def _unit_types(records: Sequence[Record], found: list[Finding]) -> tuple[UnitType, ...]:
    return tuple(UnitType(*_titles(record, found)) for record in records)


def _titles(record: Record, found: list[Finding]) -> tuple[str, str, str, Location]:
    reads = {name: _text(record, name, is_required=name != "en") for name in HEADINGS["levels"]}
    found += [read.problem for read in reads.values() if read.problem]
    return reads["code"].value or "", reads["vi"].value or "", reads["en"].value or "", record.place


def _membership(
    record: Record,
    levels: Sequence[Level],
    unit_types: Sequence[UnitType],
    absent: frozenset[str],
    found: list[Finding],
) -> Membership:
    texts = {
        name: _text(record, name, is_required=name in ("code", "name", "level"))
        for name in HEADINGS["units"]
        if name not in DAYS
    }
    days = {name: _day(record, name) for name in DAYS}
    reads: dict[str, Read[str] | Read[date]] = {**texts, **days}
    found += [read.problem for read in reads.values() if read.problem]
    unit_type = texts["unit_type"].value
    return Membership(
        code=texts["code"].value or "",
        name=texts["name"].value or "",
        level=_resolve(texts["level"].value or "", levels),
        parent=texts["parent"].value,
        unit_type=_resolve(unit_type, unit_types) if unit_type else None,
        valid_from=days["valid_from"].value,
        valid_to=days["valid_to"].value,
        predecessor=texts["predecessor"].value,
        document=texts["document"].value,
        contact=texts["contact"].value,
        source=record.place,
        places={name: entry.place for name, entry in record.entries.items()},
        unread=absent | {name for name, read in reads.items() if read.unread},
    )


def _resolve(typed: str, defined: Sequence[Level] | Sequence[UnitType]) -> str:
    """The code that a code or a title means; what was typed where it means none, or more than one."""
    key = fold(typed)
    by_code = [item.code for item in defined if fold(item.code) == key]
    by_title = [item.code for item in defined if key in (fold(item.vi), fold(item.en))]
    meant = by_code or by_title
    return meant[0] if typed and len(meant) == 1 else typed


def _text(record: Record, name: str, *, is_required: bool) -> Read[str]:
    entry = record.entries.get(name)
    if entry is not None and entry.unread:
        return Read(None, unread=True)
    value = entry.value if entry is not None else None
    if entry is not None and isinstance(value, date | time | timedelta):
        # A spreadsheet program takes "1/2024" or "06-07" for a date: what was typed is gone.
        return Read(None, finding("XR737", entry.place, value=str(value)), unread=True)
    text = plain_text(value)
    if text is None and is_required:
        place = entry.place if entry is not None else record.place
        return Read(None, finding("XR728", place, field=record.labels.get(name, name)), unread=True)
    return Read(text)


def plain_text(value: Scalar) -> str | None:
    """A cell as text, NFC: the number 7 or 7.0 is "7". None for a blank one."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        value = plain(from_float(value))
    return unicodedata.normalize("NFC", str(value)).strip() or None if value is not None else None


def _day(record: Record, name: str) -> Read[date]:
    entry = record.entries.get(name)
    if entry is None:
        return Read(None)
    if entry.unread:
        return Read(None, unread=True)
    if plain_text(entry.value) is None:
        return Read(None)
    day = parse_day(entry.value)
    if day is None:
        return Read(None, finding("XR727", entry.place, value=plain_text(entry.value)), unread=True)
    return Read(day)


def parse_day(value: Scalar) -> date | None:
    """A true date, or one typed as 2024-03-08 or 8/3/2024 (the day first); None for anything else."""
    if isinstance(value, datetime):
        return value.date() if value.time() == _MIDNIGHT else None
    if isinstance(value, date):
        return value
    match = _ISO.fullmatch(value.strip()) or _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
