"""References of Vietnamese documents: 44-KH/ĐUK the Party's way, 33/KH-TTKC&XTTM the state's way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a reference is written: number-type/organ, or number/type-organ, the latter also with a year."""

    PARTY = "party"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A reference, its parts in one spelling. `suffix` is the letter of a number such as 33a."""

    number: int
    year: int | None
    type: str
    organ: str
    style: Style
    suffix: str = ""

    @property
    def key(self) -> tuple[int, str, int | None, str, str]:
        """What tells two documents apart; how the reference is written does not."""
        return self.number, self.suffix, self.year, self.type.casefold(), self.organ.casefold()

    @property
    def canonical(self) -> str:
        """The reference in the one spelling of its style; numbers below 10 have a leading zero."""
        number = f"{self.number:02}{self.suffix}"
        if self.style is Style.PARTY:
            return f"{number}-{self.type}/{self.organ}"
        return "/".join([number, *([str(self.year)] if self.year else []), f"{self.type}-{self.organ}"])

    def __str__(self) -> str:
        return self.canonical


#: Abbreviations of types that are not all capitals: chương trình, tờ trình, quy định.
_TYPES = {text.casefold(): text for text in ("CTr", "TTr", "QyĐ")}
#: Letters that look alike, dashes of every length, strokes.
_ALIKE = str.maketrans(
    {
        "\N{LATIN CAPITAL LETTER ETH}": "Đ",
        "\N{LATIN CAPITAL LETTER AFRICAN D}": "Đ",
        "\N{LATIN SMALL LETTER ETH}": "đ",
        **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"),
        **dict.fromkeys("\N{FRACTION SLASH}\N{DIVISION SLASH}\N{FULLWIDTH SOLIDUS}", "/"),
        "\N{FULLWIDTH AMPERSAND}": "&",
    }
)
#: Words before the number end with a blank or a mark, or with "số". They have no digits: the first is the number's.
_BEFORE = r"(?:[^\W\d_]|[\s.,:;(\"“])*?(?:(?<![^\s.:(\"“])|(?<=[Ss][Ốố]))"
_LETTERS = "A-Za-zĂÂĐÊÔƠƯăâđêôơư"
_NUMBER = r"0{0,9}(?P<number>[0-9]{1,6})(?P<suffix>[A-Za-zĐđ]?)"
_TYPE = rf"(?P<type>[{_LETTERS}]{{1,10}})"
_ORGAN = rf"(?P<organ>[{_LETTERS}0-9]{{1,20}}(?: ?[&.-] ?[{_LETTERS}0-9]{{1,20}}){{0,5}})"
#: What may follow: the day, who issued it, what about.
_AFTER = r"(?:[\s.,;()\"”-]+(?:(?i:ngày|của|về|v/v)\b.*)?)?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NOTATIONS = tuple(
    (style, re.compile(_BEFORE + reference + _AFTER, re.DOTALL))
    for style, reference in (
        (Style.PARTY, f"{_NUMBER} ?- ?{_TYPE} ?/ ?{_ORGAN}"),
        (Style.STATE, f"{_NUMBER} ?/ ?(?:{_YEAR} ?/ ?)?{_TYPE} ?- ?{_ORGAN}"),
    )
)
#: A reference with the words around it; a longer text is no reference.
_LONGEST = 500


def parse(text: str) -> DocumentRef | None:
    """The one reference in a text such as "Nghị quyết số 41-NQ/CB ngày 31/10/2022"; None where there is none."""
    if len(text) > _LONGEST:
        return None
    cleaned = _cleaned(text)
    for style, notation in _NOTATIONS:
        match = notation.fullmatch(cleaned)
        if match is not None and int(match["number"]):
            return _reference(match, style)
    return None


def _cleaned(text: str) -> str:
    """Composed, with one letter, one dash and one stroke for all that look like it, and single plain blanks."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).translate(_ALIKE).split())


def _reference(match: re.Match[str], style: Style) -> DocumentRef:
    found = match.groupdict()
    return DocumentRef(
        number=int(found["number"]),
        year=int(found["year"]) if found.get("year") else None,
        type=_TYPES.get(found["type"].casefold(), found["type"].upper()),
        organ=found["organ"].replace(" ", "").upper(),
        style=style,
        suffix=found["suffix"].casefold(),
    )


def same(one: DocumentRef | str, other: DocumentRef | str) -> bool:
    """Whether two references name one document, in whatever style: 22/KH-ĐU is 22-KH/ĐU. Other texts name none."""
    first, second = (parse(each) if isinstance(each, str) else each for each in (one, other))
    return first is not None and second is not None and first.key == second.key
