"""The process that reads what somebody sent: whatever happens to it harms nobody.

It takes jobs from its standard input and answers them one after another on its standard output.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import math
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from xlreport.grid.read import content_of, read_file, read_workbook
from xlreport.grid.refusal import Refusal
from xlreport.grid.transport import (
    DONE,
    FAILED,
    JOBS,
    NO_MEMORY,
    READY,
    Ended,
    Job,
    dumped,
    loaded,
    packed,
    receive,
    send,
)

#: What this process does with a job; the result is sent back as it is.
Perform = Callable[[Job], object]

#: Should the process that asked be gone and not see to the time limit: this much later the worker ends itself.
_GRACE_SECONDS = 10


def perform(job: Job) -> object:
    """Read a file or some bytes as a workbook, or open a container."""
    if job.action == "open":
        return _opened(job)
    if isinstance(job.content, bytes):
        return hashlib.sha256(job.content).hexdigest(), packed(read_workbook(job.content, job.name))
    sha256, reading = read_file(Path(job.content), job.name)
    return sha256, packed(reading)


def _opened(job: Job) -> object:
    try:
        data = job.content if isinstance(job.content, bytes) else content_of(Path(job.content))
    except Refusal:
        # Reading it as a workbook will say so.
        return None
    # What reads messages takes its time to be loaded, and most workers read none.
    from xlreport.grid.containers import open_container

    return open_container(data, job.name)


def serve(perform: Perform = perform, seconds: float = 20, megabytes: int = 1536) -> None:
    """Answer jobs until there are no more. The limits are those of each job (`seconds`) and of this process."""
    requests, replies = _streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A reading makes many lists and no cycles: looking for those is time lost.
    gc.set_threshold(100_000)
    _limit(megabytes)
    with contextlib.suppress(Ended):
        send(replies, READY)
        while True:
            kind, body = receive(requests)
            for job in loaded(body) if kind == JOBS else ():
                _alarm(seconds + _GRACE_SECONDS)
                send(replies, *_answer(perform, job))
                _alarm(0)


def _answer(perform: Perform, job: Job) -> tuple[bytes, bytes]:
    try:
        return DONE, dumped(perform(job))
    except MemoryError:
        return NO_MEMORY, b""
    except BaseException as error:
        # A panic of a library is no Exception; whatever it was, it concerns this file only.
        return FAILED, repr(error).encode("utf-8", "replace")[:1000]


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Our ends of the pipes. What a library prints must not come between."""
    replies = os.fdopen(os.dup(1), "wb", buffering=2**16)
    os.dup2(2, 1)
    return sys.stdin.buffer, replies


def _limit(megabytes: int) -> None:
    """Memory where the system can limit it; no dumps of somebody's figures; no files written at all."""
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return
    for what, limit in (("RLIMIT_AS", megabytes * 1024**2), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, what), (limit, limit))


def _alarm(seconds: float) -> None:
    set_alarm: Callable[[int], object] | None = getattr(signal, "alarm", None)
    if set_alarm is not None:
        set_alarm(math.ceil(seconds))
