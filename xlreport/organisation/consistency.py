"""What is wrong with a register: everything at once, and nothing twice.

A row's fields that could not be read are left alone, and so is what would follow from them: one
mistake gives one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlreport.findings import Finding, finding
from xlreport.organisation.hierarchy import check_hierarchy
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import fold
from xlreport.organisation.rows import sorted_rows, with_first
from xlreport.organisation.succession import check_documents, check_successions
from xlreport.organisation.suggestions import Suggestions
from xlreport.organisation.validity import check_validity

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
#: Windows takes these for devices, whatever ending follows.
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)


def check(register: Register) -> tuple[Finding, ...]:
    """All errors and warnings of a register. Only one without errors may be given to `at`."""
    rows = sorted_rows(register)
    return (
        *_defined_twice(register.levels),
        *_defined_twice(register.unit_types),
        *_repetitions(register),
        *_unusable_codes(rows.named),
        *_unknown_levels(register, rows.named),
        *_unknown_unit_types(register, rows.named),
        *check_validity(rows),
        *check_hierarchy(register, rows),
        *check_successions(register, rows),
        *check_documents(rows),
    )


def is_usable_code(code: str) -> bool:
    """Whether a code can be the name of a file on every computer."""
    return _FILE_NAME.fullmatch(code) is not None and _DEVICES.fullmatch(code) is None


def _defined_twice(defined: Sequence[Level] | Sequence[UnitType]) -> Iterator[Finding]:
    seen: dict[str, Level | UnitType] = {}
    for item in defined:
        first = seen.setdefault(fold(item.code), item)
        if item.code and first is not item:
            yield finding("XR705", item.source, related=(first.source,), code=item.code)


def _repetitions(register: Register) -> Iterator[Finding]:
    for row, first in with_first(register.memberships):
        if row.code and row is not first:
            yield finding("XR721", row.place("code"), related=(first.place("code"),), node=row.code)


def _unusable_codes(rows: Iterable[Membership]) -> Iterator[Finding]:
    """Codes become names of files, also where names that differ in case only are one name."""
    codes: set[str] = set()
    folded: dict[str, Membership] = {}
    for row in rows:
        if row.code in codes:
            continue
        codes.add(row.code)
        first = folded.setdefault(row.code.casefold(), row)
        if first is not row:
            yield finding("XR732", row.place("code"), related=(first.place("code"),), code=row.code)
        elif not is_usable_code(row.code):
            yield finding("XR732", row.place("code"), code=row.code)


def _unknown_levels(register: Register, rows: Iterable[Membership]) -> Iterator[Finding]:
    known = {level.code for level in register.levels}
    suggestions = Suggestions(_meanings(register.levels))
    for row in rows:
        if row.level not in known and "level" not in row.unread:
            suggestion = suggestions.for_typed(row.level)
            yield finding("XR726", row.place("level"), node=row.code, level=row.level, suggestion=suggestion)


def _unknown_unit_types(register: Register, rows: Iterable[Membership]) -> Iterator[Finding]:
    known = {unit_type.code for unit_type in register.unit_types}
    suggestions = Suggestions(_meanings(register.unit_types))
    for row in rows:
        if row.unit_type is not None and row.unit_type not in known and "unit_type" not in row.unread:
            place, suggestion = row.place("unit_type"), suggestions.for_typed(row.unit_type)
            yield finding("XR734", place, node=row.code, unit_type=row.unit_type, suggestion=suggestion)


def _meanings(defined: Sequence[Level] | Sequence[UnitType]) -> Mapping[str, str]:
    named = {fold(title): item.code for item in defined for title in (item.vi, item.en) if title}
    return named | {fold(item.code): item.code for item in defined}
