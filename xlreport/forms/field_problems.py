"""What pydantic finds wrong with a field → a finding with a place, in words, with a suggestion for a misspelt name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms import calendar, model
from xlreport.forms.base import CODE_PATTERN, MEASURE_PATTERN, NAME_PATTERN
from xlreport.forms.indicators import REPLACED_PATTERN
from xlreport.forms.places import Path, Places
from xlreport.forms.suggestions import suggested_code
from xlreport.language import DEFAULT_LANGUAGE, texts

#: Which model the fields under a name belong to; a form's own where none is named.
_OWNERS: Mapping[str, type[model.Model]] = {
    "tables": model.Table,
    "indicators": model.Indicator,
    "measures": model.Measure,
    "rules": model.Rule,
    "options": model.Option,
    "cutoff": calendar.Cutoff,
    "deadline": calendar.Deadline,
    "absence": model.Absence,
    "signatures": model.Signature,
    "target": model.Target,
    "value": model.Goal,
    "goal": model.Goal,
    **dict.fromkeys(("completion", "index", "growth", "change", "attainment", "of"), model.Ratio),
    **dict.fromkeys(
        ("title", "name", "unit_measure", "issued_with", "explanation", "message", "lines"), model.LocalText
    ),
}
#: Pydantic's types of error by the text that explains them.
TEXTS = {
    "missing": "missing",
    "string_type": "not-a-text",
    "string_too_short": "empty-text",
    "too_short": "empty-list",
    "tuple_type": "not-a-list",
    "dict_type": "not-a-group",
    "model_type": "not-a-group",
    "model_attributes_type": "not-a-group",
    "int_type": "not-a-whole-number",
    "int_parsing": "not-a-whole-number",
    "int_parsing_size": "not-a-whole-number",
    "int_from_float": "not-a-whole-number",
    "decimal_type": "not-a-number",
    "decimal_parsing": "not-a-number",
    "finite_number": "not-a-number",
    "bool_type": "not-a-truth",
    "bool_parsing": "not-a-truth",
}
LIMITS = {"greater_than_equal": ("too-small", "ge"), "greater_than": ("not-above", "gt"),
           "decimal_max_digits": ("too-many-digits", "max_digits"),
           "decimal_whole_digits": ("too-many-digits", "whole_digits"),
           "decimal_max_places": ("too-many-decimals", "decimal_places"), "less_than_equal": ("too-large-number", "le"),
           "too_long": ("too-many", "max_length"), "string_too_long": ("too-long-text", "max_length")}  # fmt: skip
PATTERNS = {
    CODE_PATTERN: "not-a-code",
    REPLACED_PATTERN: "not-a-code",
    NAME_PATTERN: "not-a-name",
    MEASURE_PATTERN: "not-a-measure",
}
#: The model's own errors are named after the texts that explain them.
OWN = frozenset(
    {"options-missing", "options-misplaced", "not-computable", "two-sources", "unit-types-misplaced",
     "periods-not-units", "minimum-over-maximum", "not-a-ratio", "yes-no-options", "cannot-combine",
     "target-misplaced", "growth-misplaced", "filled-by-misplaced", "standard-measure", "terms-misplaced",
     "terms-missing", "assigned-misplaced", "goal-reversed", "target-kinds", "base-year", "target-levels",
     "goal-twice", "not-a-date", "not-a-date-like", "deadline-empty"}
)  # fmt: skip


def field_findings(
    error: ValidationError, places: Places, unread: frozenset[Path] = frozenset()
) -> tuple[Finding, ...]:
    """XR702 for everything that pydantic found, but for what follows from parts that could not be read."""
    items = [item for item in error.errors(include_url=False) if not _is_consequence(item)]
    return tuple(_field_finding(item, places) for item in items if not _touches(item["loc"], unread))


def _touches(path: Path, unread: frozenset[Path]) -> bool:
    """Whether something unread lies in the field or around it."""
    return any(path[: len(part)] == part or part[: len(path)] == path for part in unread)


def closest(name: str, known: Iterable[str]) -> str:
    """The known name most like one that is not known; "" where none is like it."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def _is_consequence(item: Mapping[str, Any]) -> bool:
    """Whether a list is "too short" only because pydantic does not count the items with errors of their own."""
    is_short = item["type"] == "too_short"
    return is_short and isinstance(item["input"], list) and len(item["input"]) >= item["ctx"]["min_length"]


def _field_finding(item: Mapping[str, Any], places: Places) -> Finding:
    path: Path = item["loc"]
    return finding("XR702", places.at(path), path=places.label(path), problem=_problem(item, path, places))


def _problem(item: Mapping[str, Any], path: Path, places: Places) -> Words:
    kind, context, value = item["type"], item.get("ctx", {}), _short(item["input"])
    if kind in OWN:
        return _worded(kind, places, value=value, **context)
    if kind in TEXTS:
        return _worded(TEXTS[kind], places, value=value)
    if kind in LIMITS:
        key, limit = LIMITS[kind]
        return problem(key, value=value, limit=context[limit])
    if kind == "extra_forbidden":
        return _unknown_field(path)
    if kind == "string_pattern_mismatch":
        return _not_a_code(value, context["pattern"])
    if kind in ("enum", "literal_error"):
        return _not_one_of(value, re.findall("'([^']*)'", context["expected"]))
    return problem("other", text=item["msg"])


def _worded(key: str, places: Places, **details: object) -> Words:
    """A problem in the words of the notation: a workbook has headings where YAML has the names of fields."""
    is_in_sheet = places.is_workbook and f"problems.in_sheet.{key}" in texts(DEFAULT_LANGUAGE)
    return problem(f"in_sheet.{key}" if is_in_sheet else key, **details)


def _not_a_code(value: str, pattern: str) -> Words:
    key, suggestion = PATTERNS[pattern], suggested_code(value, pattern)
    return problem(f"{key}-like", value=value, suggestion=suggestion) if suggestion else problem(key, value=value)


def _unknown_field(path: Path) -> Words:
    suggestion = closest(str(path[-1]), _field_names(path[:-1]))
    return problem("unknown-field-like", suggestion=suggestion) if suggestion else problem("unknown-field")


def _not_one_of(value: str, expected: list[str]) -> Words:
    return problem("not-one-of", value=value, expected=", ".join(expected))


def _short(value: object) -> str:
    return value[:60] if isinstance(value, str) else ""


def _field_names(path: Path) -> list[str]:
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    fields = _OWNERS.get(last, model.Form).model_fields
    return [field.alias or name for name, field in fields.items()]
