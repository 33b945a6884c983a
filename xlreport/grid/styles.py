"""The look of every workbook: one font, one accent colour, colour never the only carrier of meaning."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

FONT = "Times New Roman"

ACCENT = "#1F4E79"
HEADER_FILL = "#DCE6F1"
INPUT_FILL = "#FFF9E5"
LOCKED_FILL = "#F2F2F2"
PREFILLED_FILL = "#E4F1E1"
#: A required cell that is still blank: the same yellow, a little stronger.
REQUIRED_FILL = "#FFEDB3"
TOTAL_FILL = "#EAF1F8"
GRID_LINE = "#8EA9C1"
MUTED = "#595959"
ERROR_FILL, ERROR_FONT = "#FBE3E0", "#9C0006"
WARNING_FILL, WARNING_FONT = "#FFF2CC", "#7F6000"
GOOD_FONT = "#1E6B3A"


@dataclass(frozen=True, slots=True)
class Style:
    """A cell's look. `number` is a number format; `border` a thin line on all sides."""

    bold: bool = False
    italic: bool = False
    size: float = 11
    colour: str | None = None
    fill: str | None = None
    align: str = "left"
    vertical: str = "vcenter"
    wrap: bool = False
    border: bool = False
    #: Colour of the border; that of all grids if not given.
    line: str | None = None
    indent: int = 0
    number: str | None = None
    unlocked: bool = False
    hidden_formula: bool = False
    underline: bool = False

    def but(self, **changes: Any) -> Style:
        """The same style with some properties changed."""
        return replace(self, **changes)

    def properties(self) -> dict[str, object]:
        """The properties in the writing library's names."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        properties: dict[str, object] = {
            "font_name": FONT,
            "font_size": given["size"],
            "align": given["align"],
            "valign": given["vertical"],
            "locked": not given["unlocked"],
        }
        optional = {
            "bold": given["bold"],
            "italic": given["italic"],
            "font_color": given["colour"],
            "bg_color": given["fill"],
            "text_wrap": given["wrap"],
            "indent": given["indent"],
            "num_format": given["number"],
            "hidden": given["hidden_formula"],
            "underline": 1 if given["underline"] else 0,
        }
        properties |= {name: value for name, value in optional.items() if value}
        return properties | ({"border": 1, "border_color": given["line"] or GRID_LINE} if given["border"] else {})


PLAIN = Style()
TITLE = Style(bold=True, size=15, align="center", wrap=True)
SUBTITLE = Style(italic=True, size=12, align="center")
LABEL = Style(bold=True, wrap=True)
SMALL = Style(size=10, colour=MUTED)
HEADER = Style(bold=True, fill=HEADER_FILL, align="center", wrap=True, border=True, size=11)
INDEX = Style(italic=True, size=9, fill=HEADER_FILL, align="center", border=True, colour=MUTED)
BODY = Style(border=True, wrap=True)
FIGURE = Style(border=True, align="right")
LINK = Style(colour=ACCENT, underline=True)


#: Enough to recognise what somebody typed or wrote; a cell may hold sixteen times as much.
MAX_QUOTED = 2_000


def quotable(text: str) -> str:
    """A text from elsewhere, short enough for a list."""
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"


DATE_FORMAT = "dd/mm/yyyy"
TEXT_FORMAT = "@"


def number_format(decimals: int, prefix: str = "", suffix: str = "", *, joined: bool = False) -> str:
    """A number format with thousands separators; words around the number are literal text.

    `joined` puts no blank before the suffix: "66,7%". The sign stands at the number, after the words before it.

    The space of a hyphen at the right keeps figures, and texts in their place, clear of the border. (LibreOffice
    forgets a right indent where neighbouring cells differ in nothing but the number format.)
    """
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    before = f'"{prefix} "' if prefix else ""
    after = f'"{"" if joined else " "}{suffix}"' if suffix else ""
    shown = f"{before}{digits}{after}_-"
    return f"{shown};{before}-{digits}{after}_-;{shown};@_-"
