"""Reading a register from a file."""

from __future__ import annotations

from pathlib import Path

from xlreport.findings import Finding, Location, UnusableDefinition, finding
from xlreport.grid.read import read_file, read_workbook
from xlreport.grid.reading import Reading
from xlreport.organisation.model import Register
from xlreport.organisation.worksheets import from_workbook
from xlreport.organisation.yaml_notation import LIMITS, from_yaml

YAML_ENDINGS = (".yaml", ".yml")

Result = tuple[Register | None, tuple[Finding, ...]]


def load_register(path: Path) -> Register:
    """The register in a file. Raises UnusableDefinition with all findings where one of them is an error."""
    register, found = read_register_file(path)
    if register is None:
        raise UnusableDefinition(path.name, found)
    return register


def read_register_file(path: Path) -> Result:
    """The register in a file and all that is wrong with it; None where there is an error."""
    if not is_yaml(path.name):
        _, reading = read_file(path, path.name)
        return _from_reading(reading, path.name)
    try:
        with path.open("rb") as file:
            data = file.read(LIMITS.bytes + 1)
    except (OSError, ValueError):
        return None, (finding("XR101", Location(file=path.name)),)
    return from_yaml(data, path.name)


def read_register(data: bytes, name: str) -> Result:
    """The register in a file's bytes, YAML or a workbook by the ending of its name, and all that is wrong with it.

    None where there is an error; a register comes with warnings at most.
    """
    return from_yaml(data, name) if is_yaml(name) else _from_reading(read_workbook(data, name), name)


#: What is found in a file that was never meant to be a register.
_NO_REGISTER = frozenset({"XR701", "XR729", "XR736", "XR738"})


def is_register(data: bytes, name: str) -> bool:
    """Whether a file is a register, though maybe one with errors in it."""
    found = read_register(data, name)[1]
    return not any(item.code in _NO_REGISTER or (item.code.startswith("XR1") and item.is_error) for item in found)


def is_yaml(name: str) -> bool:
    """Whether a file of that name holds a register in YAML."""
    return name.lower().endswith(YAML_ENDINGS)


def _from_reading(reading: Reading, name: str) -> Result:
    if reading.workbook is None:
        return None, tuple(reading.findings)
    register, found = from_workbook(reading.workbook, name)
    everything = (*reading.findings, *found)
    return None if any(item.is_error for item in everything) else register, everything
