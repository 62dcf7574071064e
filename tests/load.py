"""Bounded load on loopback: beacons sent by a few threads, and a record of what was acknowledged."""

import threading
import time

import httpx

from tests.builders import WRITE_KEY, make_message
from tests.processes import wait_for


class BeaconLoad:
    """Sends batches until told to stop; `acknowledged` are the ids that a 200 covered, `failed` what else came back."""

    def __init__(
        self, url: str, *, threads: int = 3, write_key: str = WRITE_KEY, prefix: str = "load", batch_size: int = 5
    ) -> None:
        self._url = url
        self._write_key = write_key
        self._prefix = prefix
        self._batch_size = batch_size
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(threads)]
        self._lock = threading.Lock()
        self.acknowledged: set[str] = set()
        self.failed: list[str] = []

    def __enter__(self) -> "BeaconLoad":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def count(self) -> int:
        with self._lock:
            return len(self.acknowledged)

    def wait_for_more(self, count: int) -> None:
        """Return when `count` more messages have been acknowledged."""
        before = self.count()
        wait_for(lambda: self.count() >= before + count, f"{count} more acknowledged messages", 30)

    def _send(self, number: int) -> None:
        counter = 0
        client = httpx.Client(timeout=10)
        while not self._stop.is_set():
            counter += 1
            ids = [f"{self._prefix}-{number}-{counter}-{place}" for place in range(self._batch_size)]
            visitor = f"visitor-{number}-{counter % 50}"
            body = {
                "writeKey": self._write_key,
                "batch": [make_message(messageId=i, anonymousId=visitor, timestamp=None) for i in ids],
            }
            try:
                answer = client.post(f"{self._url}/v1/batch", json=body)
            except httpx.HTTPError as error:
                self.failed.append(type(error).__name__)
                time.sleep(0.02)
                continue
            if answer.status_code == 200:
                with self._lock:
                    self.acknowledged.update(ids)
            else:
                self.failed.append(str(answer.status_code))
                time.sleep(0.02)
        client.close()
