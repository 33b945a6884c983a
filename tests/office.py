"""A clerk at LibreOffice Calc: opens workbooks, types, edits, and saves them, headless.

What is done is written as a Basic macro into a profile of its own, so that nothing but LibreOffice itself is needed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from xlreport.refs import Cell

#: By file extension, the names LibreOffice has for formats.
FORMATS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
SECONDS = 240


@dataclass(frozen=True, slots=True)
class Session:
    """A workbook that is opened, changed by lines of Basic in which `sheets` are its worksheets, and saved."""

    source: Path
    steps: tuple[str, ...]
    saved: Sequence[Path] = field(default_factory=tuple)


def typed(sheet: str, cell: Cell, text: str) -> str:
    """Type into a cell: a number with a decimal point, a date as 2024-03-08, a text, or a formula."""
    return f"sheets.getByName({_text(sheet)}).getCellByPosition({cell.column}, {cell.row}).setFormula({_text(text)})"


def unprotected(sheet: str) -> str:
    """Take the sheet's protection off, which has to be there; it has no password."""
    name = f"sheets.getByName({_text(sheet)})"
    return f'If Not {name}.isProtected() Then Say "not protected"\n{name}.unprotect("")'


def row_inserted(sheet: str, row: int) -> str:
    """A blank row before another."""
    return f"sheets.getByName({_text(sheet)}).Rows.insertByIndex({row}, 1)"


def row_deleted(sheet: str, row: int) -> str:
    """A row less."""
    return f"sheets.getByName({_text(sheet)}).Rows.removeByIndex({row}, 1)"


def column_inserted(sheet: str, column: int) -> str:
    """A blank column before another."""
    return f"sheets.getByName({_text(sheet)}).Columns.insertByIndex({column}, 1)"


def sorted_by(sheet: str, first: Cell, last: Cell, column: int, *, ascending: bool) -> str:
    """A range sorted by one of its columns, counted from the range's first."""
    return "\n".join(
        [
            "Dim key(0) As New com.sun.star.table.TableSortField",
            f"key(0).Field = {column}",
            f"key(0).IsAscending = {ascending!s}",
            "Dim how(0) As New com.sun.star.beans.PropertyValue",
            'how(0).Name = "SortFields"',
            "how(0).Value = key()",
            f"sheets.getByName({_text(sheet)}).getCellRangeByPosition("
            f"{first.column}, {first.row}, {last.column}, {last.row}).sort(how())",
        ]
    )


def work(sessions: Sequence[Session], folder: Path) -> None:
    """Do all of it in one start of LibreOffice. `folder` is scratch space."""
    profile = folder / "profile"
    # The first start makes the profile, and would overwrite a macro that is there already.
    _start(profile, "--terminate_after_init")
    library = profile / "user" / "basic" / "Standard"
    log = folder / "log.txt"
    (library / "Clerk.xba").write_text(_module(sessions, log), encoding="utf-8")
    listed = library / "script.xlb"
    entry = '<library:element library:name="Clerk"/></library:library>'
    listed.write_text(listed.read_text(encoding="utf-8").replace("</library:library>", entry), encoding="utf-8")
    _start(profile, "macro:///Standard.Clerk.Main")
    said = log.read_text(encoding="utf-8").splitlines() if log.exists() else ["nothing was done"]
    if said != ["done"]:
        raise AssertionError(f"LibreOffice: {said}")


def _start(profile: Path, argument: str) -> None:
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", argument]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if run.returncode != 0:
        raise AssertionError(f"LibreOffice ended with {run.returncode}: {run.stdout}{run.stderr}")


def _module(sessions: Sequence[Session], log: Path) -> str:
    subs = [_sub(number, session) for number, session in enumerate(sessions)]
    calls = "\n".join(f"Session{number}" for number in range(len(sessions)))
    main = f"""
Sub Main
  On Error GoTo Failed
  {calls}
  Say "done"
  Exit Sub
Failed:
  Say "line " & Erl & ": " & Error$
End Sub
Sub Say(what As String)
  Dim channel As Integer
  channel = FreeFile
  Open {_text(str(log))} For Append As #channel
  Print #channel, what
  Close #channel
End Sub
Function Opened(url As String) As Object
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "Hidden"
  how(0).Value = True
  Opened = StarDesktop.loadComponentFromURL(url, "_blank", 0, how())
End Function
Sub Store(book As Object, url As String, format As String)
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = format
  book.storeToURL(url, how())
End Sub
"""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<script:module xmlns:script="http://openoffice.org/2000/script" '
    head += 'script:name="Clerk" script:language="StarBasic">'
    return head + escape(main + "\n".join(subs)) + "</script:module>\n"


def _sub(number: int, session: Session) -> str:
    stores = (f"Store(book, {_text(path.as_uri())}, {_text(FORMATS[path.suffix[1:]])})" for path in session.saved)
    lines = "\n  ".join([*session.steps, *stores])
    return f"""
Sub Session{number}
  Dim book As Object, sheets As Object
  book = Opened({_text(session.source.as_uri())})
  sheets = book.Sheets
  {lines}
  book.close(True)
End Sub
"""


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
