"""Reading a register from a file."""

from __future__ import annotations

from pathlib import Path

from xlreport.findings import Finding, Location, UnusableDefinition, finding
from xlreport.grid.read import read_workbook
from xlreport.organisation.model import Register
from xlreport.organisation.worksheets import from_workbook
from xlreport.organisation.yaml_notation import from_yaml

YAML_ENDINGS = (".yaml", ".yml")


def load_register(path: Path) -> Register:
    """The register in a file. Raises UnusableDefinition with all findings where one of them is an error."""
    try:
        data = path.read_bytes()
    except OSError:
        raise UnusableDefinition(path.name, (finding("XR101", Location(file=path.name)),)) from None
    register, found = read_register(data, path.name)
    if register is None:
        raise UnusableDefinition(path.name, found)
    return register


def read_register(data: bytes, name: str) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register in a file's bytes, YAML or a workbook by the ending of its name, and all that is wrong with it.

    None where there is an error; a register comes with warnings at most.
    """
    if name.lower().endswith(YAML_ENDINGS):
        return from_yaml(data, name)
    reading = read_workbook(data, name)
    if reading.workbook is None:
        return None, tuple(reading.findings)
    register, found = from_workbook(reading.workbook, name)
    everything = (*reading.findings, *found)
    return None if any(item.is_error for item in everything) else register, everything
