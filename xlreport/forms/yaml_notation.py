"""Read a form from YAML. Every error is reported at once, with its line and a suggestion for a misspelt name."""

from __future__ import annotations

from pydantic import ValidationError

from xlreport.findings import Finding
from xlreport.forms.field_problems import field_findings
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.forms.yaml_values import read_values


def read_yaml(data: bytes, name: str) -> tuple[Form | None, Places, tuple[Finding, ...]]:
    """A form, the lines of its fields, and what is wrong. The form is None if there is an error.

    What the model alone can tell is checked here; `consistency.check_form` does the rest.
    """
    content, places, found = read_values(data, name)
    if any(item.is_error for item in found):
        return None, places, tuple(found)
    try:
        return Form.model_validate(content), places, tuple(found)
    except ValidationError as error:
        return None, places, places.in_order((*found, *field_findings(error, places)))
