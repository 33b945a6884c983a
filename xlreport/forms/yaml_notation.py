"""Read a form from YAML. Every error is reported at once, with its line and a suggestion for a misspelt name."""

from __future__ import annotations

from dataclasses import replace

from xlreport.forms.places import Places
from xlreport.forms.salvage import Salvaged, salvage
from xlreport.grid.yaml_values import Limits, read_values

MAX_BYTES = 2 * 2**20
LIMITS = Limits(bytes=MAX_BYTES, values=200_000)


def read_yaml(data: bytes, name: str) -> Salvaged:
    """A form, the lines of its fields, and what is wrong: XR701, XR702, XR717.

    What the model alone can tell is checked here; `consistency.check_form` does the rest.
    """
    values = read_values(data, name, LIMITS)
    places = Places(name, values.lines)
    if values.content is None:
        return Salvaged(None, places, values.found)
    salvaged = salvage(values.content, places, values.broken)
    return replace(salvaged, found=(*values.found, *salvaged.found))
