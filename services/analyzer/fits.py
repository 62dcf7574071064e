"""Runs model fits in processes of their own, so that ingest, console and timelines stay quick meanwhile.

Never outlives the analyzer, and holds no process while there is nothing to fit.
"""

import contextlib
import ctypes
import gc
import multiprocessing
import os
import pickle
import shutil
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Any, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

from services.analyzer.fit_files import Shared, write_shared

P = ParamSpec("P")
T = TypeVar("T")


MOST_KNOWN = 500
"""Answers that `submit_once` remembers, some ten kilobytes each."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""The numbers of glibc's `mallopt`."""


class FitPool:
    """A few processes that start with the first fit and go when told to rest."""

    def __init__(self, workers: int | None = None, *, folder: Path | None = None) -> None:
        """`folder` is where what is asked waits, emptied here of what a killed process left; None: the system's own."""
        self.workers = workers or min(4, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None
        self._resting: threading.Timer | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._known: OrderedDict[bytes, Future[Any]] = OrderedDict()
        self._above = folder
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def submit(self, fit: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Return the future result of `fit`, which must be a function of a module, with arguments that pickle."""
        return self._submit(pickle.dumps((fit, args, kwargs), pickle.HIGHEST_PROTOCOL))

    def wake(self, fit: Callable[..., Any]) -> None:
        """Have the processes start and load what `fit` needs, while its caller still asks the store: half a second."""
        with self._lock, contextlib.suppress(BrokenProcessPool):  # the next fit gets new ones
            executor = self._start()
            for _ in range(self.workers):
                executor.submit(_load, fit)

    def submit_once(self, fit: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Return as `submit` does; `fit` must be pure, for what was asked lately is not computed again."""
        asked = pickle.dumps((fit, args, kwargs), pickle.HIGHEST_PROTOCOL)
        key = sha256(asked).digest()  # by far the quickest on what has instructions for it
        known = self._known.pop(key, None)
        # One under way is its asker's alone, who may cancel it.
        if known is None or not known.done() or known.cancelled() or known.exception() is not None:
            known = self._submit(asked)
        self._known[key] = known
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known

    @contextlib.contextmanager
    def share(self, value: T) -> "Iterator[Shared[T]]":
        """Give what stands for a value of large arrays, to be handed to many fits; it is there until the end."""
        with self._lock:
            handle, name = self._make_file()
        try:
            shared = write_shared(handle, name, value)
            del value
            yield shared
        finally:
            Path(name).unlink(missing_ok=True)

    def _submit(self, asked: bytes) -> "Future[Any]":
        with self._lock:
            name = self._write(asked)
            try:
                return self._start().submit(_run_file, name)
            except BrokenProcessPool:
                # A worker was killed, most likely for want of memory; the fits that it took fail, later ones do not.
                self._executor = None
                return self._start().submit(_run_file, name)

    def rest_soon(self, after_s: float = 30.0) -> None:
        """Let the processes go if nothing is given to them meanwhile; starting them costs more than a small fit."""
        with self._lock:
            self._stay()
            self._resting = threading.Timer(after_s, self._rest)
            self._resting.daemon = True
            self._resting.start()

    def _rest(self) -> None:
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)

    def close(self) -> None:
        """End the processes; what was not begun is dropped."""
        with self._lock:
            self._stay()
            executor, self._executor = self._executor, None
            folder, self._folder = self._folder, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)
            # What follows is often death by the signal that asked for it, past all finalisers: the locks of the queues
            # are given back now.
            del executor
            gc.collect()
        if folder is not None:
            folder.cleanup()

    def _write(self, asked: bytes) -> str:
        """Put what is asked into a file that the worker takes away again.

        The pool's own pipe takes 64 KB at a time, with what is left made room for anew each time: of some megabytes,
        three times the work.
        """
        handle, name = self._make_file()
        with os.fdopen(handle, "wb") as file:
            file.write(asked)
        return name

    def _make_file(self) -> tuple[int, str]:
        """Open a file that nobody else may read."""
        # Systems clear out what lies about for days.
        if self._folder is None or not Path(self._folder.name).exists():
            if self._above is not None:
                self._above.mkdir(mode=0o700, exist_ok=True)
            self._folder = TemporaryDirectory(prefix="kikkake-fits-", dir=self._above)
        return mkstemp(dir=self._folder.name)

    def _stay(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _start(self) -> ProcessPoolExecutor:
        self._stay()
        if self._executor is None:
            spawn = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.workers, mp_context=spawn, initializer=_prepare_worker)
        return self._executor


def _load(fit: Callable[..., Any]) -> None:
    """Do nothing: to be told of a fit, a process has loaded its module."""


def _run_file(name: str) -> Any:
    """Run what `FitPool._write` put into a file."""
    file = Path(name)
    fit, args, kwargs = pickle.loads(file.read_bytes())  # noqa: S301 - our own parent wrote it.
    file.unlink()
    return _run(fit, args, kwargs)


def _run(fit: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # As many workers as cores: threads within one are in the others' way, and cost five times as long. Each library has
    # its own, and is loaded only with the fit that needs it: a limit set at the start of the worker came too early.
    with threadpool_limits(1):
        return fit(*args, **kwargs)


def _prepare_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A fit makes and drops arrays of some megabytes by the hundred: to have their pages from the system anew each time
    # is a fifth of its time. Without glibc it is as it is.
    with contextlib.suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_MMAP_THRESHOLD, 32 << 20)
        allocator.mallopt(_TRIM_THRESHOLD, 64 << 20)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)
