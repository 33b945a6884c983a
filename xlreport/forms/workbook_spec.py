"""The sheets and columns of a form workbook, as one list: where each field of the model stands, and how it is written.

Names, explanations and examples are texts under `form_book`. A test holds this list against the model: a field
that is missing here fails it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xlreport.findings.wording import Words
from xlreport.forms.workbook_codecs import (
    Choice,
    Codec,
    Goal,
    Measure,
    Number,
    Ratio,
    Text,
    Truth,
    Word,
    fold,
)
from xlreport.forms.workbook_lists import Codes, Pairs, Several
from xlreport.language import LANGUAGES, texts

#: The way to a field inside what its row defines: ("target", "by_year").
FieldPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet, or a row of the sheet whose fields stand beneath each other.

    `lists` is the sheet whose codes can be chosen from; `is_parent` tells what a row belongs to; a field of an
    `is_item` column belongs to an item of a row that takes several lines. `is_needed` headings must be there.
    """

    key: str
    codec: Codec
    path: FieldPath = ()
    is_needed: bool = False
    is_parent: bool = False
    is_item: bool = False
    lists: str = ""
    width: float = 14


@dataclass(frozen=True, slots=True)
class Section:
    """A sheet: what part of the model its rows are. `field` is the list that holds them; None for the form itself."""

    name: str
    columns: tuple[Column, ...]
    field: str | None = None
    #: The column that tells one row from another.
    code: str = ""
    is_needed: bool = False

    @property
    def parents(self) -> tuple[Column, ...]:
        """The columns that say what a row belongs to."""
        return tuple(column for column in self.columns if column.is_parent)

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)


def _field(
    path: str, codec: Codec, width: float = 14, *, is_needed: bool = False, is_item: bool = False, lists: str = ""
) -> Column:
    return Column(path, codec, tuple(path.split(".")), is_needed, is_item=is_item, lists=lists, width=width)


def _words(path: str, width: float = 30, *, is_needed: bool = False, is_item: bool = False) -> tuple[Column, Column]:
    """A text in Vietnamese, and in English beside it."""
    vi = _field(f"{path}.vi", Text(), width, is_needed=is_needed, is_item=is_item)
    return vi, _field(f"{path}.en", Text(), width, is_item=is_item)


def _parent(key: str, lists: str) -> Column:
    return Column(key, Word(), is_needed=True, is_parent=True, lists=lists)


_CODES = Codes(Text())
_MEASURES = Codes(Measure())
_TABLE = _parent("table", "tables")

SECTIONS: tuple[Section, ...] = (
    Section(
        "form",
        (
            _field("form", Word(), is_needed=True),
            _field("version", Number()),
            _field("valid_from", Word()),
            *_words("title", is_needed=True),
            _field("number", Text()),
            *_words("issued_with"),
            _field("frequency", Choice("frequency"), is_needed=True),
            _field("also_for", Codes(Choice("frequency"))),
            _field("filled_by", _CODES, is_needed=True),
            _field("cutoff.day", Number()),
            _field("cutoff.dates", Pairs(Word())),
            _field("deadline.days_after_period", Number()),
            _field("deadline.dates", Pairs(Word())),
            _field("deadline.chain", Pairs(Number(), is_ordered=True)),
            _field("percent_decimals", Number()),
            _field("absence.nil", Several(Text())),
            _field("absence.not_applicable", Several(Text())),
        ),
        is_needed=True,
    ),
    Section(
        "tables",
        (
            _field("table", Word(), is_needed=True),
            _field("number", Text()),
            *_words("title", 40, is_needed=True),
            *_words("unit_measure", 16),
            *(_field(code, Ratio(), 22) for code in ("completion", "index", "growth", "change", "attainment")),
        ),
        field="tables",
        code="table",
        is_needed=True,
    ),
    Section(
        "measures",
        (
            _TABLE,
            _field("measure", Measure(), 16, is_needed=True, lists="standard_measures"),
            *_words("name"),
            _field("span", Choice("span"), 16),
            _field("required", Truth()),
            _field("assigned", Truth()),
            _field("computes", Choice("computes"), 22),
            _field("of", Ratio(), 24),
        ),
        field="measures",
        code="measure",
        is_needed=True,
    ),
    Section(
        "indicators",
        (
            _TABLE,
            _field("code", Word(), 10, is_needed=True),
            _field("number", Text(), 8),
            *_words("name", 40, is_needed=True),
            _field("indent", Number(), 8),
            _field("kind", Choice("kind"), 16),
            *_words("unit_measure", 16),
            _field("decimals", Number(), 10),
            _field("rounded", Truth(), 10),
            _field("minimum", Number(), 10),
            _field("maximum", Number(), 10),
            _field("formula", Text(), 34),
            _field("across_units", Choice("aggregation"), 16),
            _field("across_time", Choice("aggregation"), 16),
            _field("source", Choice("source"), 18),
            _field("unit_types", _CODES, 24),
            _field("filled_by", _CODES, 16),
            _field("required", Truth(), 10),
            _field("measures", _MEASURES, 26),
            _field("achieved", _CODES, 20),
            _field("target.direction", Choice("direction"), 16),
            _field("target.range", Truth(), 12),
            _field("target.value", Goal(), 12),
            _field("target.by_year", Pairs(Goal()), 26),
            _field("target.reduction", Number(), 12),
            _field("target.base_year", Number(), 10),
            _field("target.horizon", Number(), 10),
            _field("target.levels", _CODES, 14),
            _field("growth", Choice("growth"), 16),
            _field("replaces", Word(), 14),
            *_words("explanation", 40),
        ),
        field="indicators",
        code="code",
        is_needed=True,
    ),
    Section(
        "options",
        (
            _TABLE,
            _parent("indicator", "indicators"),
            _field("option", Word(), is_needed=True),
            *_words("name", is_needed=True),
        ),
        field="options",
        code="option",
    ),
    Section(
        "rules",
        (
            _TABLE,
            _field("code", Word(), 10, is_needed=True),
            _field("assert", Text(), 50, is_needed=True),
            _field("severity", Choice("severity")),
            _field("measures", _MEASURES, 26),
            *_words("message", 40),
        ),
        field="rules",
        code="code",
    ),
    Section(
        "signatures",
        (
            Column("signature", Word(), is_needed=True, is_parent=True),
            _field("levels", _CODES, 20),
            _field("unit_types", _CODES, 30),
            *_words("lines", 44, is_needed=True, is_item=True),
        ),
        field="signatures",
        code="signature",
    ),
)


def section(name: str) -> Section:
    """The sheet of that name."""
    return next(one for one in SECTIONS if one.name == name)


# Names in both languages: both are always read


def sheet_title(name: str, language: str) -> str:
    """What a sheet is called."""
    return texts(language)(f"form_book.sheets.{name}")


def heading(part: Section, column: Column, language: str) -> str:
    """What a column is called."""
    return texts(language)(f"form_book.columns.{part.name}.{column.key}.heading")


def in_all(part: Section, column: Column) -> Words:
    """What a column is called, in every language."""
    return {language: heading(part, column, language) for language in LANGUAGES}


@cache
def sheet_names() -> dict[str, str]:
    """Sections by the folded names of their sheets."""
    return {fold(sheet_title(one.name, language)): one.name for one in SECTIONS for language in LANGUAGES}


@cache
def heading_names(name: str) -> dict[str, str]:
    """Keys of a section's columns by their folded headings."""
    part = section(name)
    return {fold(heading(part, column, language)): column.key for column in part.columns for language in LANGUAGES}


def columns() -> Iterator[tuple[Section, Column]]:
    """Every column of every sheet."""
    for part in SECTIONS:
        for column in part.columns:
            yield part, column
