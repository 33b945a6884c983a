"""Cells that are chosen from the program's own lists: the status of the data, and how a figure bounds the true one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from xlreport.aggregation import Qualifier, Status
from xlreport.findings import Finding, Location, finding
from xlreport.forms.answers import same_text
from xlreport.intake.remarks import as_typed
from xlreport.language import LANGUAGES, texts
from xlreport.layout.locate import Located
from xlreport.refs import Cell, a1

_Meaning = TypeVar("_Meaning")

_STATUSES = {f"status.{status}": status for status in (Status.NORMAL, Status.PROVISIONAL, Status.ESTIMATED)}
_QUALIFIERS = {f"qualifier.{qualifier}": qualifier for qualifier in Qualifier}


def data_status(located: Located, place: Location) -> tuple[Status, tuple[Finding, ...]]:
    """The status of a table's data. Nothing chosen is official; a status that is lost or unknown is an error."""
    if located.status is None:
        return Status.NORMAL, (finding("XR124", place),)
    status, findings = _chosen(located, located.status, _STATUSES, place)
    return status or Status.NORMAL, findings


def status_of(located: Located, cell: Cell | None, place: Location) -> tuple[Status | None, tuple[Finding, ...]]:
    """The status of a row's figures, where it is not that of the whole table."""
    return (None, ()) if cell is None else _chosen(located, cell, _STATUSES, place)


def qualifier_of(located: Located, cell: Cell | None, place: Location) -> tuple[Qualifier | None, tuple[Finding, ...]]:
    """The qualifier of a row's figures."""
    return (None, ()) if cell is None else _chosen(located, cell, _QUALIFIERS, place)


def _chosen(
    located: Located, cell: Cell, words: Mapping[str, _Meaning], place: Location
) -> tuple[_Meaning | None, tuple[Finding, ...]]:
    """What the label in a cell means, in either language."""
    typed = as_typed(located.sheet.value(*cell))
    if typed is None or not typed.strip():
        return None, ()
    for key, meaning in words.items():
        if any(same_text(texts(language)(key)) == same_text(typed) for language in LANGUAGES):
            return meaning, ()
    options = {language: "; ".join(texts(language)(key) for key in words) for language in LANGUAGES}
    here = replace(place, cell=a1(*cell))
    return None, (finding("XR211", here, value=typed.strip()[:80], options=options),)
