"""Editions: a publication that says something else than the one before it is a new one, and both are kept.

What an edition says is compared by fingerprint, whatever its language. Its totals and the submissions behind it
stay in the ledger, its workbooks in the archive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from xlreport.aggregation import Value, Values
from xlreport.errors import UsageError
from xlreport.findings import Finding
from xlreport.ledger import Edition, EditionSource, EditionTotal, Transaction
from xlreport.numbers import plain
from xlreport.outputs.consolidated.publication import EditionNote, Publication
from xlreport.outputs.tidy import totals as tidy_totals
from xlreport.usecases.edition_changes import changed_sources, changed_totals
from xlreport.usecases.state import FormState
from xlreport.workspace import Workspace, write_whole


@dataclass(frozen=True, slots=True)
class Planned:
    """The edition that a publication is: a new one, or again the one that was published last."""

    edition: Edition
    note: EditionNote
    is_new: bool


class EditionPlanner:
    """Finds the edition of each node of a state; what all nodes share is looked at once."""

    def __init__(self, record: Transaction, state: FormState, today: date) -> None:
        self._record, self._state, self._today = record, state, today
        consolidation = state.consolidation
        self._digests = {
            **{f"unit {unit}": _digest(values) for unit, values in consolidation.units.items()},
            **{f"node {node}": _digest(values) for node, values in consolidation.nodes.items()},
        }
        self._totals: dict[str, list[EditionTotal]] = {}
        columns = ("node", "table", "indicator", "measure", "text", "value", "status", "qualifier")
        for node, table, code, measure, text, value, status, qualifier in (
            tidy_totals(consolidation).select(columns).iter_rows()
        ):
            total = EditionTotal(table, code, measure, text, _number(value), status, qualifier)
            self._totals.setdefault(node, []).append(total)

    def planned(self, about: Publication) -> Planned:
        """The edition that a node's publication is."""
        form, period = self._state.form, self._state.period
        last = self._record.last_edition(form.form, period.code, about.node)
        content = self._content(about)
        own = about.coverage[about.node]
        edition = Edition(
            form=form.form,
            version=form.version,
            period=period.code,
            node=about.node,
            number=1 if last is None else last.number + 1,
            made_on=self._today,
            content=content,
            reporting_units=len(own.accepted),
            expected_units=len(own.expected),
            totals=tuple(self._totals.get(about.node, ())),
            sources=self._sources(about),
        )
        is_new = last is None or last.content != content
        before = last
        if last is not None and not is_new:
            edition = last
            before = self._record.edition(form.form, period.code, about.node, last.number - 1)
        return Planned(edition, self._note(edition, before), is_new)

    def _note(self, edition: Edition, before: Edition | None) -> EditionNote:
        closing = self._state.closing
        note = EditionNote(edition.number, edition.made_on, closing.made_on if closing else None)
        if before is None:
            return note
        bound = self._state.consolidation.bound
        sources = changed_sources(before, edition)
        return replace(
            note,
            before_on=before.made_on,
            sources=sources,
            totals=changed_totals(self._record, bound, before, edition),
        )

    def _content(self, about: Publication) -> str:
        """A fingerprint of everything that a node's workbook says, but for its wording."""
        own = about.coverage[about.node]
        beneath = set(about.consolidation.tree.subtree(about.node))
        parts = [
            self._state.form.form,
            str(self._state.form.version),
            self._state.period.code,
            *(f"{key} {digest}" for key, digest in sorted(self._digests.items()) if key.split(" ", 1)[1] in beneath),
            *(f"{unit} {own.states[unit]} {unit in own.late}" for unit in own.expected),
            *(f"{one.period} {one.unit} {one.row} {one.state} {one.is_late}" for one in about.reports),
            *(f"{one.unit} {one.period} {one.sha256} {one.state} {one.is_counted}" for one in about.sources),
            *sorted(map(_said, about.findings)),
            *_compared(about),
        ]
        return _hashed(parts)

    def _sources(self, about: Publication) -> tuple[EditionSource, ...]:
        """The submissions that give figures: reports that count, and those that hold official figures for them."""
        found = {
            EditionSource(one.unit, one.period.code if one.period else "", one.sha256, one.file)
            for one in about.sources
            if one.state == "accepted" and one.is_counted
        }
        known = {one.sha256 for one in found}
        units = {one.unit for one in found}
        used = self._state.facts.select("unit", "source_sha256", "source_file").unique().iter_rows()
        official = {(unit, sha256, file) for unit, sha256, file in used if unit in units and sha256 not in known}
        found |= {EditionSource(unit, "", sha256, file) for unit, sha256, file in official}
        return tuple(sorted(found, key=lambda one: (one.unit, one.period, one.sha256)))


def _compared(about: Publication) -> Iterator[str]:
    """What is said of last year, where it is."""
    compared = about.compared
    if compared is None or not compared.is_regrouped(about.node):
        return
    for then, units in (
        (compared.reported, compared.units_then(about.node)),
        (compared.recast, compared.units_now(about.node)),
    ):
        yield from (f"{unit} {then.bound.period} {_digest(then.units.get(unit, {}))}" for unit in units)


def _digest(values: Values) -> str:
    return _hashed(f"{point} {_value(value)}" for point, value in sorted(values.items()))


def _value(value: Value) -> str:
    number = "" if value.number is None else plain(value.number)
    counts = "" if value.counts is None else json.dumps(dict(value.counts), sort_keys=True)
    qualifier = value.qualifier or ""
    return f"{number}|{value.text or ''}|{value.status}|{qualifier}|{counts}|{value.units}|{value.undefined}"


def _number(value: Decimal | None) -> str | None:
    """A total as it was published, without the decimals that only fill up an export."""
    text = None if value is None else plain(value)
    return text.rstrip("0").rstrip(".") if text is not None and "." in text else text


def _said(item: Finding) -> str:
    place = item.location
    where = (place.file, place.unit, place.sheet, place.cell, place.table, place.indicator, place.measure)
    return f"{item.code} {where} {json.dumps(dict(item.params), default=str, sort_keys=True, ensure_ascii=False)}"


def _hashed(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()


def edition_path(workspace: Workspace, edition: Edition, language: str) -> Path:
    """Where an edition's workbook is kept."""
    folder = workspace.archive / "editions" / edition.period / edition.form / edition.node
    return folder / f"{edition.number}.{language}.xlsx"


def keep(workspace: Workspace, planned: Planned, language: str, data: bytes) -> None:
    """Keep the workbook of an edition: one that was published stays as it was."""
    path = edition_path(workspace, planned.edition, language)
    if planned.is_new or not path.exists():
        write_whole(path, data)


def record_editions(record: Transaction, planned: Sequence[Planned]) -> None:
    """Record the new editions. Raises UsageError `edition-overtaken` where somebody else published meanwhile."""
    for one in planned:
        if not one.is_new:
            continue
        new = one.edition
        last = record.last_edition(new.form, new.period, new.node)
        if last is None or last.number < new.number:
            record.add_edition(new)
        elif last.content != new.content:
            raise UsageError("edition-overtaken", form=new.form, period=new.period, node=new.node)
