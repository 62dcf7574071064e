"""The local spool: where accepted messages wait on disk while the log is away.

A file belongs to the process that holds its lock; one that nobody holds is drained by any collector. Draining may
write an entry twice (after a crash), never not at all: message ids make it count once.
"""

import asyncio
import fcntl
import logging
import os
import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from shared.ids import NewId
from shared.log.writer import LogWriter

logger = logging.getLogger(__name__)

_HEAD = struct.Struct(">IIB")  # length and CRC-32 of the entry, its partition
DRAIN_ENTRIES = 256


class SpoolFull(Exception):  # noqa: N818 - reads as the state it is
    """The spool has reached its size, or the disk is full: nothing was accepted."""


class Spool:
    """Appends entries to this process's own file, fsynced before it returns; drains files nobody holds."""

    def __init__(self, folder: Path, *, max_bytes: int, new_id: NewId) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._new_id = new_id
        self._file: int | None = None
        self._path: Path | None = None
        self._size = 0
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._spooled = 0
        self._drained = 0

    def measure_bytes(self) -> int:
        """Return the bytes of all spool files, those of other processes included."""
        total = 0
        for path in self._folder.glob("*.spool"):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                continue
        return total

    def take_spooled(self) -> int:
        """Return the entries spooled since the last call (for a counter)."""
        taken, self._spooled = self._spooled, 0
        return taken

    def take_drained(self) -> int:
        """Return the entries drained since the last call (for a counter)."""
        taken, self._drained = self._drained, 0
        return taken

    async def append_all(self, entries: list[tuple[int, bytes]]) -> None:
        """Append entries; returns once they are fsynced. Raises `SpoolFull`, and then none of them is kept."""
        records = b"".join(_HEAD.pack(len(entry), crc32(entry), partition) + entry for partition, entry in entries)
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((records, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await future
        self._spooled += len(entries)

    async def _flush(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                try:
                    await asyncio.to_thread(self._write, b"".join(records for records, _ in taken))
                except (OSError, SpoolFull) as error:
                    logger.error("spool refused: %s", error)
                    for _, future in taken:
                        if not future.done():
                            future.set_exception(SpoolFull(str(error)))
                    continue
                for _, future in taken:
                    if not future.done():
                        future.set_result(None)
        finally:
            self._flushing = None

    def _write(self, records: bytes) -> None:
        if self.measure_bytes() + len(records) > self._max_bytes:
            raise SpoolFull(f"the spool holds its {self._max_bytes} bytes")
        if self._file is None:
            self._open()
        assert self._file is not None
        try:
            written = 0
            while written < len(records):
                written += os.write(self._file, records[written:])
            os.fdatasync(self._file)
        except OSError:
            # What was half written must not stand before later, whole records.
            os.ftruncate(self._file, self._size)
            os.lseek(self._file, self._size, os.SEEK_SET)
            raise
        self._size += len(records)

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._new_id()}.spool"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._file, self._path, self._size = file, path, 0

    def release(self) -> None:
        """Let go of this process's file, so that it can be drained; the next append opens another."""
        if self._file is not None:
            os.close(self._file)
            self._file, self._path, self._size = None, None, 0

    async def drain(self, writer: LogWriter) -> int:
        """Move every file that nobody holds into the log; returns the number of entries moved.

        Raises `LogUnavailable` when the log goes away meanwhile; what was not moved stays.
        """
        if self._flushing is None:
            self.release()
        moved = 0
        for path in sorted(self._folder.glob("*.spool")):
            if path != self._path:
                moved += await self._drain_file(path, writer)
        self._drained += moved
        return moved

    async def _drain_file(self, path: Path, writer: LogWriter) -> int:
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return 0
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0  # its process lives and will see to it
            if os.fstat(file).st_nlink == 0:
                return 0  # another collector drained it while this one waited at the door
            moved = 0
            chunk: list[tuple[int, bytes]] = []
            with os.fdopen(os.dup(file), "rb") as reader:
                while (record := _read_record(reader.read, path)) is not None:
                    chunk.append(record)
                    if len(chunk) == DRAIN_ENTRIES:
                        await writer.append_all(chunk)
                        moved += len(chunk)
                        chunk = []
            if chunk:
                await writer.append_all(chunk)
                moved += len(chunk)
            os.unlink(path)  # noqa: PTH108 - one system call, shorter than handing it to a thread
            return moved
        finally:
            os.close(file)


def _read_record(read: Callable[[int], bytes], path: Path) -> tuple[int, bytes] | None:
    """Return the next (partition, entry), None at the end or at a torn record, which was never acknowledged."""
    head = read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    length, checksum, partition = _HEAD.unpack(head)
    entry = read(length)
    if len(entry) < length or crc32(entry) != checksum:
        logger.warning("spool file %s ends in a torn record", path.name)
        return None
    return partition, entry
