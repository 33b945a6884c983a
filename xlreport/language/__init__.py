"""Every text a user reads, from the files in `vi/` and `en/`, with strict placeholders.

A key's first word names its file where it has one of its own (`cli.…` → cli.toml); all others are in words.toml.
Files are read when first needed: `--help` waits for no finding's text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
_OWN_FILES = ("cli", "exports", "findings", "form_book", "problems")


class Texts:
    """The texts of one language, by dotted key.

    A missing key or placeholder is a fault of ours and raises KeyError: a user never sees
    "unknown" in place of a name.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **params: object) -> str:
        text = _entries(self.language, _file_of(key))[key]
        return text.format_map(params) if params else text

    def __contains__(self, key: str) -> bool:
        return key in _entries(self.language, _file_of(key))

    def group(self, prefix: str) -> dict[str, str]:
        """The texts under a key, by the rest of their keys, in the order of the file."""
        start = f"{prefix}."
        entries = _entries(self.language, _file_of(prefix))
        return {key.removeprefix(start): text for key, text in entries.items() if key.startswith(start)}

    def keys(self) -> frozenset[str]:
        """All keys, for tests that hold the languages against each other."""
        return frozenset(key for file in (*_OWN_FILES, "words") for key in _entries(self.language, file))


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Texts:
    """The texts of "vi" or "en". Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}")
    return Texts(language)


def _file_of(key: str) -> str:
    first = key.partition(".")[0]
    return first if first in _OWN_FILES else "words"


@lru_cache(maxsize=len(LANGUAGES) * (len(_OWN_FILES) + 1))
def _entries(language: str, file: str) -> Mapping[str, str]:
    source = files(__name__).joinpath(language, f"{file}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(source), ""))


def _flatten(tree: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat += _flatten(value, f"{path}.")
        else:
            flat.append((path, str(value)))
    return flat
