"""Which files were sent: folders opened to any depth, lock files left out, days of receipt from folder names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from xlreport.outputs.issue_index import is_index

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def found_files(paths: Iterable[Path], root: Path | None = None) -> list[tuple[Path, str]]:
    """Every file under the given paths with the name to show, in a fixed order.

    Names are relative to `root` where they lie beneath it, else to the folder that holds the path given: what
    is published says nothing of this computer's folders. Left out, as nobody sent them: lock files of
    spreadsheet programs (`~$…`), hidden files, and indexes of issued workbooks. A path that does not exist
    stays: it is reported.
    """
    found: dict[Path, str] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if path.is_dir() and (not file.is_file() or _is_left_out(file.relative_to(path)) or is_index(file)):
                continue
            found.setdefault(file, _shown(file, path, root))
    return list(found.items())


def file_hash(path: Path) -> str | None:
    """SHA-256 of a file's content; None if it cannot be read (which its reading will report)."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _is_left_out(path: Path) -> bool:
    return path.name.startswith("~$") or any(part.startswith(".") for part in path.parts)


def _shown(file: Path, given: Path, root: Path | None) -> str:
    name = file.as_posix()
    if root is not None:
        inside = file.resolve().is_relative_to(root.resolve())
        name = (file.resolve().relative_to(root.resolve()) if inside else file.relative_to(given.parent)).as_posix()
    # A name that is not valid Unicode arrives with lone surrogates, which neither files nor databases take.
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def day_of_receipt(path: Path, given: date | None, today: date) -> date:
    """The day given, else that of the nearest folder named YYYY-MM-DD, else today."""
    if given is not None:
        return given
    days = (_day(folder.name) for folder in path.parents)
    return next((day for day in days if day is not None), today)


def _day(name: str) -> date | None:
    if not _DAY.fullmatch(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
