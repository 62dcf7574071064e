"""What the SDK sends, recorded by its own tests, is what admission accepts: one file, two readers."""

import json
from pathlib import Path

import pytest

from shared.admission.messages import admit_messages, read_batch

FILES = sorted((Path(__file__).parent / "wire").glob("sdk_*.json"))


def refuse_to_make_ids() -> str:
    """Every message of the SDK brings its own id."""
    raise AssertionError("a message without messageId")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_message_of_the_sdk_is_admitted(file: Path) -> None:
    messages = json.loads(file.read_bytes())
    body = json.dumps({"writeKey": "wk", "sentAt": "2026-05-01T09:00:03.000Z", "batch": messages}).encode()
    envelope = read_batch(body)
    assert not isinstance(envelope, str), envelope
    admission = admit_messages(envelope, received_at=1_777_626_003_000, new_id=refuse_to_make_ids)
    assert admission.errors == []
    assert [admitted.message_id for admitted in admission.messages] == [row["messageId"] for row in messages]
    assert all(visitor for visitor, _ in admission.visitors)


def test_there_is_something_to_admit() -> None:
    assert {file.stem for file in FILES} >= {"sdk_commerce", "sdk_video", "sdk_prompt"}
