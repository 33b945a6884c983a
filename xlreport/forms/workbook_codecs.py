"""How the cells of a form workbook say what a definition says: words, numbers, yes and no, lists, pairs.

A codec reads what a cell holds into the plain value that YAML would give, and writes such a value. What it
cannot read it raises as a Misread; what the model would refuse anyway it passes on as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Protocol

from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms.measures import MEASURES
from xlreport.forms.suggestions import bare
from xlreport.language import LANGUAGES, texts
from xlreport.numbers import plain, readings

#: What a cell holds, as a codec gets it: text is NFC and not blank.
Typed = str | Decimal | bool
#: What a codec writes.
Shown = str | Decimal

#: An unknown word this much like a known one is that one, misspelt.
MISSPELT = 0.75
_LONGEST_QUOTE = 60


class Misread(Exception):
    """A cell that does not say what it should; `words` tell why. `meant` is what it can only mean, None if anything."""

    def __init__(self, words: Words, meant: object = None) -> None:
        super().__init__(words["en"])
        self.words = words
        self.meant = meant


class Codec(Protocol):
    """One way of writing a field into a cell."""

    def read(self, typed: Typed) -> object:
        """The plain value. Raises Misread."""
        ...

    def show(self, value: Any, language: str) -> Shown:
        """What stands in the cell for a plain value."""
        ...


def fold(text: str) -> str:
    """For comparison: NFC, without case, runs of spaces and line breaks as one space."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def closest(text: str, known: Mapping[str, str], cutoff: float = MISSPELT) -> str:
    """What the folded word most like a text means, which may lack its diacritics; "" where none is like it."""
    plain_text = bare(fold(text))
    same = next((meaning for word, meaning in known.items() if bare(word) == plain_text), "")
    if same:
        return same
    near = get_close_matches(fold(text)[:_LONGEST_QUOTE], known, n=1, cutoff=cutoff)
    return known[near[0]] if near else ""


def as_text(typed: Typed) -> str:
    """What was typed as text: the number 7.0 is "7"."""
    if isinstance(typed, bool):
        return str(typed).upper()
    return plain(typed) if isinstance(typed, Decimal) else typed


class Text:
    """Words as they are. What would not survive in a cell stands in quotation marks: an empty text, outer spaces."""

    def read(self, typed: Typed) -> object:
        """Without the spaces around it that nobody sees."""
        text = as_text(typed).strip()
        return text[1:-1] if _is_quoted(text) else text

    def show(self, value: Any, language: str) -> Shown:  # noqa: ARG002
        """As it is, or in quotation marks."""
        return f'"{value}"' if _needs_quotes(value) else value


def _needs_quotes(text: str) -> bool:
    return text != text.strip() or not text or _is_quoted(text)


def _is_quoted(text: str) -> bool:
    """Whether the quotation marks around a text are ours: nothing else in them would need any."""
    return len(text) > 1 and text[0] == text[-1] == '"' and _needs_quotes(text[1:-1])


class Word:
    """A code."""

    def read(self, typed: Typed) -> object:
        """Without spaces around it."""
        return as_text(typed).strip()

    def show(self, value: Any, language: str) -> Shown:  # noqa: ARG002
        """As it is."""
        return str(value)


class Number:
    """A number; typed as text, it is read in Vietnamese or English notation where that has one meaning."""

    def read(self, typed: Typed) -> object:
        """Digits with a point. What is no number is left to the model."""
        if isinstance(typed, Decimal):
            return plain(typed)
        text = as_text(typed).strip()
        found = readings(text)
        if len(found) > 1:
            first, second = (plain(number) for number in found)
            raise Misread(problem("ambiguous-number", value=short(text), first=first, second=second))
        return plain(found[0]) if found else text

    def show(self, value: Any, language: str) -> Shown:  # noqa: ARG002
        """A number, not a text that looks like one."""
        return Decimal(value)


class Goal(Number):
    """A number, or a range such as 4..5."""

    def read(self, typed: Typed) -> object:
        """The bounds of a range are read like numbers."""
        if isinstance(typed, str) and (bounds := _bounds(typed)):
            return "..".join(str(super(Goal, self).read(bound)) for bound in bounds)
        return super().read(typed)

    def show(self, value: Any, language: str) -> Shown:
        """A range is text."""
        return "..".join(map(unambiguous, value.split(".."))) if ".." in value else super().show(value, language)


_THREE_DECIMALS = re.compile(r"-?[0-9]+\.[0-9]{3}")


def unambiguous(number: str) -> str:
    """A number that in a text means the same in both notations: 15.125 could be fifteen thousand."""
    return f"{number}0" if _THREE_DECIMALS.fullmatch(number) else number


_RANGE = re.compile(r"\s*([^.–—]+(?:\.[^.–—]+)*?)\s*(?:\.\.|–|—|…)\s*(.+?)\s*")


def _bounds(text: str) -> tuple[str, str] | None:
    match = _RANGE.fullmatch(text)
    return (match[1], match[2]) if match else None


class Choice:
    """One of the words that texts under `form_book.<group>` name, in either language, or its code."""

    def __init__(self, group: str) -> None:
        self.group = group

    def read(self, typed: Typed) -> object:
        """The code of the word."""
        meanings = self._meanings()
        text = as_text(typed)
        if fold(text) in meanings:
            return meanings[fold(text)]
        known = self.labels()
        near = closest(text, meanings)
        if near:
            suggestion = {language: known[language][near] for language in LANGUAGES}
            raise Misread(_in_words("not-one-of-like", text, suggestion=suggestion))
        expected = {language: ", ".join(known[language].values()) for language in LANGUAGES}
        raise Misread(_in_words("not-one-of", text, expected=expected))

    def show(self, value: Any, language: str) -> Shown:
        """The word in a language."""
        return self.labels()[language][self.code(value)]

    def code(self, value: Any) -> str:
        """What texts know a value by."""
        return str(value)

    def labels(self) -> dict[str, dict[str, str]]:
        """Every word by its code, by language."""
        return _labels(self.group)

    def _meanings(self) -> dict[str, str]:
        labels = self.labels()
        words = {fold(word): code for language in LANGUAGES for code, word in labels[language].items()}
        return words | {fold(code): code for code in labels["vi"]}


@cache
def _labels(group: str) -> dict[str, dict[str, str]]:
    """The texts of a group, in the order of the language file."""
    return {language: texts(language).group(f"form_book.choices.{group}") for language in LANGUAGES}


def _in_words(key: str, text: str, **details: Mapping[str, str]) -> Words:
    """A problem whose details differ by language."""
    return {
        language: problem(key, value=short(text), **{name: words[language] for name, words in details.items()})[
            language
        ]
        for language in LANGUAGES
    }


class Truth(Choice):
    """Yes or no."""

    def __init__(self) -> None:
        super().__init__("truth")

    def read(self, typed: Typed) -> object:
        """A truth value, or a word for one."""
        return typed if isinstance(typed, bool) else super().read(typed) == "yes"

    def code(self, value: Any) -> str:
        """Yes or no."""
        return "yes" if value else "no"


class Measure(Word):
    """The code of a column; a standard one may be called by its heading."""

    def read(self, typed: Typed) -> object:
        """The code."""
        text = as_text(typed).strip()
        return _measure_names().get(fold(text), text)


@lru_cache(maxsize=1)
def _measure_names() -> dict[str, str]:
    return {fold(texts(language)(f"measure.{code}")): code for language in LANGUAGES for code in MEASURES}


class Ratio:
    """Two columns, such as cumulative / plan."""

    def read(self, typed: Typed) -> object:
        """The two codes. What is no ratio is left to the model."""
        terms = as_text(typed).split("/")
        return " / ".join(str(Measure().read(term)) for term in terms) if len(terms) == 2 else as_text(typed)

    def show(self, value: Any, language: str) -> Shown:  # noqa: ARG002
        """The two codes."""
        return f"{value['numerator']} / {value['denominator']}"


def short(text: str) -> str:
    """Enough of a text to recognise it."""
    return text[:_LONGEST_QUOTE]
