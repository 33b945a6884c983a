"""A form as the rows of its worksheets: reading them gives an equal form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlreport.forms.model import Form
from xlreport.forms.plain import Fields, plain_form
from xlreport.forms.workbook_codecs import Shown
from xlreport.forms.workbook_lists import Several
from xlreport.forms.workbook_spec import SECTIONS, Column, Section

#: A row of a sheet by the keys of its columns, as plain values or as what stands in the cells.
Cells = dict[str, Shown | None]


def form_rows(form: Form, language: str) -> dict[str, list[Cells]]:
    """What the cells of every sheet hold, by section; the form itself is a single row."""
    content = plain_form(form)
    return {part.name: [_cells(part, row, language) for row in _rows(part, content)] for part in SECTIONS}


def _cells(part: Section, row: tuple[Fields, Fields, Fields], language: str) -> Cells:
    """Codes of what the row belongs to, fields of the row, fields of an item of it."""
    parents, fields, item = row
    shown: Cells = {}
    for column in part.columns:
        if column.is_parent:
            shown[column.key] = str(parents[column.key])
        else:
            inside = column.path[1:] if column.is_item else column.path
            shown[column.key] = _shown(part, column, _value(item if column.is_item else fields, inside), language)
    return shown


def _value(fields: Fields, path: tuple[str, ...]) -> Any:
    """The value at a path; None where there is none, {} where the group is there and holds nothing."""
    found: Any = fields
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return {} if found == {} and found is not fields else None
        found = found[step]
    return found


def _shown(part: Section, column: Column, value: Any, language: str) -> Shown | None:
    if value is None:
        return None
    if value == {} and len(column.path) > 1:
        # A group without anything in it is still there: its first list says so, being empty.
        lists = [one for one in part.columns if one.path[:1] == column.path[:1] and isinstance(one.codec, Several)]
        return column.codec.show(value, language) if lists[0] is column else None
    return column.codec.show(value, language)


def _rows(part: Section, content: Fields) -> Iterator[tuple[Fields, Fields, Fields]]:
    match part.name:
        case "form":
            yield {}, content, {}
        case "tables":
            yield from (({}, table, {}) for table in content["tables"])
        case "signatures":
            yield from _signatures(content)
        case "options":
            for table in content["tables"]:
                for indicator in table["indicators"]:
                    parents = {"table": table["table"], "indicator": indicator["code"]}
                    yield from ((parents, option, {}) for option in indicator.get("options", ()))
        case _:
            for table in content["tables"]:
                yield from (({"table": table["table"]}, row, {}) for row in table.get(part.field or "", ()))


def _signatures(content: Fields) -> Iterator[tuple[Fields, Fields, Fields]]:
    """A line to a row; whose signature it is stands on the first."""
    for number, signature in enumerate(content.get("signatures", ()), start=1):
        for position, line in enumerate(signature["lines"]):
            yield {"signature": number}, {} if position else signature, line
