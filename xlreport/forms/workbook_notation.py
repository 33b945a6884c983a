"""Read a form from a workbook: rows become the same plain values that YAML gives, and every field knows its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from xlreport.findings import Finding, Location, finding
from xlreport.forms.places import Path, Place, Places, SheetCell
from xlreport.forms.salvage import Salvaged, salvage
from xlreport.forms.workbook_codecs import Misread, as_text, closest, fold, short
from xlreport.forms.workbook_codes import restore_codes
from xlreport.forms.workbook_rows import Entry, Page, Row, defined, read_pages
from xlreport.forms.workbook_spec import SECTIONS, Column, in_all, sheet_title
from xlreport.grid.cells import Workbook
from xlreport.language import LANGUAGES
from xlreport.refs import Cell, a1

_MOST_SUGGESTIONS = 100
_MOST_RELATED = 20
#: What rows of other sheets add to a row.
_HELD = {"tables": ("measures", "indicators", "rules"), "indicators": ("options",)}
#: What a row defines, as plain values.
_Fields = dict[str, Any]


def read_form_workbook(workbook: Workbook, name: str) -> Salvaged:
    """A form, the cells of its fields, and what is wrong or was understood.

    What the model alone can tell is checked here; `consistency.check_form` does the rest.
    """
    pages = read_pages(workbook, name)
    read, restored = restore_codes(pages.pages)
    assembly = _Assembly(name, has_structure=pages.has_structure)
    assembly.found += pages.found
    assembly.found += [
        finding("XR716", assembly.cell(one.page, one.entry.cell), value=as_text(one.entry.typed or ""), read=one.read)
        for one in restored
    ]
    assembly.assemble(read)
    assembly.found += assembly.unknown_parents()
    order = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
    places = Places(name, assembly.places, _sections(), order)
    found = tuple(assembly.found)
    if not pages.has_structure:
        return Salvaged(None, places, found)
    salvaged = salvage(assembly.content, places, frozenset(assembly.unread), assembly.lost)
    return replace(salvaged, found=(*found, *salvaged.found))


def _sections() -> dict[str, Mapping[str, str]]:
    """What the worksheets are called, by the fields that they hold."""
    return {
        part.field: {language: sheet_title(part.name, language) for language in LANGUAGES}
        for part in SECTIONS
        if part.field is not None
    }


class _Assembly:
    """Puts the rows of all sheets together to one definition."""

    def __init__(self, file: str, *, has_structure: bool) -> None:
        self.file = file
        #: Without headings nobody knows what there is to belong to.
        self.has_structure = has_structure
        self.content: _Fields = {}
        self.places: dict[Path, Place] = {}
        self.found: list[Finding] = []
        #: What holds a cell that was reported: what the model would say of it follows from that.
        self.unread: set[Path] = set()
        #: Codes of indicators that belong to nothing: what refers to them may be right.
        self.lost: list[str] = []
        #: Where the rows of a sheet go, by what they belong to: the path of each table and of each indicator.
        self._tables: dict[str, Path] = {}
        self._indicators: dict[str, dict[str, Path]] = {}
        self._has_orphans = False
        #: Codes of what rows belong to that nothing defines, and the cells that name them.
        self._unknown: dict[tuple[str, str, str], list[Location]] = {}

    def cell(self, page: Page, cell: Cell) -> Location:
        return Location(file=self.file, sheet=page.name, cell=a1(*cell))

    def assemble(self, pages: Mapping[str, Page]) -> None:
        for page in (pages[part.name] for part in SECTIONS if part.name in pages):
            match page.part.name:
                case "form":
                    self._form(page)
                case "signatures":
                    self._signatures(page)
                case "options":
                    self._options(page)
                case "tables":
                    for row in defined(page):
                        path = self._append(page, row, (), self.content)
                        self._tables.setdefault(_code(page, row), path)
                case _:
                    self._children(page)

    def _form(self, page: Page) -> None:
        for row in page.rows:
            self._record(page, row, (), self.content)
        for column in page.part.columns:
            if column.is_needed and column.key not in page.labels:
                place = SheetCell(page.name, Cell(0, 0), in_all(page.part, column))
                for path in (column.path, column.path[:1]):
                    self.places.setdefault(path, place)

    def _children(self, page: Page) -> None:
        """Measures, indicators and rules: each belongs to a table."""
        for row in page.rows:
            table = self._parent(page, row, "table", self._tables)
            if table is None:
                # Which table lacks something is not known: none is blamed for having nothing of it.
                self.unread.update((*path, page.part.field or "") for path in self._tables.values())
                self.lost += [_code(page, row)] if page.part.name == "indicators" else []
            else:
                path = self._append(page, row, table, self._at(table))
                if page.part.name == "indicators":
                    known = self._indicators.setdefault(_parent_code(row, "table"), {})
                    known.setdefault(_code(page, row), path)

    def _options(self, page: Page) -> None:
        for row in page.rows:
            table = self._parent(page, row, "table", self._tables)
            known = self._indicators.get(_parent_code(row, "table"), {})
            indicator = self._parent(page, row, "indicator", known) if table is not None else None
            if indicator is not None:
                self._append(page, row, indicator, self._at(indicator))
            elif not self._has_orphans:
                # Which indicator lacks an option is not known: none is blamed for it.
                self._has_orphans = True
                every = [path for paths in self._indicators.values() for path in paths.values()]
                self.unread.update(path for path in every if "kind" in self._at(path))

    def _signatures(self, page: Page) -> None:
        """Rows of one number are the lines of one signature; whose it is stands on the first of them."""
        groups: dict[str, list[Row]] = {}
        for row in page.rows:
            entry = row.get("signature")
            if entry is not None and entry.typed is not None:
                groups.setdefault(as_text(entry.typed).strip(), []).append(row)
            elif entry is not None:
                self._missing(page, page.part.column("signature"), entry)
        for rows in groups.values():
            path = self._append(page, rows[0], (), self.content)
            lines: list[_Fields] = []
            for number, row in enumerate(rows):
                lines.append({})
                self._line(page, row, (*path, "lines", number), lines[-1], is_first=number == 0)
            self._at(path)["lines"] = lines

    def _line(self, page: Page, row: Row, path: Path, line: _Fields, *, is_first: bool) -> None:
        for column in page.part.columns:
            if column.is_item:
                self._field(page, row, column, path, line, column.path[1:])
            elif not (is_first or column.is_parent) and (entry := row.get(column.key)) and entry.typed is not None:
                where = self.cell(page, entry.cell)
                self.found.append(finding("XR707", where, option=page.labels.get(column.key, column.key)))

    # Rows

    def _append(self, page: Page, row: Row, parent: Path, content: _Fields) -> Path:
        """A row as an item of the list that its sheet holds."""
        name = page.part.field or ""
        items: list[_Fields] = content.setdefault(name, [])
        path: Path = (*parent, name, len(items))
        items.append({})
        code = row.get(page.part.code) or next(iter(row.values()))
        label = f"{page.name} {short(as_text(code.typed))}" if code.typed is not None else page.name
        self.places[path] = SheetCell(page.name, code.cell, label)
        if code.typed is None:
            # Rows of other sheets name it: which of them belong to it is not known.
            self.unread.update((*path, field) for field in _HELD.get(page.part.name, ()))
        self._record(page, row, path, items[-1])
        return path

    def _record(self, page: Page, row: Row, path: Path, content: _Fields) -> None:
        for column in page.part.columns:
            if column.is_parent or column.is_item:
                continue
            self._field(page, row, column, path, content, column.path)

    def _field(
        self, page: Page, row: Row, column: Column, path: Path, content: _Fields, inside: tuple[str, ...]
    ) -> None:
        """What a cell says, put where it belongs: `inside` is the way from the row's content to the field."""
        entry = row.get(column.key)
        if entry is None:
            return
        full: Path = (*path, *inside)
        place = SheetCell(page.name, entry.cell, page.labels[column.key])
        self.places[full] = place
        if len(inside) > 1:
            self.places.setdefault(full[:-1], place)
        if entry.is_unread:
            self.unread.add(full)
        if entry.typed is None:
            return
        try:
            value = column.codec.read(entry.typed)
        except Misread as error:
            self.unread.add(full)
            where = self.cell(page, entry.cell)
            self.found.append(finding("XR702", where, path=place.label, problem=error.words))
            return
        for step in inside[:-1]:
            if step not in content:
                # What is said of the group as a whole is said where the first of it stands.
                self.places[full[:-1]] = place
            content = content.setdefault(step, {})
        content[inside[-1]] = value

    # What rows belong to

    def _parent(self, page: Page, row: Row, key: str, known: Mapping[str, Path]) -> Path | None:
        """The path of what a row belongs to; None, and a finding, where there is none."""
        entry = row.get(key)
        if entry is None or entry.is_unread:
            return None
        if entry.typed is None:
            self._missing(page, page.part.column(key), entry)
            return None
        code = as_text(entry.typed).strip()
        if code not in known and self.has_structure:
            self._unknown.setdefault((key, _parent_code(row, "table"), code), []).append(self.cell(page, entry.cell))
        return known.get(code)

    def unknown_parents(self) -> Iterator[Finding]:
        """XR703 for each code that rows belong to and nothing defines: one mistake, however many rows share it."""
        for number, ((key, table, code), cells) in enumerate(self._unknown.items()):
            known = self._tables if key == "table" else self._indicators.get(table, {})
            # Looking for what is like it takes time, and nobody reads thousands of suggestions.
            near = closest(code, {fold(one): one for one in known}) if number < _MOST_SUGGESTIONS else ""
            related = tuple(cells[1:_MOST_RELATED])
            yield finding("XR703", cells[0], related=related, reference=short(code), suggestion=near)

    def _missing(self, page: Page, column: Column, entry: Entry) -> None:
        if not entry.is_unread:
            label = page.labels.get(column.key, column.key)
            self.found.append(finding("XR728", self.cell(page, entry.cell), field=label))

    def _at(self, path: Path) -> _Fields:
        found: Any = self.content
        for step in path:
            found = found[step]
        fields: _Fields = found
        return fields


def _code(page: Page, row: Row) -> str:
    return _parent_code(row, page.part.code)


def _parent_code(row: Row, key: str) -> str:
    entry = row.get(key)
    return as_text(entry.typed).strip() if entry is not None and entry.typed is not None else ""
