"""The names of the register's fields, sheets and headings in files: both languages are always read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from xlreport import dates
from xlreport.language import LANGUAGES

#: Sections of a register and the names of their worksheets, in the order of LANGUAGES; further names are read too.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "units": ("Đơn vị", "Units", "Organisation"),
    "levels": ("Cấp", "Levels"),
    "unit_types": ("Loại hình", "Types"),
}

_UNIT_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Code"),
    "name": ("Tên", "Name"),
    "level": ("Cấp", "Level"),
    "parent": ("Mã cấp trên", "Parent"),
    "unit_type": ("Loại hình", "Type"),
    "valid_from": ("Hiệu lực từ", "Valid from"),
    "valid_to": ("Hiệu lực đến", "Valid to"),
    "predecessor": ("Đơn vị trước đây", "Predecessor"),
    "document": ("Số văn bản", "Document"),
    "contact": ("Liên hệ", "Contact"),
}
_TITLE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Code"),
    "vi": ("Tên", "Name"),
    "en": ("Tên tiếng Anh", "English name"),
}

HEADINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "units": _UNIT_HEADINGS,
    "levels": _TITLE_HEADINGS,
    "unit_types": _TITLE_HEADINGS,
}
REQUIRED_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "units": ("code", "name", "level", "parent"),
    "levels": ("code", "vi"),
    "unit_types": ("code", "vi"),
}
DAYS = ("valid_from", "valid_to")
#: Several codes in one cell stand between these; no code holds any of them.
_BETWEEN_CODES = re.compile(r"[;,\n]")


def worded(names: tuple[str, ...], language: str) -> str:
    """A name in one language."""
    return names[LANGUAGES.index(language)]


def in_both(names: tuple[str, ...]) -> str:
    """A name in both languages, for messages about something that is not there: "Cấp / Levels"."""
    return " / ".join(names[: len(LANGUAGES)])


def split_codes(text: str) -> tuple[str, ...]:
    """The codes in one cell: "C7-03; C7-05" names two. A code that is repeated counts once."""
    parts = (part.strip() for part in _BETWEEN_CODES.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def written_day(day: date, language: str) -> str:
    """A day as a register's text holds it: the day first where the language writes so, else in ISO notation."""
    return dates.shown(day, language) if language == "vi" else day.isoformat()


def joined_codes(codes: Iterable[str]) -> str:
    """Codes as one cell holds them."""
    return "; ".join(codes)
