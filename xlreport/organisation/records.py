"""Fields as found in a file, whatever its notation, and what they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Generic, NamedTuple, TypeVar

from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem
from xlreport.grid.cells import Scalar
from xlreport.grid.yaml_values import UNUSABLE
from xlreport.numbers import from_float, plain

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_MIDNIGHT = time(0)
#: Spreadsheets know no earlier days; a year before it was mistyped.
_FIRST_YEAR = 1900
#: A text that is longer fits no cell that anybody would read.
_LONGEST_TEXT = 1_000
_LONGEST_QUOTED = 80

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

    def label(self, name: str) -> str:
        """What the file calls a field."""
        return self.labels.get(name, name)

    def text(self, name: str) -> str:
        """A field as text, whether or not it is what should stand there; "" where nothing can be read."""
        entry = self.entries.get(name)
        return plain_text(entry.value) or "" if entry is not None and not entry.unread else ""


@dataclass(frozen=True, slots=True)
class Tables:
    """The sections of a register as found.

    `unreadable` ones are there, but could not be read and are reported. `likely` are names in the file that may
    have been meant for sections that are not there.
    """

    sections: Mapping[str, Sequence[Record]]
    unreadable: frozenset[str] = frozenset()
    likely: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, section: str) -> Sequence[Record]:
        return self.sections.get(section, ())


class Read(NamedTuple, Generic[T]):
    """What a field says, or what is wrong with it."""

    value: T | None
    problem: Finding | None = None
    unread: bool = False


def read_text(record: Record, name: str, *, is_required: bool) -> Read[str]:
    """A field that is a text."""
    entry = record.entries.get(name)
    if entry is not None and entry.unread:
        return Read(None, unread=True)
    text = plain_text(entry.value) if entry is not None else None
    if entry is None or text is None:
        place = entry.place if entry is not None else record.place
        return Read(None, finding("XR728", place, field=record.label(name)), unread=True) if is_required else Read(None)
    if isinstance(entry.value, date | time | timedelta):
        # A spreadsheet program takes "1/2024" or "06-07" for a date: what was typed is gone.
        return Read(None, finding("XR737", entry.place, value=str(entry.value)), unread=True)
    if len(text) > _LONGEST_TEXT:
        wrong = problem("too-long-text", limit=_LONGEST_TEXT)
        return Read(None, finding("XR702", entry.place, path=record.label(name), problem=wrong), unread=True)
    if UNUSABLE.search(str(entry.value)):
        wrong = problem("unusable-character")
        return Read(None, finding("XR702", entry.place, path=record.label(name), problem=wrong), unread=True)
    return Read(text)


def plain_text(value: Scalar) -> str | None:
    """A cell as text: NFC, runs of spaces as one, lines kept. The number 7 or 7.0 is "7". None for a blank one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        value = plain(from_float(value))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", str(value)).splitlines())
    return "\n".join(lines).strip() or None


def read_day(record: Record, name: str) -> Read[date]:
    """A field that is a day."""
    entry = record.entries.get(name)
    if entry is None:
        return Read(None)
    if entry.unread:
        return Read(None, unread=True)
    if plain_text(entry.value) is None:
        return Read(None)
    day = parse_day(entry.value)
    if day is None:
        shown = quoted(plain_text(entry.value) or "")
        return Read(None, finding("XR727", entry.place, value=shown), unread=True)
    return Read(day)


def quoted(text: str) -> str:
    """A text from a file, short enough for a message."""
    return text if len(text) <= _LONGEST_QUOTED else text[: _LONGEST_QUOTED - 1] + "…"


def parse_day(value: Scalar) -> date | None:
    """A true date, or one typed as 2024-03-08 or 8/3/2024 (the day first); None for anything else."""
    if isinstance(value, datetime):
        return value.date() if value.time() == _MIDNIGHT else None
    if isinstance(value, date):
        return value
    match = _ISO.fullmatch(value.strip()) or _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match["year"]) < _FIRST_YEAR:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
