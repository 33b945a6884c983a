"""A Frictionless data package: CSV and a `datapackage.json` that says what each column is.

Numbers are kept as their digits; the schema makes them decimals for whoever reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

import polars as pl

from xlreport.language import texts
from xlreport.outputs.exports.columns import csv_text
from xlreport.outputs.exports.model import Options, TidyTable

DESCRIPTOR = "datapackage.json"
_STATUSES = ("A", "E", "P", "M", "O", "U")


def write(table: TidyTable, options: Options) -> Mapping[str, bytes]:
    """The files of the package. The descriptor comes last: a package that has one is complete."""
    data = csv_text(table.frame, exact=options.exact)
    descriptor = json.dumps(_descriptor(table, data, options), ensure_ascii=False, indent=2)
    return {f"{table.name}.csv": data, DESCRIPTOR: f"{descriptor}\n".encode()}


def _descriptor(table: TidyTable, data: bytes, options: Options) -> dict[str, object]:
    words = texts(options.language)
    title = words(f"exports.table.{table.name}")
    schema: dict[str, object] = {"fields": list(_fields(table, options)), "missingValues": [""]}
    if table.name == "facts":
        schema["primaryKey"] = list(table.key)
    resource = {
        "name": table.name,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "title": title,
        "description": words("exports.exact" if options.exact else "exports.guarded"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }
    return {
        "profile": "tabular-data-package",
        "name": f"xlreport-{table.name}",
        "title": title,
        "resources": [resource],
    }


def _fields(table: TidyTable, options: Options) -> Iterator[dict[str, object]]:
    words = texts(options.language)
    for name, dtype in table.frame.schema.items():
        constraints: dict[str, object] = {"required": True} if name in table.key else {}
        if name == "status":
            constraints["enum"] = list(_STATUSES)
        field: dict[str, object] = {"name": name, "type": _type(dtype), "title": words(f"exports.column.{name}")}
        yield {**field, "constraints": constraints} if constraints else field


def _type(dtype: pl.DataType) -> str:
    if dtype.is_decimal():
        return "number"
    return "integer" if dtype.is_integer() else "string"
