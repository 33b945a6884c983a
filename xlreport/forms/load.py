"""Reading a form from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xlreport.findings import Finding, Location, UnusableDefinition, finding
from xlreport.findings.problems import problem
from xlreport.forms.consistency import check_form
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.forms.salvage import Salvaged
from xlreport.forms.workbook_notation import read_form_workbook
from xlreport.forms.yaml_notation import read_yaml
from xlreport.grid.guard import MAX_FILE
from xlreport.grid.read import read_workbook

YAML_ENDINGS = (".yaml", ".yml")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".ods", ".xls")


def load_form(path: Path) -> Form:
    """The form in a file. Raises UnusableDefinition with all findings where one of them is an error."""
    read = read_definition_file(path)
    if not read.is_usable or read.form is None:
        raise UnusableDefinition(path.name, read.found)
    return read.form


def read_definition_file(path: Path) -> Salvaged:
    """The form in a file, and where its fields stand there; with errors, the form that is left without them."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError:
        return Salvaged(None, Places(path.name), (finding("XR101", Location(file=path.name)),))
    return read_definition(data, path.name)


def read_form(data: bytes, name: str) -> tuple[Form | None, tuple[Finding, ...]]:
    """The form in a file's bytes, YAML or a workbook by the ending of its name, and all that is wrong with it.

    None where there is an error; a form comes with warnings at most.
    """
    read = read_definition(data, name)
    return read.form if read.is_usable else None, read.found


def read_definition(data: bytes, name: str) -> Salvaged:
    """The same, and where its fields stand in the file; with errors, the form that is left without them."""
    if name.lower().endswith(WORKBOOK_ENDINGS):
        read = _from_workbook(data, name)
    elif name.lower().endswith(YAML_ENDINGS):
        read = read_yaml(data, name)
    else:
        unknown = finding("XR701", Location(file=name), problem=problem("unknown-notation"))
        return Salvaged(None, Places(name), (unknown,))
    checked = check_form(read.form, read.places) if read.form is not None else ()
    return replace(read, found=read.places.in_order((*read.found, *checked)))


def _from_workbook(data: bytes, name: str) -> Salvaged:
    reading = read_workbook(data, name)
    if reading.workbook is None:
        return Salvaged(None, Places(name), reading.findings)
    read = read_form_workbook(reading.workbook, name)
    return replace(read, found=(*reading.findings, *read.found))


def is_definition(path: Path) -> bool:
    """Whether a file of a folder defines a form: by its ending, and none that a program holds open or hides."""
    is_left_out = path.name.startswith((".", "~$"))
    return path.suffix.lower() in (*YAML_ENDINGS, *WORKBOOK_ENDINGS) and not is_left_out
