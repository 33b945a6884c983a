"""Reading in other processes: a file that crashes, hangs or eats memory is refused by name, and the others go on.

Each worker answers its jobs in order, so that the first job without an answer is the one that it died of. That
file is tried once more, alone and in a fresh process, before it is refused: the fault may have been another's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from xlreport.findings import Finding, Location, finding
from xlreport.grid.transport import DONE, FAILED, JOBS, NO_MEMORY, READY, Ended, Job, dumped, loaded, receive, send

#: The worker looks for modules where we do, and not in the current folder, where somebody's files may lie.
_START = "import sys; sys.path[:] = sys.argv[1:]; from {} import serve; serve(seconds={}, megabytes={})"
_MODULE = "xlreport.grid.worker"

#: Files that a worker is given at once. It need not wait for us between them.
_CHUNK = 8
#: How many files may be read ahead of those that were asked for.
_AHEAD = 64
#: Starting a further worker pays from so many files on.
_FILES_PER_WORKER = 16
_WATCH_SECONDS = 0.1
_START_SECONDS = 60
_BUFFER = 2**18


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost, and how many processes read; `workers` 0: one for each processor.

    `megabytes` holds where the operating system can limit a process's memory, which Windows and macOS do not.
    """

    seconds: float = 20
    megabytes: int = 1536
    workers: int = 0


def perform_all(jobs: Sequence[Job], limits: Limits, module: str = _MODULE) -> Generator[Any | Finding, None, None]:
    """The result of each job in order, or the finding XR140, XR141 or XR142 for one that could not be done.

    `module` is what a worker runs: its function `serve`. Close the iterator to end the workers early. Raises
    RuntimeError when no worker can be started.
    """
    return _Crew(jobs, limits, module).results()


@dataclass(eq=False, slots=True)
class _Worker:
    """A process and the thread that deals with it. `due` is when the job at hand has taken too long."""

    process: subprocess.Popen[bytes] | None = None
    due: float | None = None
    was_late: bool = False

    def kill(self) -> None:
        """End the process, whatever it does; the thread that waits for it sees the end of its answers."""
        if self.process is not None:
            self.process.kill()

    def end(self) -> None:
        """End the process and let go of its pipes."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close(stream)


def _close(stream: Any) -> None:
    try:
        stream.close()
    except OSError:
        # What was not sent yet cannot be sent any more.
        return


@dataclass(eq=False, slots=True)
class _Crew:
    jobs: Sequence[Job]
    limits: Limits
    module: str
    waiting: deque[int] = field(default_factory=deque)
    #: Files that a worker died of, to be tried alone.
    suspects: deque[int] = field(default_factory=deque)
    done: dict[int, bytes | Finding] = field(default_factory=dict)
    #: The result that is asked for next.
    wanted: int = 0
    is_over: bool = False
    failure: BaseException | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)
    workers: list[_Worker] = field(default_factory=list)

    def results(self) -> Generator[Any | Finding, None, None]:
        self.waiting.extend(range(len(self.jobs)))
        with self._working():
            for index in range(len(self.jobs)):
                result = self._result(index)
                yield result if isinstance(result, Finding) else loaded(result)

    @contextmanager
    def _working(self) -> Iterator[None]:
        count = min(self.limits.workers or processors(), -(-len(self.jobs) // _FILES_PER_WORKER))
        self.workers.extend(_Worker() for _ in range(count))
        threads = [threading.Thread(target=self._attend, args=(worker,), daemon=True) for worker in self.workers]
        try:
            for thread in threads:
                thread.start()
            yield
        finally:
            with self.changed:
                self.is_over = True
                self.changed.notify_all()
            for worker in self.workers:
                worker.kill()
            for thread in threads:
                thread.join()

    def _result(self, index: int) -> bytes | Finding:
        with self.changed:
            self.wanted = index
            self.changed.notify_all()
            while index not in self.done:
                if self.failure is not None:
                    raise self.failure
                self._end_late_ones()
                # A short wait, because on some systems Ctrl-C does not interrupt one.
                self.changed.wait(_WATCH_SECONDS)
            return self.done.pop(index)

    def _end_late_ones(self) -> None:
        now = time.monotonic()
        for worker in self.workers:
            if worker.due is not None and now > worker.due:
                worker.due, worker.was_late = None, True
                worker.kill()

    def _attend(self, worker: _Worker) -> None:
        try:
            while (taken := self._take()) is not None:
                self._deal_with(worker, *taken)
        except Exception as error:
            with self.changed:
                self.failure = error
                self.changed.notify_all()
        finally:
            worker.end()

    def _take(self) -> tuple[list[int], bool] | None:
        """The next files for a worker, and whether it is one to be tried alone; None when all is done."""
        with self.changed:
            while not self.is_over:
                if self.suspects:
                    return [self.suspects.popleft()], True
                if self.waiting and self.waiting[0] < self.wanted + _AHEAD:
                    size = min(_CHUNK, -(-len(self.waiting) // len(self.workers)))
                    return [self.waiting.popleft() for _ in range(size)], False
                self.changed.wait()
            return None

    def _deal_with(self, worker: _Worker, indexes: list[int], is_alone: bool) -> None:
        if is_alone:
            worker.end()
        process = worker.process = worker.process or self._start()
        with self.changed:
            if self.is_over:
                return
        requests, replies = _pipes(process)
        remaining = deque(indexes)
        try:
            send(requests, JOBS, dumped([self.jobs[index] for index in indexes]))
            while remaining:
                worker.due = time.monotonic() + self.limits.seconds
                kind, body = receive(replies)
                was_late = self._answered(worker)
                self._settle(remaining.popleft(), kind, body, is_alone)
                if was_late:
                    raise Ended
        except Ended:
            self._give_up(worker, remaining, is_alone)

    def _answered(self, worker: _Worker) -> bool:
        """Whether the answer came just as the worker was ended for being late: the next file has no part in that."""
        with self.changed:
            worker.due = None
            was_late, worker.was_late = worker.was_late, False
            return was_late

    def _settle(self, index: int, kind: bytes, body: bytes, is_alone: bool) -> None:
        place = Location(file=self.jobs[index].name)
        with self.changed:
            if kind == DONE:
                self.done[index] = body
            elif not is_alone:
                self.suspects.append(index)
            elif kind == NO_MEMORY:
                self.done[index] = finding("XR142", place, megabytes=self.limits.megabytes)
            elif kind == FAILED:
                self.done[index] = finding("XR140", place)
            else:
                raise RuntimeError(f"a worker answered {kind!r}")
            self.changed.notify_all()

    def _give_up(self, worker: _Worker, remaining: deque[int], is_alone: bool) -> None:
        """The worker is gone. What it was at, if anything, is suspect; the rest is for others."""
        is_suspect = worker.due is not None or worker.was_late
        was_late = self._answered(worker)
        worker.end()
        with self.changed:
            if self.is_over:
                return
            if is_suspect and remaining:
                self._suspect(remaining.popleft(), was_late, is_alone)
            self.waiting.extendleft(reversed(remaining))
            self.changed.notify_all()

    def _suspect(self, index: int, was_late: bool, is_alone: bool) -> None:
        place = Location(file=self.jobs[index].name)
        if was_late:
            self.done[index] = finding("XR141", place, seconds=_shown(self.limits.seconds))
        elif is_alone:
            self.done[index] = finding("XR140", place)
        else:
            self.suspects.append(index)

    def _start(self) -> subprocess.Popen[bytes]:
        start = _START.format(self.module, self.limits.seconds, self.limits.megabytes)
        process = subprocess.Popen(
            # Nothing is taken from the current folder (-P), nothing from the user's own startup code (-s).
            [sys.executable, "-P", "-s", "-c", start, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=_BUFFER,
        )
        try:
            kind, _ = receive(_pipes(process)[1])
        except Ended:
            kind = FAILED
        if kind != READY and not self.is_over:
            _Worker(process).end()
            raise RuntimeError("the process that reads files could not be started")
        return process


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a worker without pipes")
    return process.stdin, process.stdout


def _shown(seconds: float) -> int | float:
    return int(seconds) if seconds == int(seconds) else seconds


def processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
