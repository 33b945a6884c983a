"""Read a form from a workbook: rows become the same plain values that YAML gives, and every field knows its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem
from xlreport.forms import workbook_parents
from xlreport.forms.gaps import Gap, letters
from xlreport.forms.places import Path, Place, Places, SheetCell
from xlreport.forms.salvage import Salvaged, salvage
from xlreport.forms.workbook_codecs import Misread, as_text, short
from xlreport.forms.workbook_codes import restore_codes
from xlreport.forms.workbook_parents import Family, Fields
from xlreport.forms.workbook_rows import Entry, Page, Pages, Row, read_pages
from xlreport.forms.workbook_spec import SECTIONS, Column, in_all, section, sheet_title
from xlreport.grid.cells import Workbook
from xlreport.language import LANGUAGES
from xlreport.refs import Cell, a1

#: What rows of other sheets add to a table.
_HELD = ("measures", "indicators", "rules")


def read_form_workbook(workbook: Workbook, name: str) -> Salvaged:
    """A form, the cells of its fields, and what is wrong or was understood.

    What the model alone can tell is checked here; `consistency.check_form` does the rest.
    """
    pages = read_pages(workbook, name)
    read, restored = restore_codes(pages.pages)
    assembly = _Assembly(name, pages)
    assembly.found += pages.found
    assembly.found += [
        finding("XR716", assembly.cell(one.page, one.entry.cell), value=as_text(one.entry.typed or ""), read=one.read)
        for one in restored
    ]
    assembly.assemble(read)
    order = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
    places = Places(name, assembly.places, _sections(), order, adrift=frozenset(assembly.adrift))
    found = tuple(assembly.found)
    if not read:
        return Salvaged(None, places, found)
    salvaged = salvage(assembly.content, places, frozenset(assembly.unread), assembly.gaps)
    return replace(salvaged, found=(*found, *salvaged.found))


def _sections() -> dict[str, Mapping[str, str]]:
    """What the worksheets are called, by the fields that they hold."""
    return {
        part.field: {language: sheet_title(part.name, language) for language in LANGUAGES}
        for part in SECTIONS
        if part.field is not None
    }


class _Assembly:
    """Puts the rows of all sheets together to one definition. Rows that belong to nothing are checked by themselves."""

    def __init__(self, file: str, pages: Pages) -> None:
        self.file = file
        self.content: Fields = {}
        self.places: dict[Path, Place] = {}
        self.found: list[Finding] = []
        #: What holds a cell that was reported: what the model would say of it follows from that.
        self.unread: set[Path] = set()
        #: Codes of rows that belong to nothing: what refers to them may be right.
        self.gaps: list[Gap] = []
        #: Tables that stand for those that rows name and nothing defines.
        self.adrift: set[Path] = set()
        #: Sections without rows because their sheet, or all of its headings, is missing.
        self._missing_parts = pages.missing | {
            name for name, page in pages.pages.items() if page.part.is_needed and not page.labels
        }
        self._tables = workbook_parents.tables(self.content, is_told="tables" not in self._missing_parts)
        self._indicators: dict[Path, Family] = {}
        #: The lists of which rows belong to nothing.
        self._orphaned: set[str] = set()

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
                    for row in page.rows:
                        self._tables.add(_code(page, row), self._append(page, row, (), self.content))
                case _:
                    self._children(page)
        for family in (self._tables, *self._indicators.values()):
            self.found += family.findings(self.gaps)
        self._leave_out_missing()

    def _leave_out_missing(self) -> None:
        """Say nothing of what is not there because its rows could not be read, or belong to nobody knows what."""
        for name in self._missing_parts:
            part = section(name)
            if part.field is None:
                self.unread.update(column.path[:1] for column in part.columns if column.is_needed)
            else:
                self._orphaned.add(part.field)
                self.gaps.append(Gap(part.field, None))
        if "tables" in self._orphaned and not self.content["tables"]:
            self.unread.add(("tables",))
        for path in self._all_tables():
            fields = self._at(path)
            lists = _HELD if path in self.adrift else self._orphaned
            self.unread.update((*path, name) for name in lists if not fields.get(name))
            rows = enumerate(fields.get("indicators", ())) if "options" in self._orphaned else ()
            self.unread.update((*path, "indicators", row, "options") for row, one in rows if "options" not in one)

    def _all_tables(self) -> list[Path]:
        return [("tables", number) for number in range(len(self.content["tables"]))]

    def _form(self, page: Page) -> None:
        for row in page.rows:
            self._record(page, row, (), self.content)
        for column in page.part.columns:
            if column.is_needed and column.key not in page.labels:
                place = SheetCell(page.name, Cell(0, 0), in_all(page.part, column))
                for path in (column.path, column.path[:1]):
                    self.places.setdefault(path, place)
                    self.unread.discard(path)

    def _children(self, page: Page) -> None:
        """Measures, indicators and rules: each belongs to a table."""
        for row in page.rows:
            table = self._parent(page, row, "table", self._tables)
            path = self._append(page, row, table, self._at(table))
            if page.part.name == "indicators":
                self._family(table).add(_code(page, row), path)
            if table in self.adrift:
                self._orphan(page, row)

    def _options(self, page: Page) -> None:
        for row in page.rows:
            table = self._parent(page, row, "table", self._tables)
            family = self._family(table)
            indicator = self._parent(page, row, "indicator", family)
            self._append(page, row, indicator, self._at(indicator))
            if table in self.adrift or indicator in family.strays.values():
                self._orphan(page, row)

    def _orphan(self, page: Page, row: Row) -> None:
        """A row that may belong to anything: nothing that might have it is blamed for the lack of it."""
        name = page.part.field or ""
        self._orphaned.add(name)
        self.gaps.append(Gap(name, None, letters(_code(page, row))))

    def _family(self, table: Path) -> Family:
        """The indicators of a table."""
        if table not in self._indicators:
            is_told = table not in self.adrift and "indicators" not in self._missing_parts
            self._indicators[table] = workbook_parents.indicators(self._at(table), table, is_told=is_told)
        return self._indicators[table]

    def _signatures(self, page: Page) -> None:
        """Rows of one number are the lines of one signature; whose it is stands on the first of them."""
        groups: dict[str, list[Row]] = {}
        for row in page.rows:
            entry = row.get("signature")
            if entry is not None and entry.typed is not None:
                groups.setdefault(as_text(entry.typed).strip(), []).append(row)
                continue
            groups[f"\n{len(groups)}"] = [row]
            if entry is not None:
                self._missing(page, page.part.column("signature"), entry)
        for rows in groups.values():
            path = self._append(page, rows[0], (), self.content)
            lines: list[Fields] = []
            for number, row in enumerate(rows):
                lines.append({})
                self._line(page, row, (*path, "lines", number), lines[-1], is_first=number == 0)
            self._at(path)["lines"] = lines

    def _line(self, page: Page, row: Row, path: Path, line: Fields, *, is_first: bool) -> None:
        for column in page.part.columns:
            if column.is_item:
                self._field(page, row, column, path, line, column.path[1:])
            elif not (is_first or column.is_parent) and (entry := row.get(column.key)) and entry.typed is not None:
                where = self.cell(page, entry.cell)
                self.found.append(finding("XR707", where, option=page.labels.get(column.key, column.key)))

    # Rows

    def _append(self, page: Page, row: Row, parent: Path, content: Fields) -> Path:
        """A row as an item of the list that its sheet holds."""
        name = page.part.field or ""
        items: list[Fields] = content.setdefault(name, [])
        path: Path = (*parent, name, len(items))
        items.append({})
        code = row.get(page.part.code) or next(iter(row.values()))
        label = f"{page.name} {short(as_text(code.typed))}" if code.typed is not None else page.name
        self.places[path] = SheetCell(page.name, code.cell, label)
        if code.typed is None and page.part.name in ("tables", "indicators") and page.part.code in page.labels:
            self._blank_code(page, code, (*path, page.part.code))
        self._record(page, row, path, items[-1])
        return path

    def _blank_code(self, page: Page, entry: Entry, path: Path) -> None:
        """Told here: rows of other sheets may tell the code that is missing."""
        if not entry.is_unread:
            self.unread.add(path)
            where, label = self.cell(page, entry.cell), page.labels[page.part.code]
            self.found.append(finding("XR702", where, path=label, problem=problem("missing")))

    def _record(self, page: Page, row: Row, path: Path, content: Fields) -> None:
        for column in page.part.columns:
            if column.is_parent or column.is_item:
                continue
            self._field(page, row, column, path, content, column.path)

    def _field(
        self, page: Page, row: Row, column: Column, path: Path, content: Fields, inside: tuple[str, ...]
    ) -> None:
        """What a cell says, put where it belongs: `inside` is the way from the row's content to the field."""
        entry, full = row.get(column.key), (*path, *inside)
        if entry is None:
            if column.is_needed:
                # Its heading is missing.
                self.unread.add(full)
            return
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
            where = self.cell(page, entry.cell)
            self.found.append(finding("XR702", where, path=place.label, problem=error.words))
            if error.meant is None:
                self.unread.add(full)
                return
            value = error.meant
        for step in inside[:-1]:
            if step not in content:
                # What is said of the group as a whole is said where the first of it stands.
                self.places[full[:-1]] = place
            content = content.setdefault(step, {})
        content[inside[-1]] = value

    # What rows belong to

    def _parent(self, page: Page, row: Row, key: str, family: Family) -> Path:
        """The path of what a row belongs to; of something made up, and a finding, where there is none."""
        entry = row.get(key)
        if entry is not None and entry.typed is None:
            self._missing(page, page.part.column(key), entry)
        code = _parent_code(row, key)
        path = family.find(code, self.cell(page, entry.cell) if entry is not None else Location())
        if path in family.strays.values():
            self.unread.update((*path, name) for name in (family.code_field, *family.made_up))
            if family.name == "tables":
                self.adrift.add(path)
        return path

    def _missing(self, page: Page, column: Column, entry: Entry) -> None:
        if not entry.is_unread:
            label = page.labels.get(column.key, column.key)
            self.found.append(finding("XR728", self.cell(page, entry.cell), field=label))

    def _at(self, path: Path) -> Fields:
        found: Any = self.content
        for step in path:
            found = found[step]
        fields: Fields = found
        return fields


def _code(page: Page, row: Row) -> str:
    return _parent_code(row, page.part.code)


def _parent_code(row: Row, key: str) -> str:
    entry = row.get(key)
    return as_text(entry.typed).strip() if entry is not None and entry.typed is not None else ""
