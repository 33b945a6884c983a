"""What a run found in its folders, and what the ledger knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlreport.findings import Finding
from xlreport.ledger import Known, Ledger, Outcome
from xlreport.usecases.files import SentFile, file_hash
from xlreport.usecases.rivals import SET_ASIDE


@dataclass(frozen=True, slots=True)
class Found:
    """A file as found, and what the ledger knows of it."""

    sent: SentFile
    day: date
    sha256: str | None
    #: Its standing reading, and whether that was made under today's definitions.
    before: Known | None
    is_current: bool
    #: Whether it was not at this place before.
    arrived: bool

    @property
    def path(self) -> Path:
        """A path unlike that of any other file of the run."""
        return self.sent.path

    @property
    def name(self) -> str:
        """The name to show."""
        return self.sent.name


def look_up(
    ledger: Ledger, files: Sequence[SentFile], days: Mapping[Path, date], context: str
) -> tuple[list[Found], dict[int, list[Finding]]]:
    """What the ledger knows of the files, and the findings of those that it sent back."""
    hashes = {file.path: file_hash(file.content) for file in files}
    with ledger.transaction() as record:
        known = record.known([sha256 for sha256 in hashes.values() if sha256])
        contents = record.last_contents(file.name for file in files)
        back = [one.reading for one in known.values() if one.outcome is not Outcome.ACCEPTED]
        remembered = record.findings_of(back)
    found = []
    for file in files:
        sha256 = hashes[file.path]
        before = known.get(sha256 or "")
        is_current = before is not None and before.context == context
        arrived = contents.get(file.name) != sha256
        found.append(Found(file, days[file.path], sha256, before, is_current, arrived))
    return found, remembered


#: Held because of other files, or not read for want of time or memory: it need not come to that again.
_PASSING = frozenset({"XR140", "XR141", "XR142", "XR601", "XR605"})


def needs_no_reading(file: Found, remembered: Mapping[int, Sequence[Finding]]) -> bool:
    """Whether the reading that the ledger holds is what a new one would be."""
    if file.before is None or not file.is_current:
        return False
    if file.before.outcome is Outcome.ACCEPTED:
        return True
    return not file.arrived and not any(item.code in _PASSING for item in remembered.get(file.before.reading, ()))


def was_aside(file: Found, remembered: Mapping[int, Sequence[Finding]]) -> bool:
    """Whether another file of its unit counted in its place."""
    return file.before is not None and any(item.code == SET_ASIDE for item in remembered.get(file.before.reading, ()))


def counted_before(found: Sequence[Found]) -> set[str | None]:
    """The contents that counted before this run and did not arrive anew."""
    return {
        file.sha256 for file in found if file.before and file.before.outcome is Outcome.ACCEPTED
    } - arrived_contents(found)


def arrived_contents(found: Sequence[Found]) -> set[str | None]:
    """The contents of the files that were not at their places before."""
    return {file.sha256 for file in found if file.arrived}
