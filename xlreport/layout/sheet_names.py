"""What the sheets of a unit's workbook are called when it leaves the house."""

from __future__ import annotations

from collections.abc import Sequence

from xlreport.forms.model import Table
from xlreport.grid.writing import sheet_name
from xlreport.language import Texts
from xlreport.layout.identity import METADATA_SHEET


def issued_sheet_names(tables: Sequence[Table], texts: Texts, *, returned: bool = False) -> tuple[str, ...]:
    """The names in order: (what is to be corrected,) guidance, one for each table, check list, metadata."""
    first = [texts("returned.sheet")] if returned else []
    own = [table.number or table.table for table in tables]
    names: list[str] = []
    for wanted in (*first, texts("guidance.sheet"), *own, texts("check_sheet.sheet"), METADATA_SHEET):
        names.append(sheet_name(wanted, names))
    return tuple(names)


def table_sheet_names(tables: Sequence[Table], texts: Texts, *, returned: bool = False) -> dict[str, str]:
    """The names of the tables' sheets, by the code of the table."""
    names = issued_sheet_names(tables, texts, returned=returned)
    before = 2 if returned else 1
    return dict(zip((table.table for table in tables), names[before:], strict=False))
