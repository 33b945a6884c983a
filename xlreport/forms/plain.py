"""A form as plain mappings, lists and values without anything that goes without saying: what notations write."""

from __future__ import annotations

import json
from typing import Any

from xlreport.forms.indicators import Kind, kind_defaults
from xlreport.forms.model import Form

#: A mapping of a definition as plain values.
Fields = dict[str, Any]


def plain_form(form: Form) -> Fields:
    """The definition as JSON values in the order of the model's fields; what is at its default is left out.

    Not the version: whoever is to change it should see it.
    """
    content = {"form": form.form, "version": form.version, **form.to_json()}
    for table in content["tables"]:
        table["indicators"] = [_without_defaults(indicator) for indicator in table["indicators"]]
    return content


def _without_defaults(indicator: Fields) -> Fields:
    defaults = kind_defaults(indicator.get("kind", Kind.NUMBER))
    return {name: value for name, value in indicator.items() if name not in defaults or value != _plain(defaults[name])}


def _plain(value: Any) -> Any:
    """Lists in place of tuples, as JSON has them."""
    return json.loads(json.dumps(value))
