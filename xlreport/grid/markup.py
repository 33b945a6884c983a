"""XML parts: what is allowed in them before any parser sees them, and one strict way to parse them."""

from __future__ import annotations

import re
from xml.parsers import expat

from xlreport.grid.refusal import damaged, unsafe

_USUAL_START = b'<?xml version="1.0" encoding="UTF-8"'
_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s([^<>]*)\?>\s*)?<")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_xml(part: bytes) -> None:
    """Refuse document types, entities, and every encoding in which they could hide or be misread.

    The fast reader silently sees no cells in a UTF-16 part, so only UTF-8 passes. Raises Refusal.
    """
    if not part.startswith(_USUAL_START):
        _check_start(part)
    if b"\0" in part:
        raise unsafe("encoding")
    if has_declaration(part) and _DECLARATION.search(part):
        raise unsafe("doctype")


def has_declaration(part: bytes) -> bool:
    """Whether anything begins with "<!": a comment, a document type, unparsed text.

    By the single character: looking for two among thousands of "<" takes many times as long.
    """
    position = part.find(b"!")
    while position >= 0:
        if part[position - 1 : position] == b"<":
            return True
        position = part.find(b"!", position + 1)
    return False


def _check_start(part: bytes) -> None:
    start = _START.match(part)
    if start is None:
        raise unsafe("encoding")
    declared = _ENCODING.search(start[1] or b"")
    if declared is not None and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise unsafe("encoding")


def parser() -> expat.XMLParserType:
    """An expat parser that takes the bytes as UTF-8 and refuses a document type."""
    made = expat.ParserCreate("utf-8")
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def parse(part: bytes, made: expat.XMLParserType) -> None:
    """Run a parser over a whole part. Raises Refusal XR103 where it is not well-formed."""
    try:
        made.Parse(part, True)
    except expat.ExpatError:
        raise damaged() from None


def local(name: str) -> str:
    """A name without its namespace prefix, which is how the fast reader takes names too."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise unsafe("doctype")
