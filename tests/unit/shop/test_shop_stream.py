"""The broadcast goes by the clock: nothing is listed before it was filmed, and the end is the film's end."""

import itertools

from examples.shop.stream import LEAD_S, TAIL_S, build_broadcast, build_master, read_on_air, read_segments

RECORDING = """#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,
0.m4s
#EXTINF:2.000000,
1.m4s
#EXTINF:1.500000,
2.m4s
#EXT-X-ENDLIST
"""
SEGMENTS = [(2.0, "0.m4s"), (2.0, "1.m4s"), (1.5, "2.m4s")]


def test_segments_are_those_of_the_recording() -> None:
    assert read_segments(RECORDING) == SEGMENTS


def test_a_broadcast_begins_on_the_clock_and_ends_when_players_have_seen_it() -> None:
    on_air = read_on_air(1200.0, every=120, duration=72)
    assert (on_air.id, on_air.position, on_air.is_on, on_air.next_at) == (1200, LEAD_S, True, 1320)
    assert read_on_air(1200 + 72 + TAIL_S - 0.1, every=120, duration=72).is_on
    over = read_on_air(1200 + 72 + TAIL_S, every=120, duration=72)
    assert (over.id, over.is_on) == (1200, False)
    assert read_on_air(1320.0, every=120, duration=72).id == 1320


def test_the_playlist_grows_and_ends() -> None:
    listed = [build_broadcast(SEGMENTS, "/s", filmed) for filmed in (1.9, 2.0, 4.1, 5.4, 5.5)]
    assert [playlist.count("#EXTINF") for playlist in listed] == [0, 1, 2, 2, 3]
    assert ["ENDLIST" in playlist for playlist in listed] == [False, False, False, False, True]
    # What was listed once stays: that is what EVENT promises to players.
    for before, after in itertools.pairwise(listed):
        assert after.startswith(before.rstrip("\n"))


def test_the_master_names_each_quality() -> None:
    master = build_master("/live/1200/{quality}.m3u8")
    assert "/live/1200/720.m3u8" in master
    assert "/live/1200/360.m3u8" in master
    assert master.count("#EXT-X-STREAM-INF") == 2
