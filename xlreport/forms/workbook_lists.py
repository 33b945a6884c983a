"""Lists and pairs in one cell of a form workbook: `plan; actual`, `2023: 15; 2024: 4..5`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xlreport.findings.problems import problem
from xlreport.forms.workbook_codecs import Codec, Misread, Shown, Typed, as_text, fold, short, unambiguous
from xlreport.language import LANGUAGES, texts


class Several:
    """A list: items with ";" between them. An item with ";" in it stands in quotation marks."""

    def __init__(self, item: Codec) -> None:
        self.item = item

    def read(self, typed: Typed) -> object:
        """The items; none for the word that says so, which is not the same as a blank cell."""
        if isinstance(typed, str) and fold(typed) in {fold(nothing(language)) for language in LANGUAGES}:
            return self.together([])
        items = list(_items(typed)) if isinstance(typed, str) else [as_text(typed)]
        return self.together([self.item.read(item) for item in items])

    def show(self, value: Any, language: str) -> Shown:
        """The items, or the word for none."""
        shown = [_item(str(self.item.show(item, language))) for item in self.apart(value)]
        return "; ".join(shown) if shown else nothing(language)

    def together(self, items: list[Any]) -> object:
        """The plain value of the items."""
        return items

    def apart(self, value: Any) -> list[Any]:
        """The items of a plain value."""
        return list(value)


def nothing(language: str) -> str:
    """What says that a list is empty."""
    return texts(language)("form_book.nothing")


#: An item in quotation marks, in which they are doubled, or anything else up to the next separator.
_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[;\n]|$)|([^;\n]*))(?:[;\n]|$)')


def _items(text: str) -> Iterator[str]:
    for match in _ITEM.finditer(text.strip().rstrip(";")):
        if match[1] is not None:
            yield match[1].replace('""', '"')
        elif match[2].strip():
            yield match[2].strip()


def _item(text: str) -> str:
    is_said = fold(text) in {fold(nothing(language)) for language in LANGUAGES}
    is_plain = text and text == text.strip() and not is_said and not set(text).intersection(';"\n')
    return text if is_plain else '"' + text.replace('"', '""') + '"'


class Codes(Several):
    """A list of codes, in which no comma can belong to an item."""

    def read(self, typed: Typed) -> object:
        """The codes. Raises Misread, with the codes, where commas stand between them."""
        if isinstance(typed, str) and "," in typed:
            meant = super().read(typed.replace(",", ";"))
            raise Misread(problem("list-separator", value=short(typed)), meant)
        return super().read(typed)


class Pair:
    """A word and what belongs to it: 2024: 4..5."""

    def __init__(self, value: Codec) -> None:
        self.value = value

    def read(self, typed: Typed) -> object:
        """The two, apart. Raises Misread where there is nothing to tell them apart."""
        name, colon, value = as_text(typed).rpartition(":")
        if not (colon and name.strip() and value.strip()):
            raise Misread(problem("not-a-pair", value=short(as_text(typed))))
        return name.strip(), self.value.read(value.strip())

    def show(self, value: Any, language: str) -> Shown:
        """Both with a colon between."""
        name, content = value
        return f"{name}: {unambiguous(str(self.value.show(content, language)))}"


#: A comma before the next pair, not one in a number.
_BETWEEN_PAIRS = re.compile(r",(?=\s*[^\s,;:]+\s*:)")


class Pairs(Several):
    """Words with what belongs to each: 2023: 15; 2024: 4..5. In a list of its own each where the order counts."""

    def __init__(self, value: Codec, *, is_ordered: bool = False) -> None:
        super().__init__(Pair(value))
        self.is_ordered = is_ordered

    def read(self, typed: Typed) -> object:
        """The pairs. Raises Misread, with the pairs, where commas stand between them."""
        if isinstance(typed, str) and _BETWEEN_PAIRS.search(typed):
            meant = super().read(_BETWEEN_PAIRS.sub(";", typed))
            raise Misread(problem("list-separator", value=short(typed)), meant)
        return super().read(typed)

    def together(self, items: list[Any]) -> object:
        """A mapping, or a list of mappings of one. Raises Misread for a word that occurs twice."""
        names = [name for name, _ in items]
        twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None and not self.is_ordered:
            raise Misread(problem("duplicate-key", name=short(twice)))
        return [{name: value} for name, value in items] if self.is_ordered else dict(items)

    def apart(self, value: Any) -> list[Any]:
        """The pairs."""
        mappings = value if self.is_ordered else [value]
        return [pair for mapping in mappings for pair in mapping.items()]
