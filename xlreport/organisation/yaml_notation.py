"""The register in YAML. Nodes are read as text, so that the code 01 stays "01", and every one knows its line."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from xlreport.findings import Finding, Location, finding
from xlreport.language import LANGUAGES
from xlreport.organisation.model import Register
from xlreport.organisation.names import closest, fold
from xlreport.organisation.notation import HEADINGS, SECTIONS
from xlreport.organisation.records import Entry, Record, Tables, build

_TAG = "tag:yaml.org,2002:"
_NULL = f"{_TAG}null"
_SCALARS = frozenset(f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "timestamp", "null"))
#: Levels and unit types carry a title in two languages.
_TITLE_KEYS = ("code", "title")


class _Reader:
    """Reads one file's nodes and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []

    def place(self, node: yaml.Node) -> Location:
        return Location(file=self.file, cell=str(node.start_mark.line + 1))

    def tables(self, root: yaml.Node) -> Tables:
        if not isinstance(root, yaml.MappingNode):
            self.wrong(root, "/", "a mapping is expected")
            return Tables({}, frozenset(SECTIONS))
        nodes = dict(self.items(root, tuple(SECTIONS)))
        read = {name: self.records(name, node) for name, node in nodes.items()}
        sections = {name: records for name, records in read.items() if records is not None}
        return Tables(sections, frozenset(read.keys() - sections.keys()))

    def items(self, node: yaml.MappingNode, keys: tuple[str, ...]) -> Iterator[tuple[str, yaml.Node]]:
        """Keys and values; unknown and repeated keys are reported and left out."""
        seen: set[str] = set()
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in seen:
                self.found.append(finding("XR701", self.place(key_node), problem=f"duplicate key: {key}"))
            elif key not in keys:
                suggestion = closest(key, {fold(known): known for known in keys})
                self.found.append(finding("XR738", self.place(key_node), key=key, suggestion=suggestion))
            else:
                yield key, value
            seen.add(key)

    def records(self, section: str, node: yaml.Node) -> list[Record] | None:
        """The mappings of a section's list; None where it is no list."""
        if node.tag == _NULL:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, section, "a list is expected")
            return None
        read = self.unit if section == "units" else self.titled
        records: list[Record] = []
        for number, item in enumerate(node.value):
            path = f"{section}[{number}]"
            if isinstance(item, yaml.MappingNode):
                records.append(read(item, path))
            else:
                self.wrong(item, path, "a mapping is expected")
        return records

    def unit(self, node: yaml.MappingNode, path: str) -> Record:
        fields = self.items(node, tuple(HEADINGS["units"]))
        return Record(self.place(node), {key: self.scalar(value, f"{path}.{key}") for key, value in fields})

    def titled(self, node: yaml.MappingNode, path: str) -> Record:
        """A code with its title: `{vi: …, en: …}`, or just the Vietnamese one."""
        entries: dict[str, Entry] = {}
        for key, value in self.items(node, _TITLE_KEYS):
            if key == "title" and isinstance(value, yaml.MappingNode):
                words = self.items(value, LANGUAGES)
                entries |= {language: self.scalar(word, f"{path}.title.{language}") for language, word in words}
            else:
                entries["vi" if key == "title" else key] = self.scalar(value, f"{path}.{key}")
        return Record(self.place(node), entries, {"vi": "title"})

    def scalar(self, node: yaml.Node, path: str) -> Entry:
        place = self.place(node)
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _SCALARS:
            self.wrong(node, path, "a plain value is expected")
            return Entry(None, place, unread=True)
        return Entry(None if node.tag == _NULL else node.value, place)

    def wrong(self, node: yaml.Node, path: str, problem: str) -> None:
        self.found.append(finding("XR702", self.place(node), path=path, problem=problem))


def from_yaml(data: bytes, file_name: str) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register in a YAML file and all that is wrong with it; None where there is an error."""
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, (finding("XR701", Location(file=file_name, cell=str(line)), problem="not UTF-8"),)
    except yaml.YAMLError as error:
        return None, (_malformed(error, file_name),)
    except RecursionError:
        return None, (finding("XR701", Location(file=file_name), problem="nested too deeply"),)
    if root is None:
        return None, (finding("XR701", Location(file=file_name), problem="empty"),)
    reader = _Reader(file_name)
    return build(reader.tables(root), file_name, reader.found)


def _malformed(error: yaml.YAMLError, file: str) -> Finding:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else None
    place = Location(file=file, cell=str(mark.line + 1) if mark else None)
    return finding("XR701", place, problem=problem or str(error).splitlines()[0])
