"""The JSON Schema of form definitions, for editors that complete and check YAML while it is written."""

from __future__ import annotations

import json
from typing import Any

from xlreport.forms.model import Form
from xlreport.forms.workbook_spec import Column, Section, columns, heading
from xlreport.language import LANGUAGES, texts

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: The model of a sheet's rows, and of the groups of fields in them. The form itself is the schema's top.
_MODELS = {
    "tables": "Table",
    "measures": "Measure",
    "indicators": "Indicator",
    "options": "Option",
    "rules": "Rule",
    "signatures": "Signature",
    "target": "Target",
    "cutoff": "Cutoff",
    "deadline": "Deadline",
    "absence": "Absence",
}


def form_schema() -> bytes:
    """The schema of what the model takes, short notations included; each field explained in both languages."""
    schema = Form.model_json_schema(by_alias=True)
    for part, column in columns():
        owner, name = _field(part, column)
        properties = schema["$defs"][owner]["properties"] if owner else schema["properties"]
        if name in properties:
            properties[name].setdefault("description", _explained(part, column))
    _without_titles(schema)
    schema = {"$schema": _DIALECT, "title": "xlreport form", **schema}
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _field(part: Section, column: Column) -> tuple[str, str]:
    """The model that has the field of a column, and the field's name; no model for the form itself."""
    first, *others = column.path or (column.key,)
    if first in _MODELS and others and others[0] not in LANGUAGES:
        return _MODELS[first], others[0]
    return _MODELS.get(part.name, ""), first


def _explained(part: Section, column: Column) -> str:
    """The explanation that the workbook gives of it, in every language."""
    said = (
        f"{heading(part, column, language)}: {texts(language)(f'form_book.columns.{part.name}.{column.key}.help')}"
        for language in LANGUAGES
    )
    return "\n".join(said)


def _without_titles(schema: Any) -> None:
    """A field's name in another spelling explains nothing."""
    if isinstance(schema, list):
        for item in schema:
            _without_titles(item)
    if isinstance(schema, dict):
        if isinstance(schema.get("title"), str):
            del schema["title"]
        for item in schema.values():
            _without_titles(item)
