"""Options that several commands share, and the reading of their values: wrong ones raise our own UsageError."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xlreport.cli.settings import LANGUAGE_OPTION, Settings
from xlreport.errors import UsageError
from xlreport.language import LANGUAGES

if TYPE_CHECKING:
    from xlreport.periods import Period

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

PATH = click.Path(path_type=Path)


def with_global_options(function: _Decorated) -> _Decorated:
    """The options that may stand before or after a command's name; what stands after it holds."""
    for option in (
        click.option("--quiet", is_flag=True, expose_value=False, callback=_set_quiet),
        # Its value was looked up before the command line was parsed.
        click.option(LANGUAGE_OPTION, metavar="|".join(LANGUAGES), expose_value=False),
        click.option("--workspace", type=PATH, metavar="DIR", expose_value=False, callback=_set_workspace),
    ):
        function = option(function)
    return function


def _set_quiet(ctx: click.Context, _: click.Parameter, is_quiet: bool) -> None:
    if is_quiet:
        ctx.obj = replace(ctx.ensure_object(Settings), quiet=True)


def _set_workspace(ctx: click.Context, _: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        ctx.obj = replace(ctx.ensure_object(Settings), folder=folder)


def one_of(name: str, *words: str, **options: Any) -> Callable[[_Decorated], _Decorated]:
    """An option that takes one of a few words. Raises UsageError `value-not-one-of`."""

    def read(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in words:
            raise UsageError("value-not-one-of", option=name, value=value, known=", ".join(words))
        return value

    return click.option(name, name.lstrip("-") + "_", callback=read, metavar="|".join(words), **options)


def period_option(function: _Decorated) -> _Decorated:
    """The period, always required. Raises UsageError `period-unknown`."""
    return click.option("--period", callback=_read_period, required=True, metavar="PERIOD")(function)


def period_or_all_option(function: _Decorated) -> _Decorated:
    """The period, or None for the word "all". Raises UsageError `period-unknown`."""
    return click.option("--period", callback=_read_period_or_all, required=True, metavar="PERIOD|all")(function)


def _read_period_or_all(context: click.Context, option: click.Parameter, value: str) -> Period | None:
    return None if value == "all" else _read_period(context, option, value)


def _read_period(_: click.Context, __: click.Parameter, value: str) -> Period:
    from xlreport.periods import parse_period

    return parse_period(value)


def date_option(name: str) -> Callable[[_Decorated], _Decorated]:
    """A day in ISO notation. Raises UsageError `date-unknown`."""
    return click.option(name, callback=_read_date, metavar="DATE")


def _read_date(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        if _ISO_DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UsageError("date-unknown", value=value)
