"""What a workbook's parts say, however its texts were numbered and its numbers spelled: for holding two together."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = "xl/sharedStrings.xml"

#: An element: its name, its attributes, its text.
Told = tuple[str, tuple[tuple[str, str], ...], str]


def told(data: bytes) -> dict[str, list[Told]]:
    """Every element of every part in order, texts of cells in their places. Raises for an archive that is damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    texts = ["".join(item.itertext()) for item in ElementTree.fromstring(parts[_STRINGS])]
    shown = {name: list(_elements(part, texts)) for name, part in parts.items() if name != _STRINGS}
    return shown | {_STRINGS: [("texts", (), text) for text in sorted(set(texts))]}


def _elements(part: bytes, texts: list[str]) -> Iterator[Told]:
    cell_type = None
    for element in ElementTree.fromstring(part).iter():
        text = element.text or ""
        if element.tag == f"{_MAIN}c":
            cell_type = element.get("t")
        elif element.tag == f"{_MAIN}v" and text:
            text = texts[int(text)] if cell_type == "s" else text if cell_type else repr(float(text))
        yield element.tag, tuple(sorted(element.attrib.items())), text
