"""A worker that some files kill: what `xlreport.grid.worker` runs, but for files whose name says how they end it.

Tests tell the reader to run this module. The product knows no such names.
"""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import PurePath

from xlreport.grid import worker
from xlreport.grid.transport import Job


def perform(job: Job) -> object:
    """Die as the name says, or read the file."""
    match PurePath(job.name).stem.partition("-")[0]:
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "abort":
            os.abort()
        case "exit":
            os._exit(0)
        case "hang":
            time.sleep(3600)
        case "spin":
            while True:
                pass
        case "memory":
            hoard = []
            while True:
                hoard.append(bytearray(2**24))
        case "panic":
            raise type("PanicException", (BaseException,), {})("index out of bounds")
        case "noise":
            os.write(1, b"\0" * 100)
        case "file":
            # Nothing may be written to a disk.
            with open(job.name, "wb") as file:
                file.write(b"x")
    return worker.perform(job)


serve = partial(worker.serve, perform)
