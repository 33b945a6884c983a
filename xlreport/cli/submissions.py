"""Checked files as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import click

from xlreport.cli.console import INDENT, shown_path
from xlreport.cli.findings import submission_lines
from xlreport.errors import UsageError
from xlreport.findings import Finding, message
from xlreport.language import Texts
from xlreport.layout.identity import Identity
from xlreport.layout.roll import roll_kind
from xlreport.numbers import plain
from xlreport.periods import Period, parse_period
from xlreport.usecases.check import CheckedFile, CheckResult
from xlreport.usecases.receive import Received, ReceiveResult
from xlreport.usecases.returned import ReturnResult

#: Accepted files without findings that are named one by one; of more, only the number is of interest.
_FEW = 5
_RECEIVED_BEFORE = "XR602"
_ABOUT_ITS_WAY = ("XR146", "XR147")
OUTCOMES = ("accepted", "rejected", "refused")
_COLOURS = {"accepted": "green", "rejected": "red", "refused": "red"}


def file_lines(file: CheckedFile, texts: Texts) -> list[str]:
    """A file: its outcome, what it is, and what was found in it."""
    outcome = click.style(texts(f"outcome.{file.outcome}"), fg=_COLOURS[file.outcome])
    about = [f"{INDENT}{_identity_text(file.identity, texts)}"] if file.identity else []
    about += [f"{INDENT}{texts('cli.submission-basis', basis=file.basis)}"] if file.basis else []
    return [f"{file.name}: {outcome}", *about, *submission_lines(file.findings, texts, file.headings), ""]


def _identity_text(identity: Identity, texts: Texts) -> str:
    roll = roll_kind(identity.form)
    return texts(
        f"cli.submission-{roll[0]}" if roll else "cli.submission",
        unit=identity.unit,
        form=roll[1] if roll else identity.form,
        version=identity.version,
        period=_period_label(identity.period, texts),
    )


def _period_label(code: str, texts: Texts) -> str:
    period = _period(code)
    return code if period is None else period.label(texts.language)


def _period(code: str) -> Period | None:
    try:
        return parse_period(code)
    except UsageError:
        return None


def summary_line(result: CheckResult, texts: Texts) -> str:
    """Found = accepted + rejected + refused."""
    counts = {outcome: result.count(outcome) for outcome in OUTCOMES}
    return texts("cli.summary", found=len(result.files), **counts)


def as_json(result: CheckResult, texts: Texts) -> dict[str, object]:
    """The documented JSON of a check."""
    counts = {outcome: result.count(outcome) for outcome in OUTCOMES}
    return {
        "files": [_file_json(file, texts) for file in result.files],
        "summary": {"found": len(result.files), **counts},
    }


def _file_json(file: CheckedFile, texts: Texts) -> dict[str, object]:
    identity = file.identity
    return {
        "path": file.name,
        "sha256": file.sha256,
        "outcome": file.outcome,
        "form": identity.form if identity else None,
        "version": identity.version if identity else None,
        "unit": identity.unit if identity else None,
        "period": identity.period if identity else None,
        "findings": [_finding_json(item, texts) for item in file.findings],
    }


def _finding_json(item: Finding, texts: Texts) -> dict[str, object]:
    place = item.location
    return {
        "code": item.code,
        "slug": item.slug,
        "severity": item.severity.value,
        "sheet": place.sheet,
        "cell": place.cell,
        "table": place.table,
        "indicator": place.indicator,
        "measure": place.measure,
        "params": {name: _plain_value(item.params[name], texts.language) for name in sorted(item.params)},
        "message": message(item, texts),
    }


def _plain_value(value: object, language: str) -> object:
    """Exact numbers as plain text; of a text in several languages the one that is spoken."""
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            return plain(value)
        case Mapping():
            return value.get(language) or value["vi"]
        case list() | tuple():
            return [_plain_value(part, language) for part in value]
    return str(value)


def received_lines(result: ReceiveResult, texts: Texts) -> list[str]:
    """What came in: everything that was found in new files; faultless ones are named only if they are few."""
    if not result.files:
        return [texts("cli.receive.nothing")]
    kinds = [_old_kind(item) for item in result.files]
    news = [item.file for item, kind in zip(result.files, kinds, strict=True) if kind is None]
    faultless = sum(_is_faultless(file) for file in news)
    shown = [file for file in news if not _is_faultless(file) or faultless <= _FEW]
    return [
        *(line for file in shown for line in file_lines(file, texts)),
        summary_line(result.checked, texts),
        *(texts(f"cli.receive.{kind}", count=kinds.count(kind)) for kind in ("again", "settled") if kind in kinds),
        *returned_lines(result.returned, texts),
    ]


def returned_lines(result: ReturnResult, texts: Texts) -> list[str]:
    """Where the workbooks that go back are, and the summary of them."""
    if result.summary is None:
        return []
    summary = shown_path(result.summary)
    return [
        texts("cli.returned", count=len(result.workbooks), folder=shown_path(result.summary.parent), summary=summary)
    ]


def _is_faultless(file: CheckedFile) -> bool:
    """Whether there is nothing to say but how it came and what it corrects."""
    return all(item.code in _ABOUT_ITS_WAY for item in file.findings)


def latest_period(result: ReceiveResult) -> str:
    """The last of the periods that reports were received of; "" if none is known."""
    identities = (item.file.identity for item in result.files)
    codes = {one.period for one in identities if one is not None and roll_kind(one.form) is None}
    periods = [period for code in codes if (period := _period(code)) is not None]
    return max(periods, key=lambda one: (one.end, one.start)).code if periods else ""


def _old_kind(item: Received) -> str | None:
    """What an earlier run has said all about: "again" accepted files, "settled" ones sent back. None for the rest."""
    if item.is_new:
        return None
    if item.settled:
        return "settled"
    return "again" if {one.code for one in item.file.findings} == {_RECEIVED_BEFORE} else None
