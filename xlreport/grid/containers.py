"""Files that hold files: zip archives and e-mail messages, opened in memory under the same guards as workbooks."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from xlreport.findings import Finding, Location, finding, finding_with
from xlreport.grid.guard import check_size, is_workbook_archive
from xlreport.grid.messages import Letter, letter_from
from xlreport.grid.refusal import Refusal, unsafe
from xlreport.grid.zipped import MAX_ENTRIES, MAX_UNPACKED, open_archive

#: An archive in an archive or a message is opened, what is deeper is not.
_MAX_DEPTH = 2
_SUFFIXES = (".zip", ".eml")
_LEFT_OUT_NAMES = ("thumbs.db", "desktop.ini")
_MAX_NAME = 150


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of a container.

    `name` is relative to the container, safe to show and without a meaning as a path. `changed_at` is in seconds
    since 1970, as far as it is known. With a `problem` the member is itself a container that was not opened.
    """

    name: str
    data: bytes
    letter: Letter | None = None
    changed_at: float | None = None
    problem: Finding | None = None


def may_be_container(name: str) -> bool:
    """Whether a file of that name is worth opening: told by name, because a workbook is a zip archive too."""
    return name.lower().endswith(_SUFFIXES)


def is_left_out(path: PurePosixPath) -> bool:
    """Files that nobody sent: lock files of spreadsheet programs, hidden files, what systems put beside files."""
    folders_and_name = path.parts
    return (
        path.name.startswith("~$")
        or path.name.lower() in _LEFT_OUT_NAMES
        or any(part.startswith(".") or part == "__MACOSX" for part in folders_and_name)
    )


def open_container(data: bytes, name: str) -> tuple[Member, ...] | Finding | None:
    """The files in a container; why it is not opened; None for what is none. `name` is what findings call it.

    Refused: XR103 (damaged), XR104 (unsafe), XR120 (too large), XR143 (password), XR144 (nothing in it).
    """
    try:
        check_size(len(data))
        members = _opened(data, name, _Budget(), 1)
    except Refusal as refusal:
        return _problem(refusal, name)
    return members if members is None else members or finding("XR144", Location(file=name))


def _problem(refusal: Refusal, name: str) -> Finding:
    if refusal.code == "XR105":
        return finding("XR143", Location(file=name))
    return finding_with(refusal.code, Location(file=name), refusal.params)


class _Budget:
    """What may come out of one file, through all its containers."""

    def __init__(self) -> None:
        self.bytes = MAX_UNPACKED
        self.files = MAX_ENTRIES

    def take(self, sizes: Iterable[int]) -> None:
        """Raises Refusal XR104 before anything is inflated."""
        for size in sizes:
            self.bytes -= size
            self.files -= 1
        if self.files < 0:
            raise unsafe("too-many-parts")
        if self.bytes < 0:
            raise unsafe("too-large-unpacked")


def _opened(data: bytes, name: str, budget: _Budget, depth: int) -> tuple[Member, ...] | None:
    if data.startswith(b"PK\3\4"):
        return _opened_zip(data, name, budget, depth)
    if data.startswith(b"PK\5\6"):
        return ()
    return _opened_letter(data, name, budget, depth) if name.lower().endswith(".eml") else None


def _opened_zip(data: bytes, name: str, budget: _Budget, depth: int) -> tuple[Member, ...] | None:
    archive = open_archive(data, second_names=True)
    if is_workbook_archive(archive.names):
        return None
    budget.take(entry.size for entry in archive.entries)
    contents = archive.unpack()
    found: list[Member] = []
    for entry in archive.entries:
        path = PurePosixPath(_safe(entry.shown.replace("\\", "/")))
        if entry.name.endswith("/") or is_left_out(path):
            continue
        member = Member(str(path), contents[entry.name], changed_at=_seconds(*entry.changed))
        found.extend(_with_inner(member, name, budget, depth))
    return tuple(found)


def _opened_letter(data: bytes, name: str, budget: _Budget, depth: int) -> tuple[Member, ...]:
    letter, attachments = letter_from(data)
    budget.take(len(attachment.data) for attachment in attachments)
    found: list[Member] = []
    taken: set[str] = set()
    for number, attachment in enumerate(attachments, 1):
        own = _safe(attachment.name.replace("\\", "/").rpartition("/")[2]) or f"attachment-{number}"
        if is_left_out(PurePosixPath(own)):
            continue
        own = _untaken(own, taken)
        found.extend(_with_inner(Member(own, attachment.data, letter), name, budget, depth))
    return tuple(found)


def _with_inner(member: Member, container: str, budget: _Budget, depth: int) -> Iterator[Member]:
    """The member, or in its place the files in it."""
    if not may_be_container(member.name):
        yield member
        return
    shown = f"{container}/{member.name}"
    if depth == _MAX_DEPTH:
        yield _unopened(member, finding("XR145", Location(file=shown)))
        return
    try:
        inner = _opened(member.data, shown, budget, depth + 1)
    except Refusal as refusal:
        yield _unopened(member, _problem(refusal, shown))
        return
    if inner is None:
        yield member
    elif not inner:
        yield _unopened(member, finding("XR144", Location(file=shown)))
    else:
        for one in inner:
            letter, changed_at = one.letter or member.letter, one.changed_at or member.changed_at
            yield Member(f"{member.name}/{one.name}", one.data, letter, changed_at, one.problem)


def _unopened(member: Member, problem: Finding) -> Member:
    return Member(member.name, member.data, member.letter, member.changed_at, problem)


def _untaken(name: str, taken: set[str]) -> str:
    """Two attachments of a message may have one name, files of a folder may not."""
    path = PurePosixPath(name)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    taken.add(name.casefold())
    return name


def _safe(name: str) -> str:
    """A name without what could mislead a reader or leave its folder: controls, marks that reorder text, "..", "/"."""
    text = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    steps = [step.strip() for step in text.split("/")]
    return "/".join(_short(step) for step in steps if step not in ("", ".", ".."))


def _short(step: str) -> str:
    if len(step) <= _MAX_NAME:
        return step
    suffix = PurePosixPath(step).suffix[:10]
    return step[: _MAX_NAME - len(suffix)] + suffix


def _seconds(day: int, moment: int) -> float | None:
    """DOS date and time, which are those of the sender's clock, as seconds since 1970; None where they are not set."""
    year, month, date = 1980 + (day >> 9), day >> 5 & 15, day & 31
    hour, minute, second = moment >> 11, moment >> 5 & 63, 2 * (moment & 31)
    if (year, month, date) <= (1980, 1, 1) or not (1 <= month <= 12 and date):
        return None
    try:
        return time.mktime((year, month, date, hour, minute, second, 0, 0, -1))
    except (OverflowError, ValueError):
        return None
