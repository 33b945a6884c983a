"""`xlreport org check`: the organisation register."""

from __future__ import annotations

import click

from xlreport.cli.commands import Command, Group
from xlreport.cli.console import show
from xlreport.cli.options import with_global_options
from xlreport.cli.settings import Settings


@click.group("org", cls=Group, no_args_is_help=True)
@with_global_options
def command() -> None:
    """Only holds the command below."""


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
