"""What holds for every command: the language, the workspace, how much is said."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport.errors import UsageError
from xlreport.language import DEFAULT_LANGUAGE, LANGUAGES, Texts, texts

if TYPE_CHECKING:
    from xlreport.workspace import Workspace

LANGUAGE_OPTION = "--lang"
LANGUAGE_VARIABLE = "XLREPORT_LANG"


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options as given."""

    language: str = DEFAULT_LANGUAGE
    folder: Path | None = None
    quiet: bool = False

    @property
    def texts(self) -> Texts:
        """The texts of the chosen language."""
        return texts(self.language)

    def nearest_workspace(self) -> Workspace | None:
        """The workspace named, else the nearest one upwards, if there is one. Raises UsageError."""
        from xlreport.workspace import find_workspace, open_workspace

        folder = self.folder or find_workspace(Path.cwd())
        return open_workspace(folder) if folder else None

    def workspace(self) -> Workspace:
        """The workspace that a command cannot do without. Raises UsageError."""
        workspace = self.nearest_workspace()
        if workspace is None:
            raise UsageError("workspace-not-found", folder=Path.cwd())
        return workspace


def environment_language() -> str:
    """The language that the environment asks for, as far as there is such."""
    asked = os.environ.get(LANGUAGE_VARIABLE, "").strip()
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def chosen_language(arguments: Sequence[str]) -> str:
    """The language of the last `--lang` on the command line, else of the environment, else Vietnamese.

    Looked up before the command line is parsed: its help and its errors speak that language too.
    Raises UsageError `language-unknown`.
    """
    chosen = os.environ.get(LANGUAGE_VARIABLE, "").strip() or DEFAULT_LANGUAGE
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        name, separator, value = argument.partition("=")
        if name == LANGUAGE_OPTION:
            chosen = value if separator else "".join(arguments[position + 1 : position + 2]) or chosen
    if chosen not in LANGUAGES:
        raise UsageError("language-unknown", value=chosen, known=", ".join(LANGUAGES))
    return chosen
