"""The values of a form's YAML file, within the limits of a form."""

from __future__ import annotations

from xlreport.findings import Finding
from xlreport.forms.places import Places
from xlreport.grid import yaml_values
from xlreport.grid.yaml_values import Limits

MAX_BYTES = 2 * 2**20
_LIMITS = Limits(bytes=MAX_BYTES, values=200_000)


def read_values(data: bytes, name: str) -> tuple[object, Places, list[Finding]]:
    """The content of a YAML file, the lines of its fields, XR701 for what cannot be read, XR717 for unused anchors.

    The content is good only without errors.
    """
    values = yaml_values.read_values(data, name, _LIMITS)
    return values.content, Places(name, values.lines), list(values.found)
