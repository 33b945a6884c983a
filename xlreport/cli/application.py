"""The root of all commands: which there are, in which language they speak, and how every run ends."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from xlreport.cli.commands import Group, help_without_command
from xlreport.cli.console import color_choice, use_utf8
from xlreport.cli.failures import INTERRUPTED, show_failure
from xlreport.cli.options import with_global_options
from xlreport.cli.settings import Settings, chosen_language, environment_language
from xlreport.errors import UsageError

PROGRAM = "xlreport"
#: In the order in which an office uses them.
COMMANDS = (
    "demo",
    "init",
    "form",
    "org",
    "plan",
    "history",
    "template",
    "check",
    "receive",
    "consolidate",
    "status",
    "period",
    "export",
)


class Application(Group):
    """The commands, each imported from its module when it is called for: `--help` waits for none of them."""

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"xlreport.cli.{cmd_name}").command
        return command

    def main(self, args: Any = None, *_: Any, **extra: Any) -> Any:
        """Run, and leave with the exit status: what the command returns, or what its failure means."""
        use_utf8()
        settings = Settings(environment_language())
        try:
            settings = Settings(chosen_language(sys.argv[1:] if args is None else args))
            extra |= {"prog_name": PROGRAM, "standalone_mode": False, "obj": settings, "color": color_choice()}
            status = super().main(args, **extra)
        except click.Abort:
            status = INTERRUPTED
        except (click.ClickException, UsageError, OSError) as error:
            status = show_failure(error, settings.texts)
        sys.exit(status or 0)


def _show_version(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        from xlreport import __version__

        click.echo(f"{PROGRAM} {__version__}")
        ctx.exit()


@click.group(PROGRAM, cls=Application, invoke_without_command=True)
@with_global_options
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
@click.pass_context
def application(ctx: click.Context) -> None:
    """Only holds the commands."""
    help_without_command(ctx)
