"""Which part of an Office Open XML workbook holds which sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlreport.grid.markup import check_xml, local, parse, parser
from xlreport.grid.refusal import damaged, unsafe

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_PACKAGE_RELATIONS = "_rels/.rels"

#: The fast reader takes these parts from fixed places; a workbook that keeps them elsewhere would be
#: read differently by another program.
_FIXED = {"sharedStrings": "xl/sharedstrings.xml", "styles": "xl/styles.xml"}
#: What the values of cells depend on, beside the sheets, by the name the fast reader looks for.
_NEEDED = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it, with the path and the content of its part."""

    name: str
    is_worksheet: bool
    path: str
    part: bytes


class _Relation(NamedTuple):
    kind: str
    target: str


def sheet_parts(parts: Mapping[str, bytes]) -> tuple[SheetPart, ...]:
    """The sheets in the workbook's order. Raises Refusal XR103 or XR104."""
    if _WORKBOOK not in parts or _RELATIONS not in parts:
        raise damaged()
    for name in _NEEDED:
        if name.casefold() in parts:
            check_xml(parts[name.casefold()])
    _check_main_part(parts)
    relations = _relations(parts[_RELATIONS], "xl/")
    for relation in relations.values():
        if _FIXED.get(relation.kind, relation.target) != relation.target:
            raise unsafe("unusual-xml")
        if relation.kind in ("xlMacrosheet", "xlIntlMacrosheet"):
            raise unsafe("excel4-macro")
    return tuple(_sheet_part(parts, relations, name, key) for name, key in _listed(parts[_WORKBOOK]))


def needed_parts(parts: Mapping[str, bytes], sheets: Iterable[SheetPart]) -> dict[str, bytes]:
    """The parts that the fast reader needs for these sheets."""
    found = {name: parts[name.casefold()] for name in _NEEDED if name.casefold() in parts}
    return found | {sheet.path: sheet.part for sheet in sheets}


def _check_main_part(parts: Mapping[str, bytes]) -> None:
    part = parts.get(_PACKAGE_RELATIONS)
    if part is None:
        raise damaged()
    for relation in _relations(part, "").values():
        if relation.kind == "officeDocument" and relation.target != _WORKBOOK:
            raise unsafe("unusual-xml")


def _sheet_part(parts: Mapping[str, bytes], relations: Mapping[str, _Relation], name: str, key: str) -> SheetPart:
    relation = relations.get(key)
    if relation is None or relation.target not in parts:
        raise damaged(sheet=name)
    if not relation.target.endswith(".xml"):
        raise unsafe("unusual-xml")
    check_xml(parts[relation.target])
    return SheetPart(name, relation.kind == "worksheet", relation.target, parts[relation.target])


#: The workbooks of a form are alike in these parts, and a parser costs more than looking up what it found before.
_REMEMBERED = 64
_MAX_REMEMBERED_BYTES = 65_536


def _relations(part: bytes, folder: str) -> Mapping[str, _Relation]:
    return (_relations_of_small if len(part) <= _MAX_REMEMBERED_BYTES else _read_relations)(part, folder)


def _listed(part: bytes) -> Sequence[tuple[str, str]]:
    """Name and relation of every sheet."""
    return (_listed_of_small if len(part) <= _MAX_REMEMBERED_BYTES else _read_listed)(part)


def _read_relations(part: bytes, folder: str) -> Mapping[str, _Relation]:
    found: dict[str, _Relation] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "").replace("\\", "/").casefold()
        path = target[1:] if target.startswith("/") else folder + target
        key = attributes.get("Id", "")
        if key in found:
            raise damaged()
        found[key] = _Relation(attributes.get("Type", "").rpartition("/")[2], path)

    made = parser()
    made.StartElementHandler = start
    parse(part, made)
    return found


def _read_listed(part: bytes) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) != "sheet":
            return
        keys = [value for name, value in attributes.items() if ":" in name and local(name) == "id"]
        if "name" not in attributes or len(keys) != 1:
            raise damaged()
        found.append((attributes["name"], keys[0]))

    made = parser()
    made.StartElementHandler = start
    parse(part, made)
    return found


_relations_of_small = lru_cache(maxsize=_REMEMBERED)(_read_relations)
_listed_of_small = lru_cache(maxsize=_REMEMBERED)(_read_listed)
