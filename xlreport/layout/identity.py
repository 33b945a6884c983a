"""What a workbook says of itself: the hidden metadata sheet and the marker that every table sheet repeats.

Text only, base64, in rows of at most 8,000 characters: spreadsheet programs turn numbers into other
numbers, drop tabs and make "very hidden" sheets merely hidden. Sheets get copied into other workbooks,
so each table's marker alone says which form, version, unit and period it belongs to.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pydantic import ValidationError

from xlreport.forms.consistency import check_form
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.grid.cells import Sheet, Workbook
from xlreport.layout.table import KEY_COLUMN, KEY_ROW, plan_table

METADATA_SHEET = "xlreport"
_MAGIC = "xlreport metadata 1"
_MARKER = "xlreport"
_ROW_LENGTH = 8_000
#: What is the same in the workbooks of all units, and what stands before it.
_SHARED, _SHARED_FOLLOWS = ("definition", "layout"), ":"
_MAX_ROWS = 2_000
_MAX_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Identity:
    """Which form, version, unit and period a workbook was issued for."""

    form: str
    version: int
    unit: str
    period: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The hidden metadata of an issued workbook."""

    identity: Identity
    unit_name: str
    unit_type: str | None
    #: The form as JSON values. Whoever uses it checks it first: see `usable_definition`.
    definition: Mapping[str, Any]
    layout: str
    corrects: str | None = None
    unit_level: str | None = None
    #: Whether a report of the unit is expected, or only what it was assigned.
    reports: bool = True
    #: Figures of earlier periods that it was issued with, as JSON values (see `aggregation.values_from_json`).
    earlier: Mapping[str, Any] = field(default_factory=dict)
    #: Figures of the unit's own that stand in input cells and were locked, as JSON values like those.
    prefilled: Mapping[str, Any] = field(default_factory=dict)
    #: Of a roll: level, type and whether a report is expected of each unit that it has a row for.
    rows: Mapping[str, Any] = field(default_factory=dict)

    def usable_definition(self) -> Form | None:
        """The form that the workbook brings along; None if somebody damaged it."""
        try:
            form = Form.model_validate(self.definition)
        except (ValidationError, RecursionError):
            return None
        return None if any(item.is_error for item in check_form(form, Places(METADATA_SHEET))) else form


def layout_fingerprint(form: Form) -> str:
    """A short mark of where the form's data points stand; changes when a row or column moves."""
    plans = [(table.table, plan_table(table).rows, plan_table(table).columns) for table in form.tables]
    return f"{zlib.crc32(json.dumps(plans).encode()):08x}"


def own_rows(metadata: Metadata) -> list[str]:
    """What a unit's workbook says of itself and no other says."""
    own = {one.name: getattr(metadata, one.name) for one in fields(metadata) if one.name not in _SHARED}
    return _pack(own | {"identity": asdict(metadata.identity)})


def metadata_rows(metadata: Metadata, own: Sequence[str] | None = None) -> list[str]:
    """The metadata sheet's first column: the unit's own rows (if not given, made), then those of all workbooks."""
    return [
        _MAGIC,
        *(own_rows(metadata) if own is None else own),
        _SHARED_FOLLOWS,
        *_pack({key: getattr(metadata, key) for key in _SHARED}),
    ]


def _pack(content: Mapping[str, Any]) -> list[str]:
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, sort_keys=True).encode(), 9)
    text = base64.b64encode(packed).decode("ascii")
    return [text[start : start + _ROW_LENGTH] for start in range(0, len(text), _ROW_LENGTH)]


def read_metadata(workbook: Workbook) -> Metadata | None:
    """The metadata of a workbook; None where there is none or it was damaged."""
    for sheet in workbook.sheets:
        rows = [sheet.value(row, 0) for row in range(min(len(sheet.rows), _MAX_ROWS))]
        if rows and rows[0] == _MAGIC:
            return _unpack("".join(row for row in rows[1:] if isinstance(row, str)))
    return None


def is_metadata(sheet: Sheet) -> bool:
    """Whether a sheet is the hidden one, damaged or not."""
    return sheet.value(0, 0) == _MAGIC


def _unpack(text: str) -> Metadata | None:
    try:
        parts = [_inflated(packed) for packed in text.split(_SHARED_FOLLOWS, 1)]
        content = {key: value for part in parts for key, value in part.items()}
        identity = content["identity"]
        return Metadata(
            identity=Identity(
                str(identity["form"]), int(identity["version"]), str(identity["unit"]), str(identity["period"])
            ),
            unit_name=str(content["unit_name"]),
            unit_type=_text(content["unit_type"]),
            definition=content["definition"],
            layout=str(content["layout"]),
            corrects=_text(content["corrects"]),
            unit_level=_text(content.get("unit_level")),
            reports=bool(content.get("reports", True)),
            earlier=_mapping(content.get("earlier")),
            prefilled=_mapping(content.get("prefilled")),
            rows=_mapping(content.get("rows")),
        )
    except (binascii.Error, zlib.error, ValueError, TypeError, KeyError, RecursionError):
        return None


def _inflated(packed: str) -> Mapping[str, Any]:
    """Raises ValueError or zlib.error for what was damaged."""
    inflater = zlib.decompressobj()
    content = json.loads(inflater.decompress(base64.b64decode(packed, validate=True), _MAX_BYTES))
    if not isinstance(content, dict):
        raise ValueError("metadata that are no object")
    return content


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def marker(identity: Identity, table: str) -> str:
    """What a table sheet carries in its hidden first cell."""
    return "|".join((_MARKER, identity.form, str(identity.version), table, identity.unit, identity.period))


@dataclass(frozen=True, slots=True)
class Marked:
    """A table sheet found by its marker, at the cell where the marker is now."""

    sheet: Sheet
    row: int
    column: int
    table: str
    identity: Identity


def marked_sheets(workbook: Workbook) -> list[Marked]:
    """The table sheets of a workbook, whatever they are called now."""
    found = (_find_marker(sheet) for sheet in workbook.sheets)
    return [sheet for sheet in found if sheet is not None]


#: How far inserted rows and columns may have pushed the marker from A1.
_SEARCH_ROWS, _SEARCH_COLUMNS = 200, 100


def _find_marker(sheet: Sheet) -> Marked | None:
    for row, values in enumerate(sheet.rows[KEY_ROW:_SEARCH_ROWS], KEY_ROW):
        for column, value in enumerate(values[KEY_COLUMN:_SEARCH_COLUMNS], KEY_COLUMN):
            if isinstance(value, str) and value.startswith(f"{_MARKER}|"):
                return _read_marker(sheet, row, column, value.strip().split("|"))
    return None


def _read_marker(sheet: Sheet, row: int, column: int, parts: Iterable[str]) -> Marked | None:
    match list(parts):
        case [_, form, version, table, unit, period] if version.isascii() and version.isdigit():
            return Marked(sheet, row, column, table, Identity(form, int(version), unit, period))
    return None
