"""The register in YAML, read and written. Every value is the text that was typed: the code 01 stays "01"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem
from xlreport.grid.yaml_values import UNUSABLE, Limits, Path, Values, read_values
from xlreport.language import LANGUAGES
from xlreport.organisation.building import build
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import closest, fold
from xlreport.organisation.notation import HEADINGS, SECTIONS, joined_codes
from xlreport.organisation.records import Entry, Record, Tables, quoted

#: Some forty thousand rows.
LIMITS = Limits(bytes=8 * 2**20, values=500_000)
#: Levels and unit types carry a title in two languages.
_TITLE_KEYS = ("code", "title")
#: Keys that were reported when the file was read: no text at all, and the key that merges.
_REPORTED_KEYS = frozenset({"", "<<"})


def from_yaml(data: bytes, file_name: str) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register in a YAML file and all that is wrong with it; None where there is an error."""
    values = read_values(data, file_name, LIMITS)
    if values.content is None:
        return None, values.found
    reader = _Reader(file_name, values)
    return build(reader.tables(values.content), file_name, reader.found)


class _Reader:
    """Turns one file's values into records and collects what is wrong with them."""

    def __init__(self, file: str, values: Values) -> None:
        self.file = file
        self.found = list(values.found)
        self._lines = values.lines

    def place(self, path: Path) -> Location:
        """The line of a value, or of the nearest thing around it: what an alias repeats has no line of its own."""
        for length in range(len(path), -1, -1):
            line = self._lines.get(path[:length])
            if line is not None:
                return Location(file=self.file, cell=str(line))
        return Location(file=self.file)

    def tables(self, content: Mapping[str, object]) -> Tables:
        meant = self.known_keys(content, (), tuple(SECTIONS))
        read = {name: self.records(name, content.get(name)) for name in SECTIONS if self.is_given((), content, name)}
        sections = {name: records for name, records in read.items() if records is not None}
        return Tables(sections, meant | (read.keys() - sections.keys()))

    def is_given(self, path: Path, content: Mapping[str, object], key: str) -> bool:
        """Whether a key stands in the file, be it without a value."""
        return key in content or (*path, key) in self._lines

    def known_keys(self, content: Mapping[str, object], path: Path, keys: Sequence[str]) -> frozenset[str]:
        """Report keys that are not known; the known ones that they were probably meant for."""
        meant: set[str] = set()
        for key in (key for key in content if key not in keys and key not in _REPORTED_KEYS):
            suggestion = closest(key, {fold(known): known for known in keys})
            self.found.append(finding("XR738", self.place((*path, key)), key=quoted(key), suggestion=suggestion))
            meant.add(suggestion)
        return frozenset(meant - {""} - content.keys())

    def records(self, section: str, content: object) -> list[Record] | None:
        """The mappings of a section's list; None where it is no list."""
        if content is None:
            return []
        if not isinstance(content, list):
            self.wrong((section,), "not-a-list")
            return None
        read = self.unit if section == "units" else self.titled
        records: list[Record] = []
        for number, item in enumerate(content):
            if isinstance(item, dict):
                records.append(read(item, (section, number)))
            else:
                self.wrong((section, number), "not-a-group")
        return records

    def unit(self, content: Mapping[str, object], path: Path) -> Record:
        meant = self.known_keys(content, path, tuple(HEADINGS["units"]))
        unread = {key: Entry(None, self.place(path), unread=True) for key in meant}
        return Record(self.place(path), unread | dict(self.entries(content, path, HEADINGS["units"])))

    def titled(self, content: Mapping[str, object], path: Path) -> Record:
        """A code with its title: `{vi: …, en: …}`, or just the Vietnamese one."""
        meant = self.known_keys(content, path, _TITLE_KEYS)
        entries = {"vi" if key == "title" else key: Entry(None, self.place(path), unread=True) for key in meant}
        entries |= self.entries(content, path, ("code",))
        title = content.get("title")
        if isinstance(title, dict):
            self.known_keys(title, (*path, "title"), LANGUAGES)
            entries |= self.entries(title, (*path, "title"), LANGUAGES)
        elif self.is_given(path, content, "title"):
            entries["vi"] = self.entry(title, (*path, "title"))
        return Record(self.place(path), entries, {"vi": "title"})

    def entries(
        self, content: Mapping[str, object], path: Path, keys: Mapping[str, object] | Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        for key in keys:
            if self.is_given(path, content, key):
                value = content.get(key)
                if key == "predecessor" and isinstance(value, list):
                    yield key, self.codes(value, (*path, key))
                else:
                    yield key, self.entry(value, (*path, key))

    def codes(self, content: Sequence[object], path: Path) -> Entry:
        """A list of codes, as a cell would hold them."""
        entries = [self.entry(item, (*path, number)) for number, item in enumerate(content)]
        is_unread = any(entry.unread for entry in entries)
        texts = [str(entry.value) for entry in entries if entry.value is not None]
        return Entry(None if is_unread else joined_codes(texts), self.place(path), is_unread)

    def entry(self, value: object, path: Path) -> Entry:
        if value is not None and not isinstance(value, str):
            self.wrong(path, "not-a-text")
            return Entry(None, self.place(path), unread=True)
        # What workbooks cannot hold was reported when the file was read.
        return Entry(None if value is None else UNUSABLE.sub("", value), self.place(path))

    def wrong(self, path: Path, key: str) -> None:
        shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
        self.found.append(finding("XR702", self.place(path), path=shown, problem=problem(key)))


# Writing


def to_yaml(register: Register) -> bytes:
    """The register in YAML, a line per row. Reading it gives an equal register."""
    sections = {
        "levels": [_titled(level) for level in register.levels],
        "unit_types": [_titled(unit_type) for unit_type in register.unit_types],
        "units": [_row(row) for row in register.memberships],
    }
    lines = [
        line
        for name, items in sections.items()
        if items or name != "unit_types"
        for line in (f"{name}:", *(f"  - {_flow(item)}" for item in items))
    ]
    return ("\n".join(lines) + "\n").encode()


def _titled(item: Level | UnitType) -> dict[str, object]:
    return {"code": item.code, "title": {"vi": item.vi, "en": item.en} if item.en else item.vi}


def _row(row: Membership) -> dict[str, object]:
    values = {name: getattr(row, name) for name in HEADINGS["units"] if name != "predecessor"}
    named = list(row.predecessors)
    values["predecessor"] = named[0] if len(named) == 1 else named
    return {name: values[name] for name in HEADINGS["units"] if values[name]}


def _flow(item: Mapping[str, object]) -> str:
    """On one line; quoted where YAML would take a text for something else."""
    text: str = yaml.safe_dump(item, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)
    return text.strip()
