"""What differs between two editions: which totals, and because of which submissions."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, operands
from xlreport.ledger import Edition, EditionSource, EditionTotal, Transaction
from xlreport.outputs.consolidated.publication import ChangedSource, ChangedTotal, EditionValue

_Key = tuple[str, str]
_NONE = EditionValue(None)


def changed_sources(before: Edition, after: Edition) -> tuple[ChangedSource, ...]:
    """The submissions that came, went or were replaced."""
    old, new = _by_report(before), _by_report(after)
    return tuple(
        ChangedSource(unit, period, _name(old.get((unit, period))), _name(new.get((unit, period))))
        for unit, period in sorted({*old, *new})
        if _hash(old.get((unit, period))) != _hash(new.get((unit, period)))
    )


def _by_report(edition: Edition) -> dict[_Key, EditionSource]:
    return {(one.unit, one.period): one for one in edition.sources}


def _name(source: EditionSource | None) -> str:
    return "" if source is None else source.file_name


def _hash(source: EditionSource | None) -> str:
    return "" if source is None else source.sha256


def changed_totals(record: Transaction, bound: BoundForm, before: Edition, after: Edition) -> tuple[ChangedTotal, ...]:
    """The totals that differ, in the order of the form; those that are gone last."""
    choices = {
        (table.table, indicator.code)
        for table in bound.form.tables
        for indicator in table.indicators
        if indicator.is_choice
    }
    old, new = _by_point(before, choices), _by_point(after, choices)
    different = [key for key in dict.fromkeys((*new, *old)) if old.get(key, _NONE) != new.get(key, _NONE)]
    if not different:
        return ()
    blamed = _Blame(record, bound, before, after)
    return tuple(
        ChangedTotal(point, option, old.get((point, option), _NONE), new.get((point, option), _NONE),
                     blamed.units(point))
        for point, option in different
    )  # fmt: skip


def _by_point(edition: Edition, choices: set[_Key]) -> dict[tuple[DataPoint, str | None], EditionValue]:
    found = {}
    for total in edition.totals:
        is_choice = (total.table, total.indicator) in choices
        point = DataPoint(total.table, total.indicator, total.measure)
        found[point, total.text if is_choice else None] = _value(total, None if is_choice else total.text)
    return found


def _value(total: EditionTotal, text: str | None) -> EditionValue:
    return EditionValue(total.value, text, total.status, total.qualifier)


class _Blame:
    """Which units' submissions say something else now of a row."""

    def __init__(self, record: Transaction, bound: BoundForm, before: Edition, after: Edition) -> None:
        old, new = _by_report(before), _by_report(after)
        changed = [key for key in {*old, *new} if _hash(old.get(key)) != _hash(new.get(key))]
        hashes = {_hash(side.get(key)) for key in changed for side in (old, new)} - {""}
        said = _by_hash(record.facts_of(hashes))
        self._units: dict[_Key, set[str]] = {}
        for unit, period in changed:
            then, now = (said.get(_hash(side.get((unit, period))), {}) for side in (old, new))
            for point in {*then, *now}:
                if then.get(point) != now.get(point):
                    self._units.setdefault((point.table, point.indicator), set()).add(unit)
        self._operands: Mapping[_Key, set[_Key]] = {
            (one.point.table, one.point.indicator): {(part.table, part.indicator) for part in operands(one)}
            for one in bound.formulas
        }

    def units(self, point: DataPoint) -> tuple[str, ...]:
        """The units behind a total: of a formula, behind what it is computed from."""
        found: set[str] = set()
        waiting, seen = [(point.table, point.indicator)], set[_Key]()
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                found |= self._units.get(key, set())
                waiting += self._operands.get(key, set())
        return tuple(sorted(found))


def _by_hash(facts: pl.DataFrame) -> dict[str, dict[DataPoint, tuple[object, object]]]:
    said: dict[str, dict[DataPoint, tuple[object, object]]] = {}
    for sha256, table, indicator, measure, value, text in facts.iter_rows():
        said.setdefault(sha256, {})[DataPoint(table, indicator, measure)] = (value, text)
    return said
