"""`xlreport org check`: the organisation register."""

from __future__ import annotations

import click

from xlreport.cli.commands import Command, Group, help_without_command
from xlreport.cli.console import show
from xlreport.cli.options import with_global_options
from xlreport.cli.settings import Settings


@click.group("org", cls=Group, invoke_without_command=True)
@with_global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Only holds the command below."""
    help_without_command(ctx)


@command.command("check", cls=Command)
@with_global_options
@click.pass_obj
def check(settings: Settings) -> int:
    """2 when the register cannot be used."""
    from xlreport.cli.definitions import checked_lines
    from xlreport.usecases.organisation import check_organisation

    path = settings.workspace().register_file
    register, findings = check_organisation(path)
    show(*checked_lines(path, register is not None, findings, settings.texts))
    return 0 if register is not None else 2
