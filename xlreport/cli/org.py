"""`xlreport org check|convert`: the organisation register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from xlreport.cli.commands import Command, Group, help_without_command
from xlreport.cli.console import show, shown_path
from xlreport.cli.options import PATH, with_global_options
from xlreport.cli.settings import Settings


@click.group("org", cls=Group, invoke_without_command=True)
@with_global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Only holds the commands below."""
    help_without_command(ctx)


@command.command("check", cls=Command)
@with_global_options
@click.pass_obj
def check(settings: Settings) -> int:
    """2 when the register cannot be used, or not with the workspace's forms."""
    from xlreport.cli.definitions import checked_lines, nodes_line
    from xlreport.cli.findings import definition_lines
    from xlreport.usecases.organisation import check_organisation

    today, texts = date.today(), settings.texts
    result = check_organisation(settings.workspace(), today)
    show(*checked_lines(result.path, result.register is not None, result.findings, texts))
    if result.register is None:
        return 2
    show(nodes_line(today, result.nodes, texts))
    show(*definition_lines(result.forms, texts))
    return 2 if result.forms else 0


@command.command("convert", cls=Command)
@click.argument("source", type=PATH, metavar="SRC")
@click.argument("target", type=PATH, metavar="DST")
@click.option("--force", is_flag=True)
@with_global_options
@click.pass_obj
def convert(settings: Settings, source: Path, target: Path, force: bool) -> int:
    """2 when the register cannot be used; then nothing is written."""
    from xlreport.cli.definitions import checked_lines
    from xlreport.usecases.organisation import convert_register

    register, findings = convert_register(source, target, language=settings.language, force=force)
    show(*checked_lines(source, register is not None, findings, settings.texts))
    if register is None:
        return 2
    show(settings.texts("cli.org.convert.written", path=shown_path(target), rows=len(register.memberships)))
    return 0
