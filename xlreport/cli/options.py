"""Options that several commands share, and the types of their values. A wrong value raises our own UsageError."""

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


class OneOf(click.ParamType[str]):
    """One of a few words."""

    name = "choice"

    def __init__(self, *words: str) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises UsageError `value-not-one-of`."""
        if value not in self.words:
            option = max(param.opts, key=len) if param else ""
            raise UsageError("value-not-one-of", option=option, value=value, known=", ".join(self.words))
        return str(value)


class PeriodType(click.ParamType["Period"]):
    """A reporting period."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Raises UsageError `period-unknown`."""
        from xlreport.periods import parse_period

        return parse_period(str(value))


class DateType(click.ParamType[date]):
    """A day in ISO notation."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Raises UsageError `date-unknown`."""
        try:
            if _ISO_DATE.fullmatch(str(value)):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        raise UsageError("date-unknown", value=value)


def with_global_options(function: _Decorated) -> _Decorated:
    """The options that stand before or after a command's name; the nearer one to the end holds."""
    for option in (
        click.option("--quiet", is_flag=True, expose_value=False, callback=_set_quiet),
        click.option(LANGUAGE_OPTION, type=OneOf(*LANGUAGES), metavar="|".join(LANGUAGES), expose_value=False),
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


def period_option(function: _Decorated) -> _Decorated:
    """The period, always required."""
    return click.option("--period", type=PeriodType(), required=True, metavar="PERIOD")(function)


def form_option(*, required: bool = False) -> Callable[[_Decorated], _Decorated]:
    """A form by its code."""
    return click.option("--form", required=required, metavar="FORM")


def format_option(*words: str) -> Callable[[_Decorated], _Decorated]:
    """How a result is shown; the first of the words unless told."""
    return click.option("--format", "format_", type=OneOf(*words), default=words[0], metavar="|".join(words))
