"""What pydantic finds wrong with a field → a finding with a place, in words, with a suggestion for a misspelt name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms import calendar, model
from xlreport.forms.base import CODE_PATTERN, MEASURE_PATTERN, NAME_PATTERN
from xlreport.forms.indicators import REPLACED_PATTERN
from xlreport.forms.misfits import MISFITS, Misfit
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


#: A plan from-to as people write it; to a computer it may be a difference.
_RANGE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*-\s*([0-9]+(?:\.[0-9]+)?)\s*")


class Damage:
    """Parts of a definition of which something was said already: what follows from them is not told again."""

    def __init__(self, parts: Iterable[Path] = ()) -> None:
        self._parts: set[Path] = set()
        #: What there is around the parts.
        self._around: set[Path] = set()
        for part in parts:
            self.add(part)

    def add(self, part: Path) -> None:
        """One more part."""
        self._parts.add(part)
        self._around.update(part[:length] for length in range(len(part)))

    def remove(self, part: Path) -> None:
        """What turned out to be whole."""
        self._parts.discard(part)

    @property
    def parts(self) -> frozenset[Path]:
        """All parts."""
        return frozenset(self._parts)

    def touches(self, path: Path) -> bool:
        """Whether a part lies in the field or around it."""
        return path in self._around or any(path[:length] in self._parts for length in range(len(path) + 1))


def first_causes(error: ValidationError) -> list[Any]:
    """The errors that pydantic found, as it describes them, but for those that only follow from others."""
    items = error.errors(include_url=False)
    unknown = [item["loc"] for item in items if item["type"] == "extra_forbidden"]
    meant = {(*path[:-1], meant_field(path)) for path in unknown}
    return [item for item in items if not _is_consequence(item, meant)]


def field_findings(items: Iterable[Mapping[str, Any]], places: Places, damage: Damage) -> tuple[Finding, ...]:
    """XR702 for errors of pydantic, but for what follows from damaged parts."""
    return tuple(_field_finding(item, places) for item in items if not any(map(damage.touches, _concerns(item))))


def _concerns(item: Mapping[str, Any]) -> list[Path]:
    """The fields that an error is about."""
    path: Path = item["loc"]
    misfit = MISFITS.get(item["type"], Misfit())
    return [(*path, name) for name in misfit.fields] or [path]


def _told_at(item: Mapping[str, Any], places: Places) -> Path:
    """The first field of a contradiction that the file has."""
    return next((path for path in _concerns(item) if path in places.known), item["loc"])


def closest(name: str, known: Iterable[str]) -> str:
    """The known name most like one that is not known; "" where none is like it."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def _is_consequence(item: Mapping[str, Any], misspelt: Container[Path]) -> bool:
    """Whether a field is missing only because its name is misspelt, or a list too short because of its wrong items.

    Pydantic does not count items with errors of their own.
    """
    if item["type"] == "missing":
        return item["loc"] in misspelt
    is_short = item["type"] == "too_short"
    return is_short and isinstance(item["input"], list) and len(item["input"]) >= item["ctx"]["min_length"]


def _field_finding(item: Mapping[str, Any], places: Places) -> Finding:
    path = _told_at(item, places)
    return finding("XR702", places.at(path), path=places.label(path), problem=_problem(item, item["loc"], places))


def _problem(item: Mapping[str, Any], path: Path, places: Places) -> Words:
    kind, context, value = item["type"], item.get("ctx", {}), _short(item["input"])
    if kind in MISFITS:
        return _worded(kind, places, value=value, **context)
    if kind == "decimal_parsing" and (ends := _RANGE.fullmatch(value)):
        return problem("range-with-hyphen", value=value, suggestion=f"{ends[1]}..{ends[2]}")
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
        return _not_one_of(value, expected_names(item))
    return problem("other", text=item["msg"])


def _worded(key: str, places: Places, **details: object) -> Words:
    """A problem in the words of the notation: a workbook has headings where YAML has the names of fields."""
    is_in_sheet = places.is_workbook and f"problems.in_sheet.{key}" in texts(DEFAULT_LANGUAGE)
    return problem(f"in_sheet.{key}" if is_in_sheet else key, **details)


def meant_field(path: Path) -> str:
    """The field whose name is like the last of a path that no field has; "" if there is none."""
    return closest(str(path[-1]), _field_names(path[:-1]))


def _not_a_code(value: str, pattern: str) -> Words:
    key, suggestion = PATTERNS[pattern], suggested_code(value, pattern)
    return problem(f"{key}-like", value=value, suggestion=suggestion) if suggestion else problem(key, value=value)


def _unknown_field(path: Path) -> Words:
    suggestion = meant_field(path)
    return problem("unknown-field-like", suggestion=suggestion) if suggestion else problem("unknown-field")


def expected_names(item: Mapping[str, Any]) -> list[str]:
    """The names that pydantic would have taken in place of one that is none of them."""
    return re.findall("'([^']*)'", item["ctx"]["expected"])


def _not_one_of(value: str, expected: list[str]) -> Words:
    return problem("not-one-of", value=value, expected=", ".join(expected))


def _short(value: object) -> str:
    return value[:60] if isinstance(value, str) else ""


def _field_names(path: Path) -> list[str]:
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    fields = _OWNERS.get(last, model.Form).model_fields
    return [field.alias or name for name, field in fields.items()]
