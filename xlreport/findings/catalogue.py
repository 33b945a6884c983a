"""Every kind of finding. Codes are never reused; texts live in the language files under `[findings.XR…]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.findings.model import Finding, Location, Severity
from xlreport.findings.wording import shown_params
from xlreport.language import Texts

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding and the parameters that its texts need."""

    code: str
    slug: str
    severity: Severity
    params: tuple[str, ...] = ()


_KINDS = (
    # XR1xx: the file
    Kind("XR101", "file-not-found", E),
    Kind("XR102", "not-a-workbook", E, ("kind",)),
    Kind("XR103", "damaged-file", E),
    Kind("XR104", "unsafe-file", E, ("reason",)),
    Kind("XR105", "password-protected", E),
    Kind("XR106", "not-issued-by-us", E),
    Kind("XR107", "unknown-form", E, ("form",)),
    Kind("XR108", "wrong-form-version", E, ("version", "expected")),
    Kind("XR109", "unknown-unit", E, ("unit",)),
    Kind("XR110", "unknown-period", E, ("period",)),
    Kind("XR111", "table-missing", E, ("table",)),
    Kind("XR112", "row-missing", E, ("indicator", "name")),
    Kind("XR113", "code-repeated", E, ("code", "cells")),
    Kind("XR114", "column-missing", E, ("measure",)),
    Kind("XR115", "figure-without-code", E, ("value",)),
    Kind("XR116", "macros-ignored", W),
    Kind("XR117", "unknown-code", E, ("code",)),
    Kind("XR118", "sheet-from-another-workbook", E, ("expected", "found")),
    Kind("XR119", "unit-does-not-report", E, ("unit", "form")),
    Kind("XR120", "file-too-large", E, ("size", "limit")),
    Kind("XR121", "format-without-checksum", W),
    Kind("XR122", "table-repeated", E, ("table", "sheets")),
    Kind("XR123", "form-changed-since-issue", W),
    Kind("XR124", "status-cell-missing", E),
    Kind("XR125", "mapped-forward", I, ("version", "current")),
    Kind("XR126", "rows-without-successor", W, ("rows",)),
    Kind("XR127", "rows-not-asked-yet", W, ("rows",)),
    Kind("XR130", "prefilled-figure-changed", W, ("issued", "found")),
    Kind("XR131", "cumulative-typed-over", W, ("computed", "found")),
    Kind("XR132", "unit-not-in-roll", E, ("unit",)),
    Kind("XR133", "roll-rows-missing", W, ("units",)),
    Kind("XR134", "roll-columns-missing", W, ("columns",)),
    Kind("XR135", "roll-incomplete", I, ("blank", "asked")),
    Kind("XR136", "range-reversed", E, ("low", "high")),
    Kind("XR137", "range-half-filled", W),
    Kind("XR138", "figure-where-none-is-asked", E, ("value",)),
    # XR2xx: the value of a cell
    Kind("XR201", "not-a-number", E, ("value",)),
    Kind("XR202", "ambiguous-number", E, ("value", "first", "second")),
    Kind("XR203", "number-typed-as-text", I, ("value", "read")),
    Kind("XR204", "three-decimals", E, ("value", "thousands", "decimals")),
    Kind("XR205", "rounded", I, ("value", "rounded", "decimals")),
    Kind("XR206", "error-cell", E, ("value",)),
    Kind("XR207", "formula-without-value", E),
    Kind("XR208", "date-in-number-cell", E, ("value",)),
    Kind("XR209", "too-many-digits", E, ("value",)),
    Kind("XR210", "truth-value-in-number-cell", E, ("value",)),
    Kind("XR211", "not-an-option", E, ("value", "options")),
    Kind("XR212", "merged-input", E, ("range",)),
    Kind("XR213", "hidden-row", W, ("row",)),
    Kind("XR214", "not-a-date", E, ("value",)),
    Kind("XR215", "ambiguous-date", E, ("value", "first", "second")),
    Kind("XR216", "date-not-a-date-cell", I, ("value", "read")),
    Kind("XR217", "document-not-recognised", W, ("value",)),
    Kind("XR218", "document-rewritten", I, ("value", "read")),
    Kind("XR219", "text-became-date", E, ("value",)),
    Kind("XR250", "rank-not-whole", E, ("value",)),
    # XR3xx: the schema
    Kind("XR301", "required-missing", E, ("name",)),
    Kind("XR302", "below-minimum", E, ("value", "minimum")),
    Kind("XR303", "above-maximum", E, ("value", "maximum")),
    # XR4xx: the form's rules
    Kind("XR401", "rule-violated", E, ("rule", "sentence", "figures")),
    Kind("XR402", "rule-violated-at-node", E, ("rule", "sentence", "figures")),
    Kind("XR403", "operands-cover-different-units", W, ("name", "units")),
    # XR5xx: plausibility and history
    Kind("XR501", "figure-revised", I, ("name", "period", "before", "after")),
    # XR6xx: the set of submissions
    Kind("XR601", "two-files-for-one-unit", E, ("other",)),
    Kind("XR602", "file-received-before", I, ("received_on",)),
    Kind("XR603", "supersedes-earlier", I, ("earlier",)),
    Kind("XR604", "same-content-twice", I, ("other",)),
    Kind("XR605", "set-aside", W, ("other",)),
    Kind("XR607", "periods-missing", W, ("unit", "periods")),
    # XR7xx: definitions
    Kind("XR701", "unreadable-definition", E, ("problem",)),
    Kind("XR702", "invalid-definition-field", E, ("path", "problem")),
    Kind("XR703", "unknown-reference", E, ("reference", "problem", "suggestion")),
    Kind("XR704", "circular-formula", E, ("cycle",)),
    Kind("XR705", "code-defined-twice", E, ("code",)),
    Kind("XR706", "invalid-expression", E, ("expression", "problem")),
    Kind("XR707", "unused-indicator-option", W, ("option",)),
    Kind("XR708", "beyond-spreadsheet-limits", E, ("problem",)),
    Kind("XR709", "unlike-spans", E, ("column", "first", "second")),
    Kind("XR710", "target-column-missing", E, ("indicator", "measure")),
    Kind("XR711", "target-decimals", E, ("indicator", "decimals")),
    Kind("XR712", "unknown-heading", E, ("name", "suggestion")),
    Kind("XR713", "missing-sheet", E, ("sheet",)),
    Kind("XR714", "unused-measure", W, ("measure",)),
    Kind("XR715", "rule-without-effect", W, ("rule",)),
    Kind("XR716", "leading-zeros-restored", W, ("value", "read")),
    Kind("XR717", "unused-anchor", W, ("anchor",)),
    Kind("XR718", "nearly-standard-measure", W, ("measure", "suggestion")),
    Kind("XR719", "constant-formula", W, ("indicator",)),
    Kind("XR720", "replaced-twice", E, ("code",)),
    Kind("XR721", "node-defined-twice", E, ("node",)),
    Kind("XR722", "unknown-parent", E, ("node", "parent", "suggestion")),
    Kind("XR723", "circular-organisation", E, ("cycle",)),
    Kind("XR724", "overlapping-validity", E, ("node", "first", "second")),
    Kind("XR725", "no-single-root", E, ("roots",)),
    Kind("XR726", "unknown-level", E, ("node", "level", "suggestion")),
    Kind("XR727", "not-a-date", E, ("value",)),
    Kind("XR728", "required-field-missing", E, ("field",)),
    Kind("XR729", "missing-column", E, ("column",)),
    Kind("XR730", "validity-ends-before-start", E, ("node",)),
    Kind("XR731", "parent-not-valid", E, ("node", "parent", "day")),
    Kind("XR732", "unusable-code", E, ("code",)),
    Kind("XR733", "validity-gap", W, ("node", "first_day", "last_day")),
    Kind("XR734", "unknown-unit-type", E, ("node", "unit_type", "suggestion")),
    Kind("XR735", "level-order", E, ("node", "level", "parent", "parent_level")),
    Kind("XR736", "missing-section", E, ("section", "suggestion")),
    Kind("XR737", "date-in-text-cell", E, ("value",)),
    Kind("XR738", "unknown-key", E, ("key", "suggestion")),
    Kind("XR739", "percentage-summed", W, ("indicator",)),
    Kind("XR740", "unknown-predecessor", E, ("node", "predecessor", "suggestion")),
    Kind("XR741", "own-predecessor", E, ("node",)),
    Kind("XR742", "predecessor-still-valid", W, ("node", "predecessor", "day")),
    Kind("XR743", "predecessor-not-before", E, ("node", "predecessor", "day", "begins")),
    Kind("XR744", "circular-succession", E, ("cycle",)),
    Kind("XR745", "succession-without-day", W, ("node", "predecessors")),
    Kind("XR746", "change-without-document", W, ("node", "day", "change")),
    Kind("XR747", "under-nothing", W, ("node", "level", "time")),
    Kind("XR748", "nothing-under-it", W, ("node", "level", "time")),
    Kind("XR749", "second-register", W, ("other",)),
    Kind("XR750", "leading-zeros-lost", W, ("value", "code")),
    Kind("XR751", "columns-swapped", E, ("first", "second")),
    Kind("XR752", "merged-register-cells", E, ("range",)),
    # A form held against the register and against the other forms of its workspace
    Kind("XR753", "unknown-level-or-type", E, ("group", "name", "known", "suggestion")),
    Kind("XR754", "form-defined-twice", E, ("form", "version", "other")),
    # Checks of an office's own, written in Python
    Kind("XR770", "own-check", W, ("text",)),
)

CATALOGUE: dict[str, Kind] = {kind.code: kind for kind in _KINDS}

#: Parameters that are keys of texts, and the group of texts they belong to.
_KEYED = {"XR102": ("kind", "file_kinds"), "XR104": ("reason", "unsafe_reasons")}


def finding(
    kind_code: str,
    location: Location = Location(),  # noqa: B008 - frozen
    /,
    *,
    severity: Severity | None = None,
    related: tuple[Location, ...] = (),
    **params: object,
) -> Finding:
    """A finding of a catalogued kind. Wrong parameters are a fault of ours: ValueError."""
    return finding_with(kind_code, location, params, severity, related)


def finding_with(
    kind_code: str,
    location: Location,
    params: Mapping[str, object],
    severity: Severity | None = None,
    related: tuple[Location, ...] = (),
) -> Finding:
    """The same, for parameters that are already together."""
    kind = CATALOGUE[kind_code]
    if set(params) != set(kind.params):
        raise ValueError(f"{kind_code} takes {kind.params}, not {tuple(params)}")
    return Finding(kind_code, kind.slug, severity or kind.severity, location, params, related)


def message(item: Finding, texts: Texts) -> str:
    """The finding in words, without its place."""
    return texts(f"findings.{item.code}.message", **_in_words(item, texts))


def hint(item: Finding, texts: Texts) -> str:
    """What to do about it, and the nearest thing that exists where one was found."""
    params = _in_words(item, texts)
    advice = texts(f"findings.{item.code}.hint", **params)
    suggestion = params.get("suggestion")
    return f"{advice} {texts('findings.suggestion', suggestion=suggestion)}" if suggestion else advice


def _in_words(item: Finding, texts: Texts) -> dict[str, object]:
    params = shown_params(item.params, texts.language)
    if item.code in _KEYED:
        name, group = _KEYED[item.code]
        params[name] = texts(f"findings.{group}.{params[name]}")
    return params
