"""Zip containers, read from memory: structure checked, sizes limited, every byte proved by its checksum.

Done here and not by `zipfile`, which accepts what another reader may see differently: names that occur
twice, parts that overlap, and local headers that contradict the directory.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from xlreport.grid.refusal import Refusal, damaged, unsafe

MAX_ENTRIES = 2_000
MAX_UNPACKED = 256 * 1024**2
MAX_ENTRY = 128 * 1024**2
MAX_RATIO = 200
#: Small parts compress well without being bombs.
RATIO_APPLIES_FROM = 1024**2

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA = struct.Struct("<2H")

_MAX_COMMENT = 0xFFFF
_IN_EXTRA = 0xFFFFFFFF
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_ZIP64_EXTRA, _OTHER_NAME_EXTRA = 0x0001, 0x7075
_UNSAFE_NAME = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")


class _Entry(NamedTuple):
    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    #: The name as it is meant to be shown, and when the file was changed (DOS date and time).
    shown: str
    changed: tuple[int, int]


class _Directory(NamedTuple):
    parts: int
    start: int
    end: int


class Archive(NamedTuple):
    """A container whose directory is sound; nothing is inflated yet."""

    data: bytes
    entries: tuple[_Entry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts: forward slashes, case folded, as all of this room looks them up."""
        return tuple(entry.name for entry in self.entries)

    def unpack(self) -> dict[str, bytes]:
        """The content of every part by name. Raises Refusal XR103, XR104 or XR105."""
        _check_sizes(self.entries)
        spans = [_span(self.data, entry) for entry in self.entries]
        _check_overlap(spans)
        return {
            entry.name: _content(self.data[start:end], entry)
            for entry, (_, start, end) in zip(self.entries, spans, strict=True)
        }


def open_archive(data: bytes, *, second_names: bool = False) -> Archive:
    """Read the directory of a zip container. Raises Refusal XR103 or XR104.

    An entry may carry a second name, in Unicode. Archives that people make do; in a workbook it would let two
    readers see two files. With `second_names` that name is taken.
    """
    directory = _directory(data)
    if directory.parts > MAX_ENTRIES:
        raise unsafe("too-many-parts")
    entries = tuple(_entries(data, directory, second_names))
    _check_names(entries)
    return Archive(data, entries)


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A plain container of the given parts, stored: a reader of it sees them and nothing else."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in parts:
        raw_name, crc, size = name.encode(), zlib.crc32(content), len(content)
        common = (20, _UTF8, _STORED, 0, 0x21, crc, size, size, len(raw_name), 0)
        directory += (_CENTRAL.pack(b"PK\1\2", 20, *common, 0, 0, 0, 0, offset), raw_name)
        body += (_LOCAL.pack(b"PK\3\4", *common), raw_name, content)
        offset += _LOCAL.size + len(raw_name) + size
    count, size = len(directory) // 2, sum(map(len, directory))
    return b"".join((*body, *directory, _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)))


def _directory(data: bytes) -> _Directory:
    position = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _MAX_COMMENT))
    if position < 0 or position + _END.size > len(data):
        raise damaged()
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, position)
    end = position
    if _IN_EXTRA in (size, start) or count == 0xFFFF:
        disk, first_disk, here, count, size, start, end = _directory64(data, position)
    one_disk = disk == first_disk == 0 and here == count
    if not one_disk or start + size != end or position + _END.size + comment != len(data):
        raise damaged()
    return _Directory(count, start, end)


def _directory64(data: bytes, position: int) -> tuple[int, int, int, int, int, int, int]:
    at = position - _LOCATOR64.size
    if at < 0:
        raise damaged()
    signature, _, end, disks = _LOCATOR64.unpack_from(data, at)
    if signature != b"PK\6\7" or disks != 1 or end + _END64.size > at:
        raise damaged()
    signature, _, _, _, disk, first_disk, here, count, size, start = _END64.unpack_from(data, end)
    if signature != b"PK\6\6":
        raise damaged()
    return disk, first_disk, here, count, size, start, end


def _entries(data: bytes, directory: _Directory, second_names: bool) -> Iterator[_Entry]:
    position = directory.start
    for _ in range(directory.parts):
        if position + _CENTRAL.size > directory.end:
            raise damaged()
        record = _CENTRAL.unpack_from(data, position)
        name_at = position + _CENTRAL.size
        extra_at = name_at + record[10]
        position = extra_at + record[11] + record[12]
        if record[0] != b"PK\1\2" or position > directory.end:
            raise damaged()
        yield _entry(record, data[name_at:extra_at], data[extra_at : extra_at + record[11]], second_names)
    if position != directory.end:
        raise damaged()


def _entry(record: tuple[int, ...], raw_name: bytes, extra: bytes, second_names: bool) -> _Entry:
    flags, method, crc, packed, size, offset = record[3], record[4], *record[7:10], record[16]
    second = None
    if extra:
        fields = _extra_fields(extra)
        second = fields.get(_OTHER_NAME_EXTRA)
        if second is not None and not second_names:
            raise unsafe("duplicate-name")
        size, packed, offset = _from_extra(fields.get(_ZIP64_EXTRA, b""), size, packed, offset)
    shown = _shown_name(raw_name, flags, second) if second_names else _strict_name(raw_name, flags)
    name = _folded(shown)
    return _Entry(raw_name, name, flags, method, crc, packed, size, offset, shown, (record[6], record[5]))


#: Most workbooks have parts of the same names.
@lru_cache(maxsize=512)
def _folded(shown: str) -> str:
    """A name as it is looked up and compared. Raises Refusal XR104."""
    name = shown.replace("\\", "/").casefold()
    if _UNSAFE_NAME.search(name):
        raise unsafe("unsafe-name")
    return name


def _strict_name(raw_name: bytes, flags: int) -> str:
    try:
        return raw_name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise damaged() from None


def _shown_name(raw_name: bytes, flags: int, second: bytes | None) -> str:
    """The name as its sender saw it. Many programs write UTF-8, or the code page of their Windows, and do not say."""
    if second is not None and second[:1] == b"\1" and second[1:5] == struct.pack("<L", zlib.crc32(raw_name)):
        raw_name = second[5:]
    for encoding in ("utf-8",) if flags & _UTF8 else ("utf-8", "cp1258", "cp437"):
        try:
            return raw_name.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise damaged()


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    """Content of the extra fields that matter, by tag; one of them twice could be read in two ways."""
    found: dict[int, bytes] = {}
    position = 0
    while position + _EXTRA.size <= len(extra):
        tag, length = _EXTRA.unpack_from(extra, position)
        position += _EXTRA.size
        if tag in found:
            raise damaged()
        if tag in (_ZIP64_EXTRA, _OTHER_NAME_EXTRA):
            found[tag] = extra[position : position + length]
        position += length
    return found


def _from_extra(large: bytes, *values: int) -> tuple[int, ...]:
    """The 64-bit values where the 32-bit ones say so."""
    wanted = [index for index, value in enumerate(values) if value == _IN_EXTRA]
    if len(large) < 8 * len(wanted):
        raise damaged()
    found = list(values)
    for order, index in enumerate(wanted):
        found[index] = int.from_bytes(large[8 * order : 8 * order + 8], "little")
    return tuple(found)


def _check_names(entries: tuple[_Entry, ...]) -> None:
    if len({entry.name for entry in entries}) != len(entries):
        raise unsafe("duplicate-name")


def _check_sizes(entries: tuple[_Entry, ...]) -> None:
    """Limits on what the directory declares; `_content` never inflates beyond the declared size."""
    if sum(entry.size for entry in entries) > MAX_UNPACKED or any(entry.size > MAX_ENTRY for entry in entries):
        raise unsafe("too-large-unpacked")
    if any(entry.size > RATIO_APPLIES_FROM and entry.size > MAX_RATIO * entry.packed for entry in entries):
        raise unsafe("compression-ratio")


def _span(data: bytes, entry: _Entry) -> tuple[int, int, int]:
    """Where an entry's header starts, where its content starts and where it ends."""
    if entry.offset + _LOCAL.size > len(data):
        raise damaged()
    signature, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(data, entry.offset)
    name_at = entry.offset + _LOCAL.size
    start = name_at + name + extra
    same = signature == b"PK\3\4" and method == entry.method and data[name_at : name_at + name] == entry.raw_name
    if not same or start + entry.packed > len(data):
        raise damaged()
    if (crc, packed, size) != (entry.crc, entry.packed, entry.size):
        _check_stated_elsewhere(entry, flags, crc, packed, size)
    if (flags | entry.flags) & _ENCRYPTED:
        raise Refusal("XR105")
    return entry.offset, start, start + entry.packed


def _check_stated_elsewhere(entry: _Entry, flags: int, crc: int, packed: int, size: int) -> None:
    """A local header may leave to the directory what was not known when it was written, but not contradict it."""
    unknown = (_IN_EXTRA, 0) if flags & _SIZES_FOLLOW else (_IN_EXTRA,)
    for here, there in ((crc, entry.crc), (packed, entry.packed), (size, entry.size)):
        if here != there and here not in unknown:
            raise damaged()


def _check_overlap(spans: list[tuple[int, int, int]]) -> None:
    """One entry after another from the first byte on: no part shared by two, no other archive in front."""
    previous = 0
    for header, _, end in sorted(spans):
        if header < previous or (previous == 0 and header != 0):
            raise unsafe("overlapping-parts")
        previous = end


def _content(packed: bytes, entry: _Entry) -> bytes:
    """The proved content of an entry. Styles, themes and relations are the same in most workbooks of a form."""
    prove = _proved_again if len(packed) <= _REMEMBERED_BYTES else _proved
    return prove(packed, entry.method, entry.size, entry.crc)


def _proved(packed: bytes, method: int, size: int, crc: int) -> bytes:
    content = packed if method == _STORED else _inflate(packed, method, size)
    if len(content) != size or zlib.crc32(content) != crc:
        raise damaged()
    return content


_REMEMBERED_BYTES = 2048
_proved_again = lru_cache(maxsize=64)(_proved)


def _inflate(packed: bytes, method: int, size: int) -> bytes:
    if method != _DEFLATED:
        raise unsafe("compression-method")
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        raise damaged() from None
    if not stream.eof or stream.unused_data:
        raise damaged()
    return content
