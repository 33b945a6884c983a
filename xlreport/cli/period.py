"""`xlreport period close` and `period reopen`: what counts of a period from now on."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from xlreport.cli.commands import Command, Group, help_without_command
from xlreport.cli.console import advise, show
from xlreport.cli.options import date_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


def _read(_: click.Context, __: click.Parameter, value: str) -> Period:
    from xlreport.periods import parse_period

    return parse_period(value)


def _with_decision(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every decision about a period says: of which form, on which day, by whom and why."""
    for option in (
        click.option("--reason", metavar="TEXT", default=""),
        click.option("--by", metavar="NAME", default=""),
        date_option("--on"),
        click.option("--form", metavar="FORM"),
        click.argument("period", callback=_read, metavar="PERIOD"),
    ):
        function = option(function)
    return function


@click.group("period", cls=Group, invoke_without_command=True)
@with_global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Only holds the commands."""
    help_without_command(ctx)


@command.command("close", cls=Command)
@_with_decision
@with_global_options
@click.pass_obj
def close(settings: Settings, period: Period, form: str | None, on: date | None, by: str, reason: str) -> int:
    """1 when there is nothing to close."""
    from xlreport.usecases.closing import close_period

    texts = settings.texts
    decided = close_period(
        settings.workspace(), period, form, today=on or date.today(), by=by or _user(), reason=reason
    )
    label = period.label(settings.language)
    if not decided:
        show(texts("cli.period.close.nothing", period=label))
        return 1
    show(*(texts("cli.period.close.done", period=label, form=one.form, reports=one.reports) for one in decided))
    advise(settings, "", texts("cli.period.close.next", period=period.code))
    return 0


@command.command("reopen", cls=Command)
@_with_decision
@with_global_options
@click.pass_obj
def reopen(settings: Settings, period: Period, form: str | None, on: date | None, by: str, reason: str) -> int:
    """Always 0, or wrong usage."""
    from xlreport.usecases.closing import reopen_period

    texts = settings.texts
    decided = reopen_period(
        settings.workspace(), period, form, today=on or date.today(), by=by or _user(), reason=reason
    )
    label = period.label(settings.language)
    for one in decided:
        show(texts("cli.period.reopen.done", period=label, form=one.form, count=len(one.came_since)))
    advise(settings, "", texts("cli.period.reopen.next", period=period.code))
    return 0


def _user() -> str:
    """Who is at the computer, where nobody is named. A computer may know of nobody."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
