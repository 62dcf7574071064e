"""CMCD reports as players send them, beside the messages that they become."""

from pathlib import Path

import msgspec

from shared.admission.cmcd import Sender, read_reports
from shared.admission.messages import Envelope

FOLDER = Path(__file__).parent / "wire" / "cmcd"


def test_a_session_of_reports_becomes_these_messages() -> None:
    envelope = read_reports((FOLDER / "session.txt").read_bytes(), Sender("wk", None, "TestPlayer/1.0", False))
    assert isinstance(envelope, Envelope) and not envelope.refused
    built = [msgspec.json.decode(raw) for raw in envelope.messages]
    assert built == msgspec.json.decode((FOLDER / "session.json").read_bytes())
