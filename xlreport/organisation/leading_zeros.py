"""Codes that a spreadsheet program took for numbers: the zeros in front of them are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from xlreport.findings import Finding, finding
from xlreport.organisation.model import Membership
from xlreport.organisation.records import Record

_DIGITS = re.compile(r"[0-9]+")
_PADDED = re.compile(r"0[0-9]+")


def restored(memberships: Sequence[Membership], records: Sequence[Record], found: list[Finding]) -> list[Membership]:
    """The rows with their codes, parents and predecessors as they must have been, each with the warning XR750.

    A code in a number's cell is as long as the other codes that begin with a zero, where these are all equally long.
    A reference is to the one code of its value.
    """
    rows = _with_codes(memberships, records, found)
    known = {row.code for row in rows}
    by_number: dict[str, set[str]] = {}
    for code in known:
        if _DIGITS.fullmatch(code):
            by_number.setdefault(code.lstrip("0"), set()).add(code)
    meant = {number: next(iter(codes)) for number, codes in by_number.items() if len(codes) == 1}
    return [_with_references(row, known, meant, found) for row in rows]


def _with_codes(memberships: Sequence[Membership], records: Sequence[Record], found: list[Finding]) -> list[Membership]:
    codes = {row.code for row in memberships}
    lengths = {len(code) for code in codes if _PADDED.fullmatch(code)}
    rows: list[Membership] = []
    for row, record in zip(memberships, records, strict=True):
        code = row.code.zfill(lengths.copy().pop()) if len(lengths) == 1 else row.code
        if _is_number(record) and _DIGITS.fullmatch(row.code) and code not in codes:
            found.append(finding("XR750", row.place("code"), value=row.code, code=code))
            rows.append(replace(row, code=code))
        else:
            rows.append(row)
    return rows


def _is_number(record: Record) -> bool:
    entry = record.entries.get("code")
    return entry is not None and isinstance(entry.value, int | float) and not isinstance(entry.value, bool)


def _with_references(
    row: Membership, known: Iterable[str], meant: Mapping[str, str], found: list[Finding]
) -> Membership:
    def read(typed: str, name: str) -> str:
        code = meant.get(typed.lstrip("0")) if _DIGITS.fullmatch(typed) and typed not in known else None
        if code is None:
            return typed
        found.append(finding("XR750", row.place(name), value=typed, code=code))
        return code

    parent = read(row.parent, "parent") if row.parent is not None else None
    predecessors = tuple(dict.fromkeys(read(code, "predecessor") for code in row.predecessors))
    same = parent == row.parent and predecessors == row.predecessors
    return row if same else replace(row, parent=parent, predecessors=predecessors)
