"""Many workbooks that differ in a few texts and numbers: one is written, the others are cast from it.

The parts of the prototype are cut at its slots. What lies between them is compressed once, each piece so that it
can be joined to any other; a cast compresses only what goes into the slots.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xlreport.grid.slots import NUMBER_SLOT, OPEN, TEXT_SLOT
from xlreport.numbers import plain

#: What is put into a slot may begin or end with a space, which readers drop unless they are told.
_BEFORE_SLOT = re.compile(f"<t>(?=[^<]*{OPEN})".encode())
#: Spreadsheets take _x0041_ for a character; text that looks so is written with its underscore escaped.
_CHARACTER_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: Pieces of a part that compress badly one by one: from here on the part is compressed as a whole.
_CROWDED = 60

_DEFLATED, _VERSION = 8, 20
_DOS_DATE = (1 << 5) | 1
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
#: The head of a block that is not compressed, and the most bytes that follow it.
_STORED, _MOST = struct.Struct("<B2H"), 0xFFFF


@dataclass(frozen=True, slots=True)
class _Piece:
    """Bytes of a part: as they are, and packed so that others can follow."""

    plain: bytes
    packed: bytes


def _piece(data: bytes) -> _Piece:
    packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return _Piece(data, packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH))


def _as_it_is(data: bytes) -> _Piece:
    """A short piece, not compressed: preparing to compress takes longer than all else."""
    blocks = (data[start : start + _MOST] for start in range(0, len(data), _MOST))
    return _Piece(data, b"".join(_STORED.pack(0, len(block), len(block) ^ _MOST) + block for block in blocks))


#: An empty last block: the end of a part.
_LAST = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS).flush(zlib.Z_FINISH)

#: A slot: whether it is a number's, and its own number.
_Slot = tuple[bool, int]


@dataclass(frozen=True)
class Mould:
    """A prototype with slots, made ready for casting."""

    prototype: bytes

    @cached_property
    def _parts(self) -> tuple[tuple[bytes, tuple[_Piece | _Slot, ...]], ...]:
        with zipfile.ZipFile(io.BytesIO(self.prototype)) as archive:
            return tuple((info.filename.encode(), _cut(archive.read(info))) for info in archive.infolist())

    def cast(self, texts: Mapping[int, str], numbers: Mapping[int, Decimal | None] | None = None) -> bytes:
        """A workbook with these texts and numbers in the slots; a number that is None leaves its cell blank.

        Raises KeyError for a slot that nothing is given for.
        """
        filled: dict[_Slot, _Piece] = {(False, number): _as_it_is(_escaped(text)) for number, text in texts.items()}
        filled |= {(True, number): _as_it_is(_stored(value)) for number, value in (numbers or {}).items()}
        return _archive([(name, _joined(pieces, filled)) for name, pieces in self._parts])


def _cut(data: bytes) -> tuple[_Piece | _Slot, ...]:
    data = _BEFORE_SLOT.sub(b'<t xml:space="preserve">', data)
    slots = [(match.start(), match.end(), (False, int(match[1]))) for match in TEXT_SLOT.finditer(data)]
    slots += [(match.start(), match.end(), (True, int(match[1]))) for match in NUMBER_SLOT.finditer(data)]
    pieces: list[_Piece | _Slot] = []
    position = 0
    for start, end, slot in sorted(slots):
        pieces += [_piece(data[position:start]), slot]
        position = end
    return (*pieces, _piece(data[position:]))


def _escaped(text: str) -> bytes:
    marked = _CHARACTER_CODE.sub("_x005F_", text)
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def _stored(value: Decimal | None) -> bytes:
    return b"" if value is None else f"<v>{plain(value)}</v>".encode()


@dataclass(frozen=True, slots=True)
class _Packed:
    data: bytes
    crc: int
    size: int


def _joined(pieces: tuple[_Piece | _Slot, ...], filled: Mapping[_Slot, _Piece]) -> _Packed:
    chosen = [piece if isinstance(piece, _Piece) else filled[piece] for piece in pieces]
    whole = b"".join(piece.plain for piece in chosen)
    if len(chosen) > _CROWDED:
        packed = zlib.compress(whole, wbits=-zlib.MAX_WBITS)
    else:
        packed = b"".join(piece.packed for piece in chosen) + _LAST
    return _Packed(packed, zlib.crc32(whole), len(whole))


def _archive(parts: list[tuple[bytes, _Packed]]) -> bytes:
    """A zip archive, without dates: equal parts make equal bytes."""
    body, directory = bytearray(), bytearray()
    for name, part in parts:
        sizes = (part.crc, len(part.data), part.size, len(name), 0)
        directory += _CENTRAL.pack(
            b"PK\x01\x02", _VERSION, _VERSION, 0, _DEFLATED, 0, _DOS_DATE, *sizes, 0, 0, 0, 0, len(body)
        ) + name  # fmt: skip
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, _DEFLATED, 0, _DOS_DATE, *sizes) + name + part.data
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + end)
