"""A new workspace: settings, a form, a register to start from, and the folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xlreport.errors import UsageError
from xlreport.forms.groups import named_groups
from xlreport.forms.load import load_form
from xlreport.forms.model import Form
from xlreport.language import texts
from xlreport.organisation.load import load_register
from xlreport.organisation.model import Register
from xlreport.outputs.register_book import register_workbook
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import SETTINGS_FILE, write_whole

DEFAULT_FORM = "cum-quy"
FOLDERS = ("forms", "inbox", "archive", "issued", "reports")


class Started(NamedTuple):
    """A new workspace: the files written and the form it starts with."""

    files: list[Path]
    form: Form


def initialise(folder: Path, form: str | None, language: str) -> Started:
    """Make a workspace with a standard form (default: cum-quy).

    Raises UsageError if there is a workspace already, or for an unknown form.
    """
    if any((folder / name).exists() for name in (SETTINGS_FILE, "organisation.xlsx", "forms")):
        raise UsageError("workspace-exists", path=folder)
    file, name = standard_form_file(form or DEFAULT_FORM), folder.resolve().name
    definition = load_form(file)
    files = build_workspace(folder, [file], register_to_start_from(definition), language, name=name)
    return Started(files, definition)


def register_to_start_from(form: Form) -> Register:
    """The first of the registers that ship with the product that knows every level and unit type the form names."""
    named = {one.code for one in named_groups(form)}
    registers = [load_register(path) for path in sorted(example_folder("start").glob("*.yaml"))]
    return next((one for one in registers if named <= _kinds(one)), registers[0])


def _kinds(register: Register) -> set[str]:
    return {level.code for level in register.levels} | {one.code for one in register.unit_types}


def build_workspace(
    folder: Path,
    form_files: Sequence[Path],
    register: Register,
    language: str,
    *,
    name: str,
    notice: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write a workspace's files."""
    text = texts(language)
    settings = text("workspace.settings", name=_toml_text(name), notice=_toml_table(notice or {})) + "\n"
    files = {
        folder / SETTINGS_FILE: settings.encode(),
        **{folder / "forms" / file.name: file.read_bytes() for file in form_files},
        folder / "organisation.xlsx": register_workbook(register, language),
    }
    for path, data in files.items():
        write_whole(path, data)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return list(files)


def _toml_text(text: str) -> str:
    """A basic string: JSON's strings are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _toml_table(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {_toml_text(value)}" for key, value in entries.items()) + "}"
