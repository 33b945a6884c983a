"""Commands whose help is worded by the language files.

The text of `xlreport form check` stands under `cli.form.check`: `short` for the list of commands, `help`,
and one entry per option and argument; options that several commands share stand under `cli.option`.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from xlreport.cli.failures import WRONG_USAGE
from xlreport.cli.settings import Settings
from xlreport.errors import UsageError
from xlreport.language import Texts


def text_key(ctx: click.Context) -> str:
    """The key of a command's texts: "cli.form.check"."""
    names: list[str] = []
    current = ctx
    while current.parent is not None:
        names.append(current.info_name or "")
        current = current.parent
    return ".".join(["cli", *reversed(names)])


def parameter_text(ctx: click.Context, parameter: click.Parameter) -> str:
    """What an option or an argument is for."""
    texts = _texts(ctx)
    if isinstance(parameter, click.Argument):
        return texts(f"{text_key(ctx)}.argument.{parameter.name}")
    name = max(parameter.opts, key=len).lstrip("-")
    own = f"{text_key(ctx)}.option.{name}"
    return texts(own if own in texts else f"cli.option.{name}")


def _texts(ctx: click.Context) -> Texts:
    settings: Settings = ctx.ensure_object(Settings)
    return settings.texts


class _Worded(click.Command):
    """Help in the user's language instead of click's English."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, f"{_texts(ctx)('cli.heading.usage')} ")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = (piece for parameter in self.get_params(ctx) for piece in parameter.get_usage_pieces(ctx))
        return [_texts(ctx)("cli.usage.options"), *pieces]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_texts(ctx)(f"{text_key(ctx)}.help"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        parameters = self.get_params(ctx)
        arguments = [
            (one.make_metavar(ctx), parameter_text(ctx, one)) for one in parameters if isinstance(one, click.Argument)
        ]
        options = [
            (record[0], parameter_text(ctx, one))
            for one in parameters
            if isinstance(one, click.Option) and (record := one.get_help_record(ctx))
        ]
        for heading, rows in (("arguments", arguments), ("options", options)):
            if rows:
                with formatter.section(_texts(ctx)(f"cli.heading.{heading}")):
                    formatter.write_dl(rows)


class Command(_Worded):
    """A command. Arguments too many are reported in the user's language."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        unexpected = super().parse_args(ctx, args)
        if unexpected and not ctx.resilient_parsing:
            raise UsageError("arguments-unexpected", arguments=" ".join(unexpected))
        return unexpected


class Group(_Worded, click.Group):
    """A command with commands of its own."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), _texts(ctx)("cli.usage.command")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(_texts(ctx)("cli.heading.commands")):
            formatter.write_dl(list(self._short_texts(ctx)))

    def _short_texts(self, ctx: click.Context) -> Iterator[tuple[str, str]]:
        for name in self.list_commands(ctx):
            yield name, _texts(ctx)(f"{text_key(ctx)}.{name}.short")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise UsageError("command-unknown", name=args[0], known=", ".join(known))
        return super().resolve_command(ctx, args)


def help_without_command(ctx: click.Context) -> None:
    """A group alone is wrong usage: its help says what may follow."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(WRONG_USAGE)
