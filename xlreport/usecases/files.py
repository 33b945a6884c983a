"""Which files were sent: folders and archives opened, lock files left out, days of receipt from folder names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlreport.findings import Finding
from xlreport.grid.containers import Member, is_left_out, may_be_container
from xlreport.grid.messages import Letter
from xlreport.grid.safely import SafeReader

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def found_files(paths: Iterable[Path], root: Path | None = None) -> list[tuple[Path, str]]:
    """Every file under the given paths with the name to show, in a fixed order.

    Names are relative to `root` where they lie beneath it, else to the folder that holds the path given: what
    is published says nothing of this computer's folders. Left out, as nobody sent them: lock files of
    spreadsheet programs (`~$…`) and hidden files. A path that does not exist stays: it is reported.
    """
    found: dict[Path, str] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if path.is_dir() and (not file.is_file() or is_left_out(PurePosixPath(file.relative_to(path).as_posix()))):
                continue
            found.setdefault(file, _shown(file, path, root))
    return list(found.items())


class SentFile(NamedTuple):
    """A file that was sent.

    `path` is unlike that of any other; of a file out of a container it leads to nothing, and `data` is its content.
    `problem` says of a container why it was not opened: it is itself the file found then.
    """

    path: Path
    name: str
    data: bytes | None = None
    #: The container it came in, itself a file or out of another.
    container: Path | None = None
    letter: Letter | None = None
    changed_at: float | None = None
    problem: Finding | None = None

    @property
    def content(self) -> Path | bytes:
        """Where its content is to be had."""
        return self.path if self.data is None else self.data

    def read_bytes(self) -> bytes:
        """Its content."""
        return self.path.read_bytes() if self.data is None else self.data

    def seconds(self) -> float:
        """When it was changed last, in seconds since 1970: as its message or archive says, else as its disk does."""
        if self.letter is not None and self.letter.sent_at is not None:
            return self.letter.sent_at.timestamp()
        if self.changed_at is not None:
            return self.changed_at
        try:
            return (self.container or self.path).stat().st_mtime
        except OSError:
            return 0.0


def opened_files(files: Iterable[tuple[Path, str]], reader: SafeReader) -> list[SentFile]:
    """The files, archives and messages among them replaced by what is in them."""
    given = [SentFile(path, name) for path, name in files]
    containers = [file for file in given if may_be_container(file.name)]
    opened = dict(zip(containers, reader.open([(file.path, file.name) for file in containers]), strict=True))
    return [one for file in given for one in _out_of(file, opened.get(file))]


def _out_of(file: SentFile, opened: tuple[Member, ...] | Finding | None) -> list[SentFile]:
    if opened is None:
        return [file]
    if isinstance(opened, Finding):
        return [file._replace(problem=opened)]
    return [
        SentFile(
            file.path / member.name,
            f"{file.name}/{member.name}",
            member.data,
            file.path,
            member.letter,
            member.changed_at,
            member.problem,
        )
        for member in opened
    ]


def file_hash(content: Path | bytes) -> str | None:
    """SHA-256 of a file's content; None if it cannot be read (which its reading will report)."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    try:
        with content.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _shown(file: Path, given: Path, root: Path | None) -> str:
    name = file.as_posix()
    if root is not None:
        inside = file.resolve().is_relative_to(root.resolve())
        name = (file.resolve().relative_to(root.resolve()) if inside else file.relative_to(given.parent)).as_posix()
    # A name that is not valid Unicode arrives with lone surrogates, which neither files nor databases take; control
    # characters would rule a terminal.
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return _CONTROL.sub(lambda char: f"\\x{ord(char[0]):02x}", text)


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
