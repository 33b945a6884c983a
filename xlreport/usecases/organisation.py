"""Check the organisation register, and write it in its other notation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding
from xlreport.organisation.load import YAML_ENDINGS, is_yaml, read_register_file
from xlreport.organisation.model import Level, Register
from xlreport.organisation.yaml_notation import to_yaml
from xlreport.outputs.register_book import register_workbook
from xlreport.workspace import Workspace, load_organisation, unknown_groups, write_whole

WORKBOOK_ENDING = ".xlsx"


@dataclass(frozen=True, slots=True)
class CheckedRegister:
    """A register (None if it cannot be used), all findings, and how many nodes each level has on a day."""

    path: Path
    register: Register | None
    findings: tuple[Finding, ...]
    nodes: tuple[tuple[Level, int], ...]
    #: Of the workspace's forms: what they name that the register does not have.
    forms: tuple[Finding, ...] = ()


def check_organisation(workspace: Workspace, today: date) -> CheckedRegister:
    """Check the workspace's register. Raises UsageError if there is none."""
    path, *others = workspace.register_files
    register, found = read_register_file(path)
    beside = tuple(finding("XR749", Location(file=path.name), other=other.name) for other in others)
    if register is None:
        return CheckedRegister(path, None, (*beside, *found), ())
    unknown = unknown_groups(workspace, register)
    return CheckedRegister(path, register, (*beside, *found), nodes_by_level(register, today), unknown)


def register_or_none(workspace: Workspace) -> Register | None:
    """The workspace's register; None where there is none that can be used."""
    try:
        return load_organisation(workspace)
    except UsageError:
        return None


def nodes_by_level(register: Register, day: date) -> tuple[tuple[Level, int], ...]:
    """How many nodes each level has on a day, from the top."""
    counts = Counter(row.level for row in register.memberships if row.valid_on(day))
    return tuple((level, counts[level.code]) for level in register.levels)


def convert_register(
    source: Path, target: Path, *, language: str, force: bool = False
) -> tuple[Register | None, tuple[Finding, ...]]:
    """Write a register as YAML or as a workbook, as the target's name ends; nothing without a usable register.

    Returns the register (None if it cannot be used) and all findings. `language` is that of a workbook's headings.
    Raises UsageError for another notation, and for a target that is there already unless told to overwrite it.
    """
    if not is_yaml(target.name) and target.suffix.lower() != WORKBOOK_ENDING:
        raise UsageError("register-notation-unknown", path=target, known=", ".join((WORKBOOK_ENDING, *YAML_ENDINGS)))
    if target.exists() and not force:
        raise UsageError("file-exists", path=target)
    register, found = read_register_file(source)
    if register is not None:
        write_whole(target, to_yaml(register) if is_yaml(target.name) else register_workbook(register, language))
    return register, found
