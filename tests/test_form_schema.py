"""The JSON Schema of forms: current, and of one mind with the model about what may be written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from form_strategies import full_forms
from hypothesis import given, settings

from xlreport.forms.load import read_form
from xlreport.forms.model import Form
from xlreport.forms.schema import form_schema
from xlreport.forms.yaml_writing import to_yaml

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").glob("*.yaml"))
SCHEMA: dict[str, Any] = json.loads(form_schema())
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
#: What the small validator below understands; a schema that says more fails the test of it.
UNDERSTOOD = {"$ref", "$defs", "$schema", "additionalProperties", "anyOf", "const", "default", "description", "enum",
              "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength",
              "minimum", "pattern", "properties", "required", "title", "type"}  # fmt: skip


def errors(value: Any, schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What is wrong with a value, by the part of JSON Schema that ours uses."""
    if "$ref" in schema:
        yield from errors(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
        return
    if "anyOf" in schema:
        if all(any(True for _ in errors(value, one, path)) for one in schema["anyOf"]):
            yield f"{path}: none of the choices"
        return
    wanted = schema.get("type")
    if wanted and (not isinstance(value, TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean")):
        yield f"{path}: no {wanted}"
        return
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        yield f"{path}: not one of the words"
    match value:
        case str():
            yield from string_errors(value, schema, path)
        case list():
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                yield f"{path}: number of items"
            for number, item in enumerate(value):
                yield from errors(item, schema.get("items", {}), f"{path}[{number}]")
        case dict():
            yield from object_errors(value, schema, path)
        case int() | float():
            low, high = schema.get("minimum", value), schema.get("maximum", value)
            if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
                yield f"{path}: out of bounds"


def string_errors(value: str, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{path}: length"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: pattern"


def object_errors(value: dict[Any, Any], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name}: missing"
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, item in value.items():
        inside = properties.get(str(name), others)
        if inside is False:
            yield f"{path}.{name}: unknown"
        elif isinstance(inside, dict):
            yield from errors(item, inside, f"{path}.{name}")


def keywords(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from keywords(item)
    elif isinstance(schema, dict):
        for name, item in schema.items():
            yield name
            if name in ("properties", "$defs"):
                for inner in item.values():
                    yield from keywords(inner)
            elif name not in ("default", "enum"):
                yield from keywords(item)


def wrong(text: str | bytes) -> list[str]:
    """As an editor sees a file: with the types that YAML gives to plain values."""
    return list(errors(yaml.safe_load(text), SCHEMA))


def test_schema_in_the_templates_is_current() -> None:
    written = (ROOT / "templates" / "form.schema.json").read_bytes()
    assert written == form_schema(), "renew it: xlreport form schema --out templates/form.schema.json"


def test_schema_uses_what_the_validator_understands() -> None:
    assert set(keywords(SCHEMA)) <= UNDERSTOOD


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_standard_forms_fit_the_schema_and_name_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert wrong(text) == []
    assert text.startswith("# yaml-language-server: $schema=form.schema.json\n")


@settings(max_examples=25)
@given(form=full_forms())
def test_whatever_is_written_fits_the_schema(form: Form) -> None:
    assert wrong(to_yaml(form)) == []


SHORT = """
form: f
title: Báo cáo
valid_from: 2024
frequency: quarter
filled_by: [a]
deadline: {days_after_period: 5, chain: {cum: 2}}
cutoff: {dates: {2024-Q1: "2024-03-30"}}
tables:
  - table: t
    title: {vi: Biểu}
    measures: [plan, actual, {measure: own, computes: completion, of: actual / plan}]
    completion: {numerator: actual, denominator: plan}
    indicators:
      - {code: "01", name: A, minimum: 0, maximum: 9.5, target: {by_year: {2023: 15, 2024: 4..5, 2025: 1.5}}}
      - {code: "02", name: B, kind: rank, target: {value: 10}}
      - {code: "03", name: C, target: {value: 4..5, horizon: 2025}}
"""


def test_short_notations_fit() -> None:
    assert wrong(SHORT) == []
    Form.model_validate(yaml.load(SHORT, Loader=yaml.BaseLoader))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("frequency: quarter", "frequency: quarterly"),
        ("form: f", "form: Biểu"),
        ("filled_by: [a]", "filled_by: []"),
        ("name: A,", "nam: A,"),
        ("code: \"01\"", "code: '1.1'"),
        ("of: actual / plan", "of: [actual, plan]"),
        ("kind: rank", "kind: ranking"),
        ("horizon: 2025", "horizon: 20255"),
        ("days_after_period: 5", "days_after_period: soon"),
        ("minimum: 0", "minimum: low"),
        ("table: t", "tabel: t"),
    ],
)  # fmt: skip
def test_mistakes_do_not_fit_and_are_none_of_the_model_either(old: str, new: str) -> None:
    assert old in SHORT
    assert wrong(SHORT.replace(old, new)) != []
    assert read_form(SHORT.replace(old, new).encode(), "f.yaml")[0] is None


def test_every_field_is_explained() -> None:
    parts = {name: part for name, part in SCHEMA["$defs"].items() if "properties" in part} | {"Form": SCHEMA}
    unexplained = [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, schema in part["properties"].items()
        if "description" not in schema
    ]
    sheets = {"Form.signatures", "Form.tables", "Table.measures", "Table.indicators", "Table.rules"}
    inner = {"Goal", "LocalText", "Ratio", "YearGoal", "PeriodDay", "Step"}
    groups = {"Form.cutoff", "Form.deadline", "Form.absence", "Indicator.target", "Indicator.options"}
    assert [name for name in unexplained if name not in sheets | groups and name.split(".")[0] not in inner] == []
