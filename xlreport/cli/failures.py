"""What went wrong, in the user's language, and the exit status it means. Never a traceback for bad data."""

from __future__ import annotations

from collections.abc import Mapping

import click

from xlreport.errors import UsageError
from xlreport.language import Texts

WRONG_USAGE = 2
INTERRUPTED = 130


def show_failure(error: click.ClickException | UsageError | OSError, texts: Texts) -> int:
    """Say on standard error what went wrong; the exit status."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(texts("cli.failure.help", command=error.ctx.command_path) + "\n", err=True)
    click.echo(texts("cli.failure.frame", message=_message(error, texts)), err=True)
    for line in _finding_lines(error, texts):
        click.echo(line, err=True)
    return WRONG_USAGE


def _message(error: Exception, texts: Texts) -> str:
    match error:
        case UsageError():
            return texts(f"errors.{error.key}", **_in_words(error.params, texts))
        case click.MissingParameter(param=click.Parameter() as parameter):
            name = (parameter.metavar or str(parameter.name)).strip("[].")
            if isinstance(parameter, click.Option):
                name = max(parameter.opts, key=len)
            return texts(f"cli.failure.missing-{parameter.param_type_name}", name=name)
        case click.NoSuchOption():
            close = texts("cli.failure.similar", names=", ".join(error.possibilities)) if error.possibilities else ""
            return f"{texts('cli.failure.no-such-option', name=error.option_name)} {close}".strip()
        case click.BadOptionUsage():
            return texts("cli.failure.option-usage", name=error.option_name)
        case click.ClickException():
            return error.format_message()
        case OSError():
            return texts("cli.failure.system", problem=error.strerror or error, path=error.filename or "–")
    return str(error)


def _in_words(params: Mapping[str, object], texts: Texts) -> dict[str, object]:
    """Parameters as the user reads them: texts that are known in all languages, and how often a form is filled."""
    return {name: _in_word(name, value, texts) for name, value in params.items()}


def _in_word(name: str, value: object, texts: Texts) -> object:
    if isinstance(value, Mapping):
        return value[texts.language]
    return texts(f"frequency.{value}") if name == "frequency" else value


def _finding_lines(error: Exception, texts: Texts) -> list[str]:
    from xlreport.cli.findings import definition_lines
    from xlreport.findings import UnusableDefinition

    return definition_lines(error.findings, texts) if isinstance(error, UnusableDefinition) else []
