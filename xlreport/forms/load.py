"""Reading a form from a file."""

from __future__ import annotations

from pathlib import Path

from xlreport.findings import Finding, Location, UnusableDefinition, finding
from xlreport.findings.problems import problem
from xlreport.forms.consistency import check_form
from xlreport.forms.model import Form
from xlreport.forms.yaml_notation import read_yaml
from xlreport.forms.yaml_values import MAX_BYTES

YAML_ENDINGS = (".yaml", ".yml")


def load_form(path: Path) -> Form:
    """The form in a file. Raises UnusableDefinition with all findings where one of them is an error."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        raise UnusableDefinition(path.name, (finding("XR101", Location(file=path.name)),)) from None
    form, found = read_form(data, path.name)
    if form is None:
        raise UnusableDefinition(path.name, found)
    return form


def read_form(data: bytes, name: str) -> tuple[Form | None, tuple[Finding, ...]]:
    """The form in a file's bytes, and all that is wrong with it.

    None where there is an error; a form comes with warnings at most.
    """
    if not name.lower().endswith(YAML_ENDINGS):
        return None, (finding("XR701", Location(file=name), problem=problem("unknown-notation")),)
    form, places, found = read_yaml(data, name)
    if form is None:
        return None, found
    found = check_form(form, places.known, name)
    return None if any(item.is_error for item in found) else form, found
