"""What pydantic finds wrong with a field → a finding with a place, in words, with a suggestion for a misspelt name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms import calendar, model
from xlreport.forms.base import CODE_PATTERN, MEASURE_PATTERN, NAME_PATTERN
from xlreport.forms.indicators import REPLACED_PATTERN
from xlreport.forms.misfits import MISFITS, Misfit
from xlreport.forms.places import Path, Places, is_filled, written_path
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


@dataclass(frozen=True, slots=True)
class Wrong:
    """An error as pydantic describes it, and the path of what is written in the definition's content.

    One that is not `is_told` is like another that is.
    """

    item: Mapping[str, Any]
    path: Path
    is_told: bool = True

    @property
    def kind(self) -> str:
        """Pydantic's type of error."""
        return str(self.item["type"])

    @property
    def value(self) -> Any:
        """What stands there."""
        return self.item["input"]

    @property
    def context(self) -> Mapping[str, Any]:
        """What pydantic says more of it."""
        context: Mapping[str, Any] = self.item.get("ctx", {})
        return context

    @property
    def misfit(self) -> Misfit:
        """The contradiction that it is, without fields if it is none."""
        return MISFITS.get(self.kind, Misfit())

    @property
    def concerns(self) -> list[Path]:
        """The fields that it is about."""
        return [(*self.path, name) for name in self.misfit.fields] or [self.path]

    @property
    def is_shapeless_item(self) -> bool:
        """Whether an item of a list is not written as fields."""
        is_item = bool(self.path) and isinstance(self.path[-1], int) and len(self.path) > 1
        return is_item and self.kind in ("model_type", "model_attributes_type", "dict_type")

    def counted(self, is_told: bool) -> Wrong:
        """The same, to be told or not."""
        return replace(self, is_told=is_told)


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


def first_causes(error: ValidationError, content: object) -> list[Wrong]:
    """The errors that pydantic found, but for those that only follow from others."""
    items = [Wrong(item, written_path(item["loc"], content)) for item in error.errors(include_url=False)]
    unknown = [item.path for item in items if item.kind == "extra_forbidden"]
    meant = {(*path[:-1], meant_field(path)) for path in unknown}
    found: list[Wrong] = []
    shapeless: set[Path] = set()
    for item in items:
        if _is_consequence(item, meant):
            continue
        if item.is_shapeless_item:
            # Of a list all of whose items are written in one wrong way that is said once.
            item = item.counted(item.path[:-1] not in shapeless)
            shapeless.add(item.path[:-1])
        found.append(item)
    return found


def field_findings(items: Iterable[Wrong], places: Places, damage: Damage, content: object) -> tuple[Finding, ...]:
    """XR702 for errors of pydantic, but for what follows from damaged parts."""
    return tuple(_field_finding(item, places) for item in items if item.is_told and not _follows(item, damage, content))


def _follows(item: Wrong, damage: Damage, content: object) -> bool:
    """Whether an error is about what was damaged: of fields that only have to be there, about one that is not."""
    if not item.misfit.fields:
        return damage.touches(item.path)
    by_value = {(*item.path, name) for name in item.misfit.by_value}
    return any(damage.touches(path) and (path in by_value or not _is_there(path, content)) for path in item.concerns)


def _is_there(path: Path, content: object) -> bool:
    return written_path(path, content) == path and is_filled(path, content)


def closest(name: str, known: Iterable[str]) -> str:
    """The known name most like one that is not known; "" where none is like it."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def _is_consequence(item: Wrong, misspelt: Container[Path]) -> bool:
    """Whether a field is missing only because its name is misspelt, or a list too short because of its wrong items.

    Pydantic does not count items with errors of their own.
    """
    if item.kind == "missing":
        return item.path in misspelt
    is_short = item.kind == "too_short"
    return is_short and isinstance(item.value, list) and len(item.value) >= item.context["min_length"]


def _field_finding(item: Wrong, places: Places) -> Finding:
    path = next((path for path in item.concerns if path in places.known), item.path)
    return finding("XR702", places.at(path), path=places.label(path), problem=_problem(item, places))


def _problem(item: Wrong, places: Places) -> Words:
    kind, context, value = item.kind, item.context, _short(item.value)
    if kind in MISFITS:
        return _worded(kind, places, value=value, **context)
    if kind == "decimal_parsing" and (ends := _RANGE.fullmatch(value)):
        return problem("range-with-hyphen", value=value, suggestion=f"{ends[1]}..{ends[2]}")
    if item.is_shapeless_item:
        return _not_an_item(item)
    if kind in TEXTS:
        return _worded(TEXTS[kind], places, value=value)
    if kind in LIMITS:
        key, limit = LIMITS[kind]
        return problem(key, value=value, limit=context[limit])
    if kind == "extra_forbidden":
        return _unknown_field(item.path)
    if kind == "string_pattern_mismatch":
        return _not_a_code(value, context["pattern"])
    if kind in ("enum", "literal_error"):
        return _not_one_of(value, expected_names(item))
    return problem("other", text=item.item["msg"])


def _not_an_item(item: Wrong) -> Words:
    """How an item of a list is written, by the example of the one that was meant."""
    name = str(item.path[-2])
    return problem(f"item.{name}" if f"problems.item.{name}" in texts(DEFAULT_LANGUAGE) else "not-a-group")


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


def expected_names(item: Wrong) -> list[str]:
    """The names that pydantic would have taken in place of one that is none of them."""
    return re.findall("'([^']*)'", item.context["expected"])


def _not_one_of(value: str, expected: list[str]) -> Words:
    return problem("not-one-of", value=value, expected=", ".join(expected))


def _short(value: object) -> str:
    return value[:60] if isinstance(value, str) else ""


def _field_names(path: Path) -> list[str]:
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    fields = _OWNERS.get(last, model.Form).model_fields
    return [field.alias or name for name, field in fields.items()]
