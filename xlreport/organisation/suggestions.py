"""What somebody may have meant, looked up no more often than is worth the time."""

from __future__ import annotations

from collections.abc import Mapping

from xlreport.organisation.names import closest

#: Comparing one word with ten thousand names takes a tenth of a second. A register in which more words than this
#: are unknown has one mistake of another kind, such as columns that changed places.
_MOST_LOOKED_UP = 30


class Suggestions:
    """Suggests names for words that are not known; the same word is looked up once."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings
        self._given: dict[str, str] = {}

    def for_typed(self, typed: str) -> str:
        """The nearest meaning; "" where there is none, or too much was asked already."""
        if typed not in self._given and len(self._given) >= _MOST_LOOKED_UP:
            return ""
        if typed not in self._given:
            self._given[typed] = closest(typed, self._meanings)
        return self._given[typed]
