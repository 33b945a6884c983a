"""Errors a user can cause by wrong usage. Bad *data* is never an exception: it is a finding."""

from __future__ import annotations


class UsageError(Exception):
    """A command or call that cannot be carried out: wrong usage, unusable definition or workspace.

    `key` names a text under `[errors]` of the language files; `params` fill its placeholders. The text
    is chosen where it is shown, so that the error speaks the language of whoever reads it.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params
