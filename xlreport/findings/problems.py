"""What is wrong with a field or an expression of a definition, in words: the `problem` of XR701, XR702 and XR706."""

from __future__ import annotations

from xlreport.findings.wording import Words
from xlreport.language import LANGUAGES, texts


def problem(key: str, /, **details: object) -> Words:
    """The text `[problems]` has under the key, in every language, with its placeholders filled."""
    return {language: texts(language)(f"problems.{key}", **details) for language in LANGUAGES}
