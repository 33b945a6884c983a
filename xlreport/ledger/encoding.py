"""Findings as rows of the ledger and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from xlreport.findings import CATALOGUE, Finding, Location, Severity
from xlreport.ledger.tables import LOCATION_COLUMNS
from xlreport.numbers import plain


def storable(text: str) -> str:
    """Text that can be written as UTF-8.

    A file name that is not valid Unicode reaches us with lone surrogates, which no database takes: they
    are written out ("\\udce9"), because such a name must not stop the batch.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def finding_row(item: Finding) -> dict[str, str | None]:
    """The columns of a finding, without reading and position."""
    return {
        "code": item.code,
        "severity": str(item.severity),
        **_place(item.location),
        "params": _json({name: _kept(value) for name, value in item.params.items()}),
        "related": _json([_place(location) for location in item.related]),
    }


def finding_from(row: Mapping[Any, Any]) -> Finding:
    """The finding of a row. Numbers and words in several languages come back as they were; days as their ISO text."""
    return Finding(
        code=row["code"],
        slug=CATALOGUE[row["code"]].slug,
        severity=Severity(row["severity"]),
        location=Location(**{name: row[name] for name in LOCATION_COLUMNS}),
        params={name: _restored(value) for name, value in json.loads(row["params"]).items()},
        related=tuple(Location(**place) for place in json.loads(row["related"])),
    )


def _place(location: Location) -> dict[str, str | None]:
    return {name: None if value is None else storable(value) for name, value in asdict(location).items()}


#: The key under which an exact number is kept; words in several languages are kept by language.
_NUMBER = "number"


def _kept(value: object) -> object:
    """A parameter as JSON keeps it: exact, and showing the same in every language as before."""
    if isinstance(value, Decimal):
        return {_NUMBER: plain(value)}
    if isinstance(value, Mapping):
        return {str(language): storable(str(text)) for language, text in value.items()}
    if value is None or isinstance(value, int):
        return value
    return storable(str(value))


def _restored(value: object) -> object:
    if isinstance(value, dict) and set(value) == {_NUMBER}:
        return Decimal(value[_NUMBER])
    return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
