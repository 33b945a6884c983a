"""How the codes of an older version of a form continue in a newer one, so that history stays comparable by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xlreport.findings import Finding
from xlreport.forms.field_problems import closest
from xlreport.forms.model import Form, Indicator, Table
from xlreport.forms.places import Places
from xlreport.forms.reference_checks import wrong

#: Table and code.
Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Succession:
    """`codes` leads from rows of the old version to rows of the new one.

    `ended` are old rows that continue nowhere, or as something that cannot be compared (another kind or unit of
    measure); `added` are new rows that the old version did not ask for.
    """

    codes: Mapping[Row, Row]
    ended: tuple[Row, ...]
    added: tuple[Row, ...]


def succession(old: Form, new: Form, versions: Sequence[Form] = ()) -> Succession:
    """The way from one version to a newer one, through those in between."""
    between = sorted(
        (form for form in versions if old.version < form.version < new.version), key=lambda form: form.version
    )
    chain = [old, *between, new]
    steps = [_step(earlier, later) for earlier, later in pairwise(chain)]
    codes: dict[Row, Row] = {}
    for start in _rows(old):
        row: Row | None = start
        for step in steps:
            row = step.get(row) if row is not None else None
        if row is not None:
            codes[start] = row
    reached = set(codes.values())
    return Succession(
        codes=codes,
        ended=tuple(row for row in _rows(old) if row not in codes),
        added=tuple(row for row in _rows(new) if row not in reached),
    )


def replaced_row(table: Table, indicator: Indicator) -> Row:
    """The row of the version before that an indicator continues: the one it names, else that of its own code."""
    if indicator.replaces is None:
        return table.table, indicator.code
    where, _, code = indicator.replaces.rpartition("/")
    return where or table.table, code


def unknown_predecessors(old: Form, new: Form, places: Places) -> tuple[Finding, ...]:
    """XR703 for every row that says it replaces one that the version before does not have."""
    known = {f"{table}/{code}": (table, code) for table, code in _rows(old)}
    found = []
    for number, table in enumerate(new.tables):
        for row, indicator in enumerate(table.indicators):
            if indicator.replaces is not None and replaced_row(table, indicator) not in known.values():
                near = closest("/".join(replaced_row(table, indicator)), known)
                place = places.at(("tables", number, "indicators", row, "replaces"))
                found.append(wrong(indicator.replaces, "no-predecessor", near).finding(place))
    return tuple(found)


def _step(old: Form, new: Form) -> dict[Row, Row]:
    """From one version to the next. A row that another one says it replaces does not continue under its own code."""
    named = {replaced_row(table, one) for table, one in _indicators(new) if one.replaces is not None}
    known = {(table.table, one.code): (table, one) for table, one in _indicators(old)}
    step: dict[Row, Row] = {}
    for table, one in _indicators(new):
        before = replaced_row(table, one)
        if one.replaces is None and before in named:
            continue
        if before in known and _is_comparable(*known[before], table, one):
            step[before] = (table.table, one.code)
    return step


def _is_comparable(old_table: Table, old: Indicator, new_table: Table, new: Indicator) -> bool:
    """Whether figures of one can stand for figures of the other as they are."""
    old_unit, new_unit = old_table.unit_of(old), new_table.unit_of(new)
    return old.kind is new.kind and (old_unit.vi if old_unit else None) == (new_unit.vi if new_unit else None)


def _indicators(form: Form) -> Iterator[tuple[Table, Indicator]]:
    for table in form.tables:
        for indicator in table.indicators:
            yield table, indicator


def _rows(form: Form) -> Iterator[Row]:
    for table, indicator in _indicators(form):
        yield table.table, indicator.code
