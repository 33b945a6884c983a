"""Send back what has errors: a workbook and a short text for each unit, and a summary for the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from xlreport.errors import UsageError
from xlreport.findings import Finding, hint, message
from xlreport.grid.reading import Reading
from xlreport.grid.safely import Content
from xlreport.grid.styles import quotable
from xlreport.language import texts as texts_of
from xlreport.layout.identity import Identity
from xlreport.layout.sheet_names import table_sheet_names
from xlreport.layout.table import plan_table
from xlreport.ledger import Outcome
from xlreport.organisation.consistency import is_usable_code
from xlreport.organisation.model import Register
from xlreport.organisation.tree import at
from xlreport.outputs.returns_book import ReturnedLine, place_of, returns_workbook
from xlreport.periods import parse_period
from xlreport.refs import a1
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.marks import marked_point
from xlreport.usecases.check import CheckedFile
from xlreport.usecases.files import SentFile
from xlreport.usecases.returning import Desk, Rebuilt, is_roll, is_to_return, rebuild
from xlreport.workspace import Workspace, write_whole

SUMMARY = "summary.xlsx"
#: A message names so many errors; all of them are in the workbook.
_IN_TEXT = 8


@dataclass(frozen=True, slots=True)
class ReturnResult:
    """What was written: the workbooks, and the summary, which is None where nothing goes back."""

    workbooks: tuple[Path, ...] = ()
    summary: Path | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """A file of a run: whether it still waits for its unit, and whether it was read in this run."""

    file: CheckedFile
    waits: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Job:
    """A file that the office is told of, and where its workbook goes; None where there is none to be made.

    `content` is where what was sent is to be had.
    """

    file: CheckedFile
    path: Path | None
    content: Content
    #: Whether a workbook that stands there already is the one.
    keep: bool = False


def return_checked(files: Sequence[CheckedFile], sent: Sequence[SentFile], desk: Desk, folder: Path) -> ReturnResult:
    """The files of a check, as `sent`, into one folder. Raises UsageError where it cannot be written."""
    taken = {SUMMARY.removesuffix(".xlsx")}
    jobs = [
        _Job(file, folder / f"{_name(file, taken)}.xlsx" if is_to_return(file) else None, one.content)
        for file, one in zip(files, sent, strict=True)
        if file.copy_of is None and (file.outcome != Outcome.ACCEPTED or is_to_return(file))
    ]
    return _return(files, jobs, desk, folder)


def return_received(workspace: Workspace, files: Sequence[Handled], desk: Desk) -> ReturnResult:
    """The files of a run into `returned/`. Of a unit's files the last one goes back.

    What was corrected since is taken away: what is there waits.
    """
    told = [
        one
        for one in files
        if one.file.copy_of is None
        and ((one.waits and one.file.outcome != Outcome.ACCEPTED) or (one.is_new and is_to_return(one.file)))
    ]
    last = {_report(one.file): one for one in told if is_to_return(one.file)}
    for one in files:
        if (
            one.is_new
            and one.file.outcome == Outcome.ACCEPTED
            and _report(one.file) not in last
            and not is_roll(one.file)
        ):
            _take_away(_path(workspace, one.file.identity))
    jobs = [
        _Job(
            one.file,
            _path(workspace, one.file.identity) if last.get(_report(one.file)) is one else None,
            _original(workspace, one.file),
            keep=not one.is_new,
        )
        for one in told
    ]
    return _return([one.file for one in files], jobs, desk, workspace.returned)


def _original(workspace: Workspace, file: CheckedFile) -> Path:
    """Where the archive has a file."""
    sha256 = file.sha256 or ""
    return min((workspace.archive / sha256[:2]).glob(f"{sha256}*"), default=file.path)


def _report(file: CheckedFile) -> tuple[str, str, str] | None:
    identity = file.identity
    return None if identity is None else (identity.form, identity.period, identity.unit)


def _return(found: Sequence[CheckedFile], jobs: Sequence[_Job], desk: Desk, folder: Path) -> ReturnResult:
    kept = [_kept(job, folder, desk) for job in jobs]
    to_make = [job for job, line in zip(jobs, kept, strict=True) if line is None]
    with closing(_made(to_make, folder, desk)) as made:
        lines = [line or next(made) for line in kept]
    summary = folder / SUMMARY
    if not lines:
        if folder.is_dir() and list(folder.rglob("*.xlsx")) == [summary]:
            _take_away(summary)
        return ReturnResult()
    outcomes = Counter(file.outcome for file in found)
    counts = {outcome.value: outcomes[outcome.value] for outcome in Outcome}
    write_whole(summary, returns_workbook(lines, counts, desk.language))
    paths = (job.path for job, line in zip(jobs, lines, strict=True) if line.workbook)
    return ReturnResult(tuple(path for path in paths if path is not None), summary)


def _kept(job: _Job, folder: Path, desk: Desk) -> ReturnedLine | None:
    """The line of a file whose workbook an earlier run has made."""
    if not job.keep or job.path is None or not all(one.is_file() for one in _both(job.path)):
        return None
    text = job.path.with_suffix(".txt").read_text(encoding="utf-8", errors="replace")
    return _line(job.file, None, job.path.relative_to(folder).as_posix(), text, desk)


def _made(jobs: Sequence[_Job], folder: Path, desk: Desk) -> Generator[ReturnedLine, None, None]:
    """The lines of files, their workbooks and messages written; what was sent is read once more, by its own process."""
    to_read = [(job.content, job.file.name) for job in jobs if job.path is not None]
    with closing(desk.reader.read(to_read)) as readings:
        for job in jobs:
            sha256, reading = next(readings) if job.path is not None else (None, Reading(None))
            # A file may have been changed or taken away since.
            workbook = reading.workbook if sha256 == job.file.sha256 else None
            rebuilt = rebuild(job.file, workbook, desk) if workbook is not None else None
            name, _ = _names(job.file.identity, rebuilt, desk.definitions.register)
            text = unit_text(job.file, name, rebuilt.book if rebuilt else None, desk.language)
            if job.path is None or rebuilt is None:
                yield _line(job.file, rebuilt, "", text, desk)
                continue
            write_whole(job.path, rebuilt.data)
            write_whole(job.path.with_suffix(".txt"), text.encode("utf-8"))
            yield _line(job.file, rebuilt, job.path.relative_to(folder).as_posix(), text, desk)


def _line(file: CheckedFile, rebuilt: Rebuilt | None, workbook: str, text: str, desk: Desk) -> ReturnedLine:
    identity = file.identity
    name, above = _names(identity, rebuilt, desk.definitions.register)
    return ReturnedLine(
        file=file.name,
        outcome=file.outcome,
        findings=file.findings,
        unit=identity.unit if identity else "",
        unit_name=name,
        above=above,
        form=identity.form.rpartition(":")[2] if identity else "",
        period=_period(identity, desk.language),
        workbook=workbook,
        text=text,
        is_roll=is_roll(file),
    )


def _names(identity: Identity | None, rebuilt: Rebuilt | None, register: Register | None) -> tuple[str, str]:
    """The name of the unit and of the node above it, as far as anybody knows them."""
    if rebuilt is not None:
        return rebuilt.book.unit_name, rebuilt.book.receiver
    if identity is None or register is None:
        return "", ""
    try:
        tree = at(register, parse_period(identity.period).end)
    except UsageError:
        return "", ""
    if identity.unit not in tree:
        return "", ""
    parent = tree.parent(identity.unit)
    return tree.node(identity.unit).name, tree.node(parent).name if parent else ""


def _period(identity: Identity | None, language: str) -> str:
    if identity is None:
        return ""
    try:
        return parse_period(identity.period).label(language)
    except UsageError:
        return identity.period


def unit_text(file: CheckedFile, unit_name: str, book: UnitBook | None, language: str) -> str:
    """What the office writes to a unit: the errors by cell, and what to type. `book` goes with it, if there is one."""
    texts = texts_of(language)
    told = [item for item in file.findings if item.is_error] or list(file.findings)
    who = unit_name or (file.identity.unit if file.identity else "") or texts("returns.anyone")
    is_moved = book is not None and book.returned is not None and book.returned.moved_from is not None
    kind = "moved" if is_moved else "roll" if is_roll(file) and file.outcome != Outcome.REFUSED else file.outcome
    about = {
        "file": quotable(PurePosixPath(file.name).name),
        "period": _period(file.identity, language) or "–",
        "count": len(told),
    }
    lines = [texts("returns.dear", unit=quotable(who)), texts(f"returns.intro_{kind}", **about)]
    for number, item in enumerate(told[:_IN_TEXT], 1):
        place = _place(item, book, language)
        words = quotable(f"{message(item, texts)} {hint(item, texts)}")
        lines.append(f"{number}. {place}: {words}" if place else f"{number}. {words}")
    if len(told) > _IN_TEXT:
        lines.append(texts("returns.text_more", count=len(told) - _IN_TEXT))
    closing_ = "closing_workbook" if book else "closing_roll" if is_roll(file) else "closing"
    lines.append(texts(f"returns.{closing_}"))
    return "\n".join(lines) + "\n"


def _place(item: Finding, book: UnitBook | None, language: str) -> str:
    """Where the cell is in the workbook that goes back; without one, where it was in the file that came."""
    texts = texts_of(language)
    point = marked_point(book, item) if book is not None else None
    table = book.bound.form.table(point.table) if book is not None and point is not None else None
    if book is None or point is None or table is None:
        return place_of(item)
    layout = plan_table(table)
    cell = layout.cell(point.indicator, point.measure) if point.indicator else layout.status_cell
    sheet = table_sheet_names(book.bound.tables, texts, returned=True)[table.table]
    where = texts("cli.place.cell", sheet=sheet, cell=a1(*cell))
    indicator = table.indicator(point.indicator)
    return where if indicator is None else f"{where} ([{indicator.code}] {indicator.name.pick(language)})"


def _path(workspace: Workspace, identity: Identity | None) -> Path | None:
    """Named by codes of the register and of forms, which were found there before."""
    if identity is None:
        return None
    names = (identity.period, identity.form, identity.unit)
    if not all(map(is_usable_code, names)):
        return None
    return workspace.returned / identity.period / identity.form / f"{identity.unit}.xlsx"


def _name(file: CheckedFile, taken: set[str]) -> str:
    """A name that no other file of the run has: the unit's code, more of it where that is not enough.

    Without a register nobody vouches for a code: what cannot be a file's name on every computer is not used.
    """
    identity = file.identity
    codes = [identity.unit, identity.form, identity.period] if identity is not None else []
    tail = (file.sha256 or "")[:12]
    wanted = ["-".join(codes[:1]), "-".join(codes), "-".join([*codes, tail]), tail]
    name = next(one for one in wanted if is_usable_code(one) and one.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _take_away(path: Path | None) -> None:
    for one in _both(path):
        one.unlink(missing_ok=True)


def _both(path: Path | None) -> Iterable[Path]:
    return () if path is None else (path, path.with_suffix(".txt"))
