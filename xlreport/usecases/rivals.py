"""Several files of one unit: which one counts, and what is said of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from xlreport.findings import Finding, Location, finding
from xlreport.ledger import Outcome, PeriodDecision, Role, Standing
from xlreport.usecases.check import CheckedFile

#: The finding of a file that was set aside.
SET_ASIDE = "XR605"
#: What says with which message a file came.
CAME_BY = "XR146"
#: What says which content a file corrects.
CORRECTS = "XR147"
#: Form, period and unit.
Report = tuple[str | None, str | None, str | None]


def report_of(file: CheckedFile) -> Report | None:
    """Which report a file is; None for one that does not say."""
    return None if file.identity is None else (file.identity.form, file.identity.period, file.identity.unit)


def current_reports(standing: Iterable[Standing]) -> dict[Report, Standing]:
    """The submission that counts of each report."""
    return {(one.form, one.period, one.unit): one for one in standing if one.role is Role.CURRENT}


def judge_rivals(
    files: Sequence[CheckedFile],
    days: Mapping[Path, date],
    changed: Mapping[Path, float],
    counted: Collection[str | None],
    *,
    prefer_newest: bool,
) -> list[CheckedFile]:
    """Two different files of one unit on one day: nobody knows which is meant, so neither counts.

    A file of a later day is a correction; so is one that says which file it corrects, and one whose message was
    sent later than those of all the others. Contents that counted
    before (`counted`) came in an order that the ledger knows. With `prefer_newest` the file changed last
    counts, and the others are set aside.
    """
    groups: dict[tuple[Report, date], list[CheckedFile]] = defaultdict(list)
    for file in files:
        report = report_of(file)
        if (
            file.outcome == Outcome.ACCEPTED
            and report is not None
            and file.copy_of is None
            and file.sha256 not in counted
        ):
            groups[report, days[file.path]].append(file)
    judged: dict[Path, CheckedFile] = {}
    for group in groups.values():
        judged |= _judge(group, changed, prefer_newest=prefer_newest)
    by_name = {file.name: judged.get(file.path, file) for file in files}
    return [_like_original(judged.get(file.path, file), by_name) for file in files]


def _like_original(file: CheckedFile, by_name: Mapping[str, CheckedFile]) -> CheckedFile:
    """What becomes of a file becomes of its copies."""
    return file if file.copy_of is None else replace(file, outcome=by_name[file.copy_of].outcome)


def place_in_run(file: CheckedFile, by_content: Mapping[str | None, CheckedFile]) -> tuple[float, int]:
    """Where a file comes among those of its day: after all that it corrects, and else as the messages were sent.

    The latest moment at which it or one that it corrects was sent (0: unknown), and how many it corrects, one
    after the other.
    """
    seen: set[str | None] = set()
    sent = _sent(file) or 0.0
    while file.corrects in by_content and file.corrects not in seen:
        seen.add(file.corrects)
        file = by_content[file.corrects]
        sent = max(sent, _sent(file) or 0.0)
    return sent, len(seen)


def _sent(file: CheckedFile) -> float | None:
    letter = file.letter
    return None if letter is None or letter.sent_at is None else letter.sent_at.timestamp()


def _judge(
    group: Sequence[CheckedFile], changed: Mapping[Path, float], *, prefer_newest: bool
) -> dict[Path, CheckedFile]:
    distinct = {file.sha256: file for file in group}
    corrected = {file.corrects for file in group}
    standing = [file for sha256, file in distinct.items() if sha256 not in corrected]
    moments = {_sent(file) for file in standing}
    if len(standing) < 2 or (None not in moments and len(moments) == len(standing)):
        return {}
    if prefer_newest:
        newest = max(standing, key=lambda file: (changed[file.path], file.name))
        return {file.path: set_aside(file, newest.name) for file in group if file.sha256 != newest.sha256}
    others = {file.path: next(other for other in standing if other.sha256 != file.sha256) for file in group}
    return {file.path: _sent_back(file, "XR601", others[file.path].name) for file in group}


def set_aside(file: CheckedFile, used: str) -> CheckedFile:
    """A good file that does not count because another one of its unit does."""
    return _sent_back(file, SET_ASIDE, used)


def _sent_back(file: CheckedFile, code: str, other: str) -> CheckedFile:
    place = Location(file=file.name, unit=file.identity.unit if file.identity else None)
    return replace(file, outcome=Outcome.REJECTED.value, findings=(finding(code, place, other=other), *file.findings))


def keep_aside(file: CheckedFile, was_aside: bool, current: Mapping[Report, Standing]) -> CheckedFile:
    """A file that was set aside stays so, while its unit has another that counts, until it arrives anew."""
    report = report_of(file)
    used = current.get(report) if report else None
    if file.outcome != Outcome.ACCEPTED or not was_aside or used is None or used.sha256 == file.sha256:
        return file
    return set_aside(file, used.file_name)


def overtaken(
    file: CheckedFile, day: date, current: Mapping[Report, Standing], told: Mapping[int, Sequence[Finding]]
) -> CheckedFile:
    """Set aside what arrives after its own correction, or on the day of one whose message was sent later.

    So the order in which files are received makes no difference where they tell their own. `told` are the findings
    of readings.
    """
    report = report_of(file)
    used = current.get(report) if report else None
    if file.outcome != Outcome.ACCEPTED or used is None or used.sha256 == file.sha256:
        return file
    about_used = {item.code: item.params for item in told.get(used.reading, ())}
    if about_used.get(CORRECTS, {}).get("sha256") == file.sha256:
        return set_aside(file, used.file_name)
    own, other = _sent(file), _moment(about_used.get(CAME_BY, {}).get("sent_at"))
    is_older = own is not None and other is not None and own < other and used.arrived_on == day
    return set_aside(file, used.file_name) if is_older and file.corrects != used.sha256 else file


def _moment(sent_at: object) -> float | None:
    try:
        return datetime.fromisoformat(str(sent_at)).timestamp()
    except ValueError:
        return None


def note_superseded(file: CheckedFile, current: Mapping[Report, Standing], day: date) -> CheckedFile:
    """Say on an accepted file which earlier one of the same unit it takes the place of."""
    report = report_of(file)
    earlier = current.get(report) if report else None
    if earlier is None or file.outcome != Outcome.ACCEPTED or earlier.sha256 == file.sha256:
        return file
    if day < earlier.arrived_on:
        return file
    place = Location(file=file.name, unit=earlier.unit)
    return replace(file, findings=(*file.findings, finding("XR603", place, earlier=earlier.file_name)))


def note_closed(
    file: CheckedFile, standing: Mapping[str, Standing], closed: Mapping[tuple[str, str], PeriodDecision]
) -> CheckedFile:
    """Say of an accepted file that came after its period was closed that it is in no total."""
    own, about = standing.get(file.sha256 or ""), file.identity
    closing = None if about is None else closed.get((about.form, about.period))
    if closing is None or own is None or file.outcome != Outcome.ACCEPTED or own.arrived_seq <= closing.mark.arrival:
        return file
    told = finding("XR609", Location(file=file.name, unit=own.unit), period=closing.period, closed_on=closing.made_on)
    return replace(file, findings=(told, *file.findings))


def is_settled(one: Standing, standing: Iterable[Standing]) -> bool:
    """Whether the unit of a file that was sent back has an accepted one that came later."""
    return one.outcome is not Outcome.ACCEPTED and any(
        other.role is Role.CURRENT
        and (other.form, other.period, other.unit) == (one.form, one.period, one.unit)
        and (other.arrived_on, other.arrived_seq) > (one.arrived_on, one.arrived_seq)
        for other in standing
    )
