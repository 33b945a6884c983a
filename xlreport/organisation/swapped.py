"""Columns that changed places: each row would be wrong in several ways, and the mistake is one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from xlreport.findings import Finding, finding
from xlreport.organisation.consistency import is_usable_code
from xlreport.organisation.names import fold
from xlreport.organisation.records import Entry, Record, Tables, parse_day

#: Fewer rows than this are wrong one by one.
_FEWEST = 2
#: So many times as many rows must have two fields the wrong way round as have them right.
_TIMES = 4

#: Whether a row has two fields the other way round; None where that cannot be told.
_Verdict = Callable[[Record], bool | None]


def without_swapped(tables: Tables, found: list[Finding]) -> Tables:
    """The tables in which fields of units that changed places count as unread; XR751 for each pair."""
    records = tables["units"]
    for first, second, verdict in _pairs(tables):
        verdicts = [verdict(record) for record in records]
        wrong = [record for record, is_wrong in zip(records, verdicts, strict=True) if is_wrong]
        if len(wrong) < _FEWEST or len(wrong) < _TIMES * verdicts.count(False):
            continue
        place, related = wrong[0].entries[first].place, (wrong[0].entries[second].place,)
        labels = (wrong[0].label(first), wrong[0].label(second))
        found.append(finding("XR751", place, related=related, first=labels[0], second=labels[1]))
        records = [_unread(record, (first, second)) for record in records]
    return tables if records is tables["units"] else replace(tables, sections={**tables.sections, "units": records})


def _pairs(tables: Tables) -> Iterator[tuple[str, str, _Verdict]]:
    levels, types = _defined(tables["levels"]), _defined(tables["unit_types"])
    yield "code", "name", _has_code_as_name
    yield "level", "parent", lambda record: _has_level_as(record, "parent", levels)
    yield "level", "unit_type", lambda record: _has_level_as(record, "unit_type", levels, types)
    yield "valid_from", "valid_to", _ends_before_it_begins


def _defined(records: Sequence[Record]) -> frozenset[str]:
    names = {fold(record.text(name)) for record in records for name in ("code", "vi", "en")}
    return frozenset(names - {""})


def _has_code_as_name(record: Record) -> bool | None:
    code, name = record.text("code"), record.text("name")
    if not code or not name:
        return None
    return not is_usable_code(code) and is_usable_code(name)


def _has_level_as(
    record: Record, other: str, levels: Collection[str], others: Collection[str] | None = None
) -> bool | None:
    """Whether a level stands in another field, and in its own what belongs into that."""
    level, value = fold(record.text("level")), fold(record.text(other))
    if level in levels:
        return False
    is_other = others is None or level in others
    return True if value in levels and is_other else None


def _ends_before_it_begins(record: Record) -> bool | None:
    days = [parse_day(entry.value) for name in ("valid_from", "valid_to") if (entry := record.entries.get(name))]
    first, last = days if len(days) == 2 else (None, None)
    return first > last if first is not None and last is not None else None


def _unread(record: Record, names: Sequence[str]) -> Record:
    unread = {name: Entry(None, record.entries[name].place, unread=True) for name in names if name in record.entries}
    return replace(record, entries={**record.entries, **unread})
