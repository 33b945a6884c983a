"""Check form definitions, and write them in another notation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding
from xlreport.forms.load import YAML_ENDINGS, is_definition, read_definition, read_form
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.forms.succession import unknown_predecessors
from xlreport.forms.yaml_writing import to_yaml
from xlreport.outputs.form_book import form_workbook
from xlreport.usecases.limits import within_limits
from xlreport.usecases.standard import standard_form_files
from xlreport.usecases.trial import trial_problem
from xlreport.workspace import write_whole

CheckedForm = tuple[Path, Form | None, tuple[Finding, ...]]

#: What workbooks are written as; others are read too.
_WORKBOOK_ENDING = ".xlsx"


def check_forms(paths: Sequence[Path]) -> list[CheckedForm]:
    """Each definition with its form (None if it cannot be used) and all findings.

    A folder stands for the definitions in it, the code of a standard form for that form.
    """
    return [_check(path) for given in paths for path in _definitions(given)]


def convert_form(source: Path, target: Path, *, language: str, force: bool = False) -> CheckedForm:
    """Write a definition in the notation that the target's name asks for; nothing is written without a usable form.

    `source` may be the code of a standard form; `language` is that of a workbook's headings. Raises UsageError for
    an unknown notation, and for a target that is there already unless told to overwrite it.
    """
    if target.suffix.lower() not in (*YAML_ENDINGS, _WORKBOOK_ENDING):
        raise UsageError("form-notation-unknown", path=target)
    if target.exists() and not force:
        raise UsageError("file-exists", path=target)
    (path,) = _definitions(source) if not source.is_dir() else (source,)
    path, form, found = _check(path)
    if form is not None:
        write_whole(target, _written(form, target, language))
    return path, form, found


def _successions(path: Path, form: Form, places: Places) -> tuple[Finding, ...]:
    """XR703 for codes that the version before, kept in the same folder, does not have."""
    if not any(one.replaces for table in form.tables for one in table.indicators):
        return ()
    beside = (read_form(other.read_bytes(), other.name)[0] for other in _definitions(path.parent) if other != path)
    before = [one for one in beside if one is not None and one.form == form.form and one.version < form.version]
    latest = max(before, key=lambda one: one.version, default=None)
    return unknown_predecessors(latest, form, places) if latest is not None else ()


def _written(form: Form, target: Path, language: str) -> bytes:
    with within_limits(form.form):
        is_workbook = target.suffix.lower() == _WORKBOOK_ENDING
        data = form_workbook(form, language) if is_workbook else to_yaml(form)
    if read_form(data, target.name)[0] != form:
        raise RuntimeError(f"{form.form} was not written as it is")
    return data


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
    read = read_definition(data, str(path))
    if read.form is not None:
        succession = read.told(_successions(path, read.form, read.places))
        read = replace(read, found=read.places.in_order((*read.found, *succession)))
    if not read.is_usable or read.form is None:
        return path, None, read.found
    problem = trial_problem(read.form)
    if problem is None:
        return path, read.form, read.found
    return path, None, (*read.found, finding("XR708", Location(file=str(path)), problem=problem))
