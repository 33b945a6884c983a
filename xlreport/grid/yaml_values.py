"""YAML → plain mappings, lists and texts, with the line of each. Built from parser events, within fixed limits.

Every scalar stays the text that was typed, whatever YAML would make of it: the code 01 is no number, the
option "no" no truth value, 2024-03-08 no date. The model turns texts into numbers where it wants numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem

#: The way to a value from the top: ("tables", 0, "indicators", 3, "formula").
Path = tuple[str | int, ...]

#: An event of the parser: each kind has fields of its own.
_Event = Any

_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset({None, "!", *(_TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq"))})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
#: Characters that workbooks cannot hold.
UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: How the parser words the mistakes that people make, and the text that explains each.
_SYNTAX = (
    ("found character '\\t'", "tab"),
    ("mapping values are not allowed", "colon-in-text"),
    ("could not find expected ':'", "colon-missing"),
    ("expected <block end>", "indentation"),
    ("expected ',' or", "unclosed"),
    ("found unexpected end of stream", "unclosed"),
)


class _Unreadable(Exception):
    def __init__(self, key: str, line: int | None = None, /, **details: object) -> None:
        super().__init__(key)
        self.key, self.line, self.details = key, line, details


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a definition may be. What aliases repeat counts every time: a few lines can mean billions of values."""

    bytes: int
    values: int
    depth: int = 40


@dataclass(frozen=True, slots=True)
class Values:
    """What a YAML file says, and the 1-based lines of its keys and values.

    Empty values are None. `content` is None where the file could not be read to its end; otherwise it is all that
    there is, whatever was found, and `broken` are the fields that findings are about.
    """

    content: Mapping[str, object] | None
    lines: Mapping[Path, int]
    found: tuple[Finding, ...] = ()
    broken: frozenset[Path] = frozenset()


def read_values(data: bytes, name: str, limits: Limits) -> Values:
    """The values in a YAML file, XR701 for what cannot be read, XR717 for anchors that nothing repeats."""
    reader = _Reader(name, limits)
    content: Mapping[str, object] | None = None
    try:
        content = reader.read(_decoded(data, limits))
    except _Unreadable as error:
        reader.report(error.key, error.line, **error.details)
    else:
        reader.report_unused()
    return Values(content, reader.lines, tuple(reader.found), frozenset(reader.broken))


def _decoded(data: bytes, limits: Limits) -> str:
    if len(data) > limits.bytes:
        raise _Unreadable("too-large", limit=limits.bytes // 2**20)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("not-utf-8", data[: error.start].count(b"\n") + 1) from None


class _Reader:
    """Reads one text and collects lines and findings."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.lines: dict[Path, int] = {}
        self.found: list[Finding] = []
        self.broken: set[Path] = set()
        self._name = name
        self._limits = limits
        self._events: Iterator[_Event] = iter(())
        #: What an anchor stands for, and how many values that is.
        self._anchors: dict[str, tuple[object, int]] = {}
        #: Anchors that nothing has repeated yet, and their lines.
        self._unused: dict[str, int] = {}
        self._count = 0

    def report(self, key: str, line: int | None, /, **details: object) -> None:
        place = Location(file=self._name, cell=None if line is None else str(line))
        self.found.append(finding("XR701", place, problem=problem(key, **details)))

    def _report_field(self, path: Path, key: str, event: _Event, /, **details: object) -> None:
        self.broken.add(path)
        self.report(key, _line(event), **details)

    def report_unused(self) -> None:
        for anchor, line in self._unused.items():
            self.found.append(finding("XR717", Location(file=self._name, cell=str(line)), anchor=anchor[:40]))

    def read(self, text: str) -> Mapping[str, object]:
        try:
            self._events = iter(yaml.parse(text, Loader=yaml.SafeLoader))
            return self._document()
        except yaml.YAMLError as error:
            raise _explained(error, text) from None
        except (ValueError, OverflowError) as error:
            # Escapes and version numbers beyond all bounds: the parser does not catch them itself.
            raise _Unreadable("syntax", text=str(error)) from None

    def _document(self) -> Mapping[str, object]:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise _Unreadable("empty")
        content = self._value(next(self._events), ())
        next(self._events)
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise _Unreadable("several-documents", _line(following))
        if content is None:
            raise _Unreadable("empty")
        if not isinstance(content, dict):
            raise _Unreadable("not-a-mapping", self.lines[()])
        return content

    def _value(self, event: _Event, path: Path) -> object:
        self.lines[path] = _line(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._count
        self._grow(1, event)
        if len(path) > self._limits.depth:
            raise _Unreadable("too-deep", _line(event), limit=self._limits.depth)
        value = self._content(event, path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._count - before)
            self._unused[event.anchor] = _line(event)
        return value

    def _alias(self, event: _Event) -> object:
        if event.anchor not in self._anchors:
            raise _Unreadable("unknown-alias", _line(event), alias=event.anchor)
        value, count = self._anchors[event.anchor]
        self._unused.pop(event.anchor, None)
        self._grow(count, event)
        return value

    def _grow(self, count: int, event: _Event) -> None:
        self._count += count
        if self._count > self._limits.values:
            raise _Unreadable("too-many-values", _line(event), limit=self._limits.values)

    def _content(self, event: _Event, path: Path) -> object:
        if event.tag not in _TAGS:
            self._report_field(path, "unknown-tag", event, tag=event.tag.removeprefix(_TAG)[:80])
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        is_plain = event.implicit[0]
        return None if is_plain and event.value in _NULLS else self._text(event, path)

    def _text(self, event: _Event, path: Path) -> str:
        if UNUSABLE.search(event.value):
            self._report_field(path, "unusable-character", event)
        return unicodedata.normalize("NFC", event.value)

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        content: dict[str, object] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path, seen)
            following = next(self._events)
            if _has_no_colon(event, following):
                # {value: 1,5} is a mapping of two keys, of which the second, 5, says nothing.
                self._report_field(path, "no-colon", event, name=key[:40])
            content[key] = self._value(following, (*path, key))
            self.lines[*path, key] = _line(event)
            seen.add(key)
        return content

    def _key(self, event: _Event, path: Path, seen: set[str]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._value(event, (*path, ""))
            self._report_field((*path, ""), "key-not-text", event)
            return ""
        key = self._text(event, path)
        if key == "<<":
            self._report_field((*path, key), "merge-key", event)
        elif key in seen:
            self._report_field((*path, key), "duplicate-key", event, name=key[:40])
        return key


def _has_no_colon(key: _Event, value: _Event) -> bool:
    """Whether nothing stands after a key, not even a colon: only in braces does YAML take that for a key at all."""
    if not (isinstance(key, yaml.ScalarEvent) and isinstance(value, yaml.ScalarEvent)):
        return False
    ends, begins = key.end_mark, value.start_mark
    return value.value == "" and ends is not None and begins is not None and begins.index == ends.index


def _line(event: _Event) -> int:
    return int(event.start_mark.line) + 1


def _explained(error: yaml.YAMLError, text: str) -> _Unreadable:
    if isinstance(error, yaml.reader.ReaderError):
        return _Unreadable("unusable-character", text.count("\n", 0, error.position) + 1)
    if not isinstance(error, yaml.MarkedYAMLError):
        return _Unreadable("syntax", text=str(error))
    said = error.problem or str(error)
    key = next((key for start, key in _SYNTAX if said.startswith(start)), "syntax")
    # What is not closed is missed at the end of the file: the place to look at is where it was opened.
    mark: Any = error.context_mark if key == "unclosed" and error.context_mark else error.problem_mark
    return _Unreadable(key, mark.line + 1 if mark else None, text=said)
