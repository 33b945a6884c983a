"""Check form definitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlreport.findings import Finding, Location, finding
from xlreport.forms.load import is_definition, read_form
from xlreport.forms.model import Form
from xlreport.usecases.standard import standard_form_files
from xlreport.usecases.trial import trial_problem

CheckedForm = tuple[Path, Form | None, tuple[Finding, ...]]


def check_forms(paths: Sequence[Path]) -> list[CheckedForm]:
    """Each definition with its form (None if it cannot be used) and all findings.

    A folder stands for the definitions in it, the code of a standard form for that form.
    """
    return [_check(path) for given in paths for path in _definitions(given)]


def _definitions(given: Path) -> list[Path]:
    if given.is_dir():
        return sorted(path for path in given.iterdir() if is_definition(path))
    standard = {path.stem: path for path in standard_form_files()}
    return [given if given.exists() else standard.get(str(given), given)]


def _check(path: Path) -> CheckedForm:
    try:
        data = path.read_bytes()
    except OSError:
        return path, None, (finding("XR101", Location(file=str(path))),)
    form, findings = read_form(data, str(path))
    problem = trial_problem(form) if form is not None else None
    if problem is None:
        return path, form, findings
    return path, None, (*findings, finding("XR708", Location(file=str(path)), problem=problem))
