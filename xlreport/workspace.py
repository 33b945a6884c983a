"""A workspace: a folder with `xlreport.toml`, forms, the register, what came in and what goes out."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.findings import Finding, UnusableDefinition
from xlreport.forms.groups import Groups, group_findings
from xlreport.forms.load import is_definition, read_definition_file
from xlreport.forms.model import Form
from xlreport.grid.workers import Limits
from xlreport.organisation.load import load_register
from xlreport.organisation.model import Register

SETTINGS_FILE = "xlreport.toml"
_REGISTERS = ("organisation.xlsx", "organisation.yaml", "organisation.yml")
#: Raised when reading changes its mind about what a file says: results kept in the ledger are then read anew.
READER_VERSION = "1"
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths and settings. `notice` and `contact` are by language."""

    root: Path
    name: str
    #: Where the ledger is: a path (SQLite) or a database URL.
    ledger_place: str | Path
    notice: Mapping[str, str]
    contact: str
    #: What reading one file may cost.
    limits: Limits = field(default_factory=Limits)

    @property
    def inbox(self) -> Path:
        """What came in."""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Originals, by hash."""
        return self.root / "archive"

    @property
    def forms_folder(self) -> Path:
        """Form definitions."""
        return self.root / "forms"

    @property
    def register_file(self) -> Path:
        """The register. Raises UsageError if there is none."""
        return self.register_files[0]

    @property
    def register_files(self) -> tuple[Path, ...]:
        """The register, and files beside it that are taken for none. Raises UsageError if there is none."""
        files = tuple(path for name in _REGISTERS if (path := self.root / name).is_file())
        if not files:
            raise UsageError("register-missing", path=self.root / _REGISTERS[0])
        return files

    def issued_folder(self, period: str, form: str) -> Path:
        """Where issued templates go."""
        return self.root / "issued" / period / form

    @property
    def returned(self) -> Path:
        """What goes back to the units."""
        return self.root / "returned"

    def reports_folder(self, period: str, form: str) -> Path:
        """Where consolidated workbooks go."""
        return self.root / "reports" / period / form

    def notice_in(self, language: str) -> str:
        """The line that every output carries, such as a mark of fictitious data."""
        return self.notice.get(language) or self.notice.get("vi", "")


def find_workspace(start: Path) -> Path | None:
    """The nearest folder upwards with settings."""
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS_FILE).is_file()), None)


def open_workspace(folder: Path) -> Workspace:
    """Read a workspace's settings. Raises UsageError."""
    path = folder / SETTINGS_FILE
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError("workspace-missing", path=folder) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError("settings-unreadable", path=path, problem=str(error)) from error
    return _workspace(folder.resolve(), path, settings)


def _workspace(root: Path, path: Path, settings: Mapping[str, object]) -> Workspace:
    own = _section(settings, "workspace", path)
    notice = _section(settings, "reports", path).get("notice", {})
    if isinstance(notice, str):
        notice = {"vi": notice}
    if not isinstance(notice, Mapping) or not all(isinstance(text, str) for text in notice.values()):
        raise UsageError("settings-unreadable", path=path, problem="reports.notice")
    return Workspace(
        root=root,
        name=_text(own, "name", root.name, path),
        ledger_place=_ledger_place(root, _text(_section(settings, "ledger", path), "url", "", path)),
        notice=dict(notice),
        contact=_text(own, "contact", "", path),
        limits=_limits(_section(settings, "reading", path), path),
    )


def _limits(section: Mapping[str, object], path: Path) -> Limits:
    usual = Limits()
    return Limits(
        seconds=_whole(section, "seconds", int(usual.seconds), range(1, 3601), path),
        megabytes=_whole(section, "megabytes", usual.megabytes, range(256, 1_000_001), path),
        workers=_whole(section, "processes", usual.workers, range(257), path),
    )


def _whole(section: Mapping[str, object], key: str, default: int, allowed: range, path: Path) -> int:
    value = section.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise UsageError("settings-unreadable", path=path, problem=f"reading.{key}: {allowed[0]}–{allowed[-1]}")
    return value


def _ledger_place(root: Path, url: str) -> str | Path:
    """A database URL, or a file: a relative path is meant from the workspace, wherever the command is called."""
    return url if "://" in url else root / (url or "ledger.sqlite")


def _text(section: Mapping[str, object], key: str, default: str, path: Path) -> str:
    value = section.get(key, default)
    if not isinstance(value, str):
        raise UsageError("settings-unreadable", path=path, problem=key)
    return value


def _section(settings: Mapping[str, object], name: str, path: Path) -> Mapping[str, object]:
    section = settings.get(name, {})
    if not isinstance(section, Mapping):
        raise UsageError("settings-unreadable", path=path, problem=name)
    return section


def form_files(workspace: Workspace) -> list[Path]:
    """The workspace's form definitions, in order of their names."""
    if not workspace.forms_folder.is_dir():
        return []
    return sorted(path for path in workspace.forms_folder.iterdir() if is_definition(path))


def is_of_workspace(path: Path) -> bool:
    """Whether a file is one of the form definitions of a workspace."""
    folder = path.absolute().parent
    return folder.name == "forms" and (folder.parent / SETTINGS_FILE).is_file()


def load_forms(workspace: Workspace) -> dict[str, tuple[Form, ...]]:
    """All versions of all forms by code, by themselves: what they say of the organisation is not looked at.

    Raises UnusableDefinition with all that is wrong with any of them, or UsageError for one version twice.
    """
    return _load_forms(workspace, None)


def load_definitions(workspace: Workspace) -> tuple[dict[str, tuple[Form, ...]], Register]:
    """The forms, as `load_forms` has them, and the register, which has every level and type that they name.

    Raises UnusableDefinition, or UsageError.
    """
    register = load_organisation(workspace)
    return _load_forms(workspace, groups_of(register)), register


def _load_forms(workspace: Workspace, groups: Groups | None) -> dict[str, tuple[Form, ...]]:
    forms: dict[str, list[Form]] = {}
    wrong: dict[str, list[Finding]] = {}
    for path in form_files(workspace):
        read = read_definition_file(path)
        unknown = group_findings(read.form, read.places, groups) if read.form is not None and groups else ()
        if read.form is None or not read.is_usable or unknown:
            wrong[path.name] = [*read.found, *unknown]
            continue
        if any(other.version == read.form.version for other in forms.get(read.form.form, [])):
            raise UsageError("form-twice", form=read.form.form, version=read.form.version, path=path)
        forms.setdefault(read.form.form, []).append(read.form)
    if wrong:
        raise UnusableDefinition(", ".join(wrong), [item for found in wrong.values() for item in found])
    return {code: tuple(sorted(versions, key=lambda form: form.version)) for code, versions in forms.items()}


def unknown_groups(workspace: Workspace, register: Register) -> tuple[Finding, ...]:
    """XR753 for the levels and types that the workspace's forms name and the register does not have."""
    read = (read_definition_file(path) for path in form_files(workspace))
    groups = groups_of(register)
    return tuple(item for one in read if one.form for item in group_findings(one.form, one.places, groups))


def groups_of(register: Register) -> Groups:
    """The levels and types that forms may name."""
    return Groups(
        {level.code: (level.vi, level.en) for level in register.levels},
        {one.code: (one.vi, one.en) for one in register.unit_types},
    )


def load_organisation(workspace: Workspace) -> Register:
    """The register. Raises UnusableDefinition, or UsageError if there is none."""
    return load_register(workspace.register_file)


def reading_context(forms: Mapping[str, tuple[Form, ...]], workspace: Workspace) -> str:
    """A fingerprint of everything besides a file on which the reading of it depends."""
    digest = hashlib.sha256(READER_VERSION.encode())
    for code in sorted(forms):
        for form in forms[code]:
            digest.update(form.fingerprint.encode())
    digest.update(hashlib.sha256(workspace.register_file.read_bytes()).digest())
    return digest.hexdigest()


def archive_original(workspace: Workspace, sha256: str, data: bytes, suffix: str) -> str:
    """Keep a file as it came, under its hash; returns its path relative to the workspace."""
    # A suffix comes from the sender. What could mean something to a file system is left out.
    relative = Path("archive") / sha256[:2] / f"{sha256}{suffix.lower() if _SUFFIX.fullmatch(suffix) else ''}"
    target = workspace.root / relative
    if not target.exists():
        write_whole(target, data)
    return relative.as_posix()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises UsageError if the place cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".xlreport-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError("cannot-write", path=path, problem=error.strerror or str(error)) from error
