"""xlreport: spreadsheet reporting for hierarchical organisations.

The names below are all that other programs rely on. They are looked up when they are first used: `import xlreport`
loads none of the libraries behind them. Recipes are in docs/recipes.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlreport.api import (
        Finding,
        Period,
        Severity,
        UnusableDefinition,
        UsageError,
        Workspace,
        check,
        consolidate,
        export,
        facts,
        issue,
        message,
        open_workspace,
        own_finding,
        parse_period,
        receive,
        status,
        totals,
    )

__version__ = "0.1.0"

__all__ = [
    "Finding",
    "Period",
    "Severity",
    "UnusableDefinition",
    "UsageError",
    "Workspace",
    "__version__",
    "check",
    "consolidate",
    "export",
    "facts",
    "issue",
    "message",
    "open_workspace",
    "own_finding",
    "parse_period",
    "receive",
    "status",
    "totals",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module("xlreport.api"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
