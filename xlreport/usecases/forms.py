"""Check form definitions, and write them in another notation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem
from xlreport.forms.groups import Groups, group_findings
from xlreport.forms.load import YAML_ENDINGS, is_definition, read_definition, read_form
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.forms.salvage import Salvaged
from xlreport.forms.succession import unknown_predecessors
from xlreport.forms.yaml_writing import to_yaml
from xlreport.organisation.load import is_register
from xlreport.organisation.model import Register
from xlreport.outputs.form_book import form_workbook
from xlreport.usecases.limits import within_limits
from xlreport.usecases.standard import standard_form_files
from xlreport.usecases.trial import trial_problem
from xlreport.workspace import groups_of, is_of_workspace, write_whole

CheckedForm = tuple[Path, Form | None, tuple[Finding, ...]]

#: What workbooks are written as; others are read too.
_WORKBOOK_ENDING = ".xlsx"


def check_forms(paths: Sequence[Path], register: Register | None = None) -> list[CheckedForm]:
    """Each definition with its form (None if it cannot be used) and all findings.

    A folder stands for the definitions in it, the code of a standard form for that form. With a register the levels
    and types that a form names must be there.
    """
    check = _Check(groups_of(register) if register is not None else None)
    return [check.form(path) for given in paths for path in _definitions(given)]


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
    path, form, found = _Check().form(path)
    if form is not None:
        write_whole(target, _written(form, target, language))
    return path, form, found


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


class _Check:
    """Checks definitions, each file being read once. Without `groups` any level or type may be named."""

    def __init__(self, groups: Groups | None = None) -> None:
        self._groups = groups
        self._reads: dict[Path, Salvaged] = {}

    def form(self, path: Path) -> CheckedForm:
        """A definition by itself, then beside the others of its folder."""
        read = self._read(path)
        if read.form is not None:
            beside = (*self._successions(path, read), *self._twins(path, read), *self._unknown_groups(read))
            read = replace(read, found=read.places.in_order((*read.found, *beside)))
        if not read.is_usable or read.form is None:
            return path, None, read.found
        limit = trial_problem(read.form)
        if limit is None:
            return path, read.form, read.found
        return path, None, (*read.found, finding("XR708", Location(file=str(path)), problem=limit))

    def _read(self, path: Path) -> Salvaged:
        if path not in self._reads:
            self._reads[path] = _read(path)
        return self._reads[path]

    def _beside(self, path: Path) -> Iterator[tuple[Path, Salvaged]]:
        return ((other, self._read(other)) for other in _definitions(path.parent) if other != path)

    def _successions(self, path: Path, read: Salvaged) -> tuple[Finding, ...]:
        """XR703 for codes that the version before, kept in the same folder, does not have."""
        form = read.form
        if form is None or not any(one.replaces for table in form.tables for one in table.indicators):
            return ()
        beside = (other.form for _, other in self._beside(path) if other.is_usable)
        before = [one for one in beside if one is not None and one.form == form.form and one.version < form.version]
        latest = max(before, key=lambda one: one.version, default=None)
        return unknown_predecessors(latest, form, read.places) if latest is not None else ()

    def _twins(self, path: Path, read: Salvaged) -> Iterator[Finding]:
        """XR754 where another file of a workspace's forms defines the same version: a command could use neither."""
        form = read.form
        if form is None or not is_of_workspace(path):
            return
        for other, its in self._beside(path):
            if its.form is not None and (its.form.form, its.form.version) == (form.form, form.version):
                place = read.places.at(("version",) if ("version",) in read.places.known else ("form",))
                yield finding("XR754", place, form=form.form, version=form.version, other=other.name)

    def _unknown_groups(self, read: Salvaged) -> tuple[Finding, ...]:
        if read.form is None or self._groups is None:
            return ()
        return group_findings(read.form, read.places, self._groups)


def _read(path: Path) -> Salvaged:
    """A definition as it is by itself; of a register only that it is one."""
    try:
        data = path.read_bytes()
    except OSError:
        return Salvaged(None, Places(str(path)), (finding("XR101", Location(file=str(path))),))
    read = read_definition(data, str(path))
    if not read.is_usable and is_register(data, path.name):
        wrong = finding("XR701", Location(file=str(path)), problem=problem("is-register"))
        return Salvaged(None, Places(str(path)), (wrong,))
    return read
