"""E-mail messages: who sent one, when, and what is attached to it.

With the older interface of the standard library: the newer one fails with all kinds of exceptions on headers that
are not as they should be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime
from typing import Any, NamedTuple

from xlreport.grid.refusal import damaged

_MAX_SENDER = 200
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_LETTER = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Letter:
    """The message that a file came with. Both are what the message says of itself, which nobody vouches for."""

    sender: str
    sent_at: datetime | None


class Attachment(NamedTuple):
    """A file attached to a message; `name` as it is written there, perhaps empty."""

    name: str
    data: bytes


def letter_from(data: bytes) -> tuple[Letter, tuple[Attachment, ...]]:
    """A message and its attachments; a message forwarded as an attachment is one. Raises Refusal XR103."""
    try:
        message = message_from_bytes(data)
    except RecursionError:
        raise damaged() from None
    if not message.keys():
        raise damaged()
    return Letter(_sender(message), _sent_at(message)), tuple(_attachments(message))


def _attachments(message: Message[Any, Any]) -> Iterator[Attachment]:
    for part in _leaves(message):
        name = _file_name(part)
        if part.get_content_type() == _LETTER:
            forwarded = part.get_payload()
            if isinstance(forwarded, list) and forwarded and isinstance(forwarded[0], Message):
                yield Attachment(f"{name.removesuffix('.eml') or 'message'}.eml", _written(forwarded[0]))
        elif not _is_decoration(part, name):
            content = part.get_payload(decode=True)
            yield Attachment(name, content if isinstance(content, bytes) else b"")


def _written(message: Message[Any, Any]) -> bytes:
    """A message within a message; nothing, which is no message, where its headers cannot be written again."""
    try:
        return message.as_bytes()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return b""


def _leaves(message: Message[Any, Any]) -> Iterator[Message[Any, Any]]:
    """The parts that are no mere groups of parts, in order; without recursion, groups may be nested to any depth."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        content = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(content, list):
            waiting.extend(one for one in reversed(content) if isinstance(one, Message))
        else:
            yield part


def _is_decoration(part: Message[Any, Any], name: str) -> bool:
    """The text itself, pictures in it, and signatures: nobody sent these as files."""
    kind = part.get_content_maintype()
    if kind == "image":
        return part.get_content_disposition() != "attachment" or part["Content-ID"] is not None
    return part.get_content_type() in _SIGNATURES or (kind == "text" and not name)


def _file_name(part: Message[Any, Any]) -> str:
    found = part.get_param("filename", None, "content-disposition") or part.get_param("name", None, "content-type")
    if not found:
        return ""
    try:
        return _decoded(collapse_rfc2231_value(found, errors="replace"))
    except (LookupError, ValueError, TypeError):
        return ""


def _decoded(text: str) -> str:
    """A header's text, whatever its encoding; as it stands where that is not what it says."""
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError, AssertionError):
        return text.encode("ascii", "replace").decode("ascii")


def _sender(message: Message[Any, Any]) -> str:
    text = _decoded(str(message["From"] or ""))
    plain = "".join(
        " " if unicodedata.category(char)[0] == "C" else char for char in unicodedata.normalize("NFC", text)
    )
    return " ".join(plain.split())[:_MAX_SENDER]


def _sent_at(message: Message[Any, Any]) -> datetime | None:
    """In universal time. A day without a zone is taken as universal: it only serves to tell earlier from later."""
    try:
        sent = parsedate_to_datetime(str(message["Date"]))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
