"""What is wrong with a field or an expression of a definition, in words: the `problem` of XR701, XR702 and XR706."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from xlreport import dates
from xlreport.findings.wording import Words
from xlreport.language import LANGUAGES, texts


def problem(key: str, /, **details: object) -> Words:
    """The text `[problems]` has under the key, in every language, with its placeholders filled."""
    return {language: texts(language)(f"problems.{key}", **_shown(details, language)) for language in LANGUAGES}


def _shown(details: Mapping[str, object], language: str) -> dict[str, object]:
    days = {name: dates.shown(value, language) for name, value in details.items() if isinstance(value, date)}
    return {**details, **days}
