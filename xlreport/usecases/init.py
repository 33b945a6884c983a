"""A new workspace: settings, a form, a register to start from, and the folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.language import texts
from xlreport.organisation.load import load_register
from xlreport.organisation.model import Register
from xlreport.outputs.register_book import register_workbook
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import SETTINGS_FILE, write_whole

DEFAULT_FORM = "cum-quy"
FOLDERS = ("forms", "inbox", "archive", "issued", "reports")


def initialise(folder: Path, form: str | None, language: str) -> list[Path]:
    """Make a workspace with a standard form (default: cum-quy); returns the files written.

    Raises UsageError if there is a workspace already, or for an unknown form.
    """
    if any((folder / name).exists() for name in (SETTINGS_FILE, "organisation.xlsx", "forms")):
        raise UsageError("workspace-exists", path=folder)
    register = load_register(example_folder("start") / "organisation.yaml")
    name = folder.resolve().name
    return build_workspace(folder, standard_form_file(form or DEFAULT_FORM), register, language, name=name)


def build_workspace(
    folder: Path,
    form_file: Path,
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
        folder / "forms" / form_file.name: form_file.read_bytes(),
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
