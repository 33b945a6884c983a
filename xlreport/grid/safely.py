"""Reading and opening files that others sent, in processes of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from xlreport.findings import Finding
from xlreport.grid.containers import Member
from xlreport.grid.reading import Reading
from xlreport.grid.transport import Job, unpacked
from xlreport.grid.workers import Limits, perform_all

Content = Path | bytes


@dataclass(frozen=True, slots=True)
class SafeReader:
    """Reads within limits. `module` is what its processes run."""

    limits: Limits = field(default_factory=Limits)
    module: str = "xlreport.grid.worker"

    def read(self, files: Sequence[tuple[Content, str]]) -> Generator[tuple[str | None, Reading], None, None]:
        """SHA-256 and reading of each file, in order; files as path or bytes, and the name to show.

        A file that cannot be read without harm is refused with XR140, XR141 or XR142. Otherwise see `read_file`.
        """
        jobs = [_job("read", content, name) for content, name in files]
        with closing(perform_all(jobs, self.limits, self.module)) as results:
            for (content, _), result in zip(files, results, strict=True):
                if isinstance(result, Finding):
                    yield _hash(content), Reading(None, (result,))
                else:
                    sha256, reading = result
                    yield sha256, unpacked(reading)

    def open(self, files: Sequence[tuple[Content, str]]) -> Generator[tuple[Member, ...] | Finding | None, None, None]:
        """What is in each container, in order: see `open_container`."""
        with closing(
            perform_all([_job("open", content, name) for content, name in files], self.limits, self.module)
        ) as all_:
            yield from all_


def _job(action: str, content: Content, name: str) -> Job:
    return Job(action, content if isinstance(content, bytes) else str(content), name)


def _hash(content: Content) -> str | None:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    try:
        with content.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
