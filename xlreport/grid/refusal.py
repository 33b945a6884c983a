"""The one way out of the guards and readers of this room."""

from __future__ import annotations


class Refusal(Exception):
    """A file that is not read further; `read_workbook` turns it into a finding, so it never leaves the room.

    An exception, because any of the small steps from bytes to cells may end the reading.
    """

    def __init__(self, code: str, *, sheet: str | None = None, cell: str | None = None, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.params = params


def damaged(*, sheet: str | None = None, cell: str | None = None) -> Refusal:
    """Bytes that contradict each other or the format."""
    return Refusal("XR103", sheet=sheet, cell=cell)


def unsafe(reason: str, *, sheet: str | None = None, cell: str | None = None) -> Refusal:
    """A file built in a way that could harm the reader or be read in two ways; `reason` is a text key."""
    return Refusal("XR104", sheet=sheet, cell=cell, reason=reason)


def not_a_workbook(kind: str) -> Refusal:
    """Another kind of file; `kind` is a text key."""
    return Refusal("XR102", kind=kind)
