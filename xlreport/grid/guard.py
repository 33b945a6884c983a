"""What a file really is, and whether it is safe to read: decided from its bytes before any reader sees them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from xlreport.grid.markup import check_xml
from xlreport.grid.refusal import Refusal, damaged, not_a_workbook, unsafe
from xlreport.grid.zipped import Archive, open_archive

MAX_FILE = 25 * 1024**2

CONTENT_TYPES = "[content_types].xml"
_MIMETYPE = "mimetype"
_MANIFEST = "meta-inf/manifest.xml"

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_MAIN_PARTS = (
    (b"ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"ms-word.document.macroEnabled.main+xml", "docx"),
    (b"presentationml.", "pptx"),
)
_WORKBOOK_PARTS = (
    b"spreadsheetml.sheet.main+xml",
    b"spreadsheetml.template.main+xml",
    b"ms-excel.sheet.macroEnabled.main+xml",
    b"ms-excel.template.macroEnabled.main+xml",
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x09\x00\x04\x00", "excel95"),
    (b"\x09\x02\x06\x00", "excel95"),
    (b"\x09\x04\x06\x00", "excel95"),
    (b"{\\rtf", "rtf"),
)
_HEADERS = re.compile(
    r"(?:received|from|to|subject|date|mime-version|return-path|delivered-to|x-[a-z-]+):", re.IGNORECASE
)
_HTML_TAGS = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta")
_SNIFFED = 4096


class Format(Enum):
    """The formats that are read."""

    OOXML = "ooxml"
    ODS = "ods"
    XLS = "xls"


@dataclass(frozen=True, slots=True)
class Package:
    """A file that may be read: its format and, for zip formats, its inflated parts by folded name."""

    format: Format
    parts: Mapping[str, bytes]
    has_macros: bool


def inspect(data: bytes) -> Package:
    """Tell the format and refuse what is none, or unsafe. Raises Refusal XR102 to XR105 or XR120."""
    check_size(len(data))
    if data.startswith(b"PK\3\4"):
        return _inspect_zip(open_archive(data))
    if data.startswith(_OLE):
        return _inspect_ole(data)
    raise not_a_workbook(_other_kind(data))


def check_size(size: int) -> None:
    """Refuse a file larger than the limit, in bytes. Raises Refusal XR120, which counts in MB."""
    if size > MAX_FILE:
        raise Refusal("XR120", size=-(-size // 1024**2), limit=MAX_FILE // 1024**2)


def is_workbook_archive(names: Collection[str]) -> bool:
    """Whether an archive with these (folded) names is one document, as a program saved it, and no bundle of files."""
    return CONTENT_TYPES in names or _MIMETYPE in names or _is_numbers(names)


def _is_numbers(names: Collection[str]) -> bool:
    return any(name.endswith(".iwa") for name in names) or "index.zip" in names or "index/document.iwa" in names


def _inspect_zip(archive: Archive) -> Package:
    names = archive.names
    if not is_workbook_archive(names):
        raise not_a_workbook("zip")
    if CONTENT_TYPES not in names and _MIMETYPE not in names:
        raise not_a_workbook("numbers")
    parts = archive.unpack()
    return _inspect_ooxml(parts) if CONTENT_TYPES in parts else _inspect_ods(parts)


def _inspect_ooxml(parts: dict[str, bytes]) -> Package:
    content_types = parts[CONTENT_TYPES]
    check_xml(content_types)
    for main_part, kind in _MAIN_PARTS:
        if main_part in content_types:
            raise not_a_workbook(kind)
    if not any(main_part in content_types for main_part in _WORKBOOK_PARTS):
        raise not_a_workbook("zip")
    if b"macrosheet" in content_types.lower() or any(name.startswith("xl/macrosheets/") for name in parts):
        raise unsafe("excel4-macro")
    return Package(Format.OOXML, parts, any(name.endswith("vbaproject.bin") for name in parts))


def _inspect_ods(parts: dict[str, bytes]) -> Package:
    if not parts[_MIMETYPE].startswith(_SPREADSHEET):
        raise not_a_workbook("odt" if b"opendocument" in parts[_MIMETYPE] else "zip")
    if b"encryption-data" in parts.get(_MANIFEST, b""):
        raise Refusal("XR105")
    if "content.xml" not in parts:
        raise damaged()
    return Package(Format.ODS, parts, any(name.startswith(("basic/", "scripts/")) for name in parts))


def _inspect_ole(data: bytes) -> Package:
    """By the names in the container's directory, which are UTF-16."""
    if _names_stream(data, "EncryptedPackage"):
        raise Refusal("XR105")
    if not _names_stream(data, "Workbook"):
        raise not_a_workbook(_other_ole_kind(data))
    return Package(Format.XLS, {}, _names_stream(data, "_VBA_PROJECT_CUR"))


_OLE_KINDS = (
    (b"WordDocument", "doc"),
    (b"PowerPoint Document", "ppt"),
    (b"__properties_version1.0", "msg"),
    (b"Book", "excel95"),
)


def _other_ole_kind(data: bytes) -> str:
    return next((kind for name, kind in _OLE_KINDS if _names_stream(data, name.decode())), "unknown")


def _names_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data


def _other_kind(data: bytes) -> str:
    if not data:
        return "empty"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(b"PK\5\6"):
        return "zip"
    if data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return "image"
    return _kind_of_text(data[:_SNIFFED])


def _kind_of_text(start: bytes) -> str:
    text = _decoded(start)
    if text is None:
        return "unknown"
    lowered = text.lstrip("\ufeff \t\r\n").lower()
    if any(tag in lowered for tag in _HTML_TAGS):
        return "html"
    if lowered.startswith("<?xml"):
        return "xml"
    if _HEADERS.match(text):
        return "eml"
    first_lines = [line for line in text.splitlines() if line.strip()][:5]
    if first_lines and any(all(mark in line for line in first_lines) for mark in ",;\t"):
        return "csv"
    return "text"


def _decoded(start: bytes) -> str | None:
    """The text, or None for binary data. A legacy code page is text: it has no control characters."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "ignore")
    text = start.decode("utf-8", "replace")
    return None if any(char < " " and char not in "\t\n\r\f" for char in text) else text
