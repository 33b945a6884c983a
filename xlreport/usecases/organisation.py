"""Check the organisation register."""

from __future__ import annotations

from pathlib import Path

from xlreport.findings import Finding, Location, finding
from xlreport.organisation.load import read_register
from xlreport.organisation.model import Register


def check_organisation(path: Path) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register (None if it cannot be used) and all findings."""
    try:
        data = path.read_bytes()
    except OSError:
        return None, (finding("XR101", Location(file=str(path))),)
    return read_register(data, path.name)
