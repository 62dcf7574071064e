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


def test_what_a_real_player_sent_is_all_taken() -> None:
    envelope = read_reports((FOLDER / "hls_js_1_7_4.txt").read_bytes(), Sender("wk", "ann", None, False))
    assert isinstance(envelope, Envelope) and not envelope.refused
    events = [msgspec.json.decode(raw)["event"].removeprefix("Video ") for raw in envelope.messages]
    assert events[:3] == ["Quality Updated"] * 3, "loading ahead is no play"
    assert events[3:] == ["Playback Started", "Playback Resumed", "Content Playing", "Playback Paused"]
