"""CMCD reports: whatever a line holds, it costs only itself; what a dictionary says comes back as it was written."""

import time

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.admission.cmcd import Sender, read_reports
from shared.admission.messages import Envelope, admit_messages
from shared.admission.structured import Item, NotADictionary, Token, parse_dictionary
from tests.builders import NOW

SENDER = Sender("wk_test", None, "Mozilla/5.0", False)
GOOD = f'cid="v",e=ps,sid="s",sn=1,sta=p,ts={NOW},v=2'

KEYS = st.from_regex(r"[a-z][a-z0-9_\-.]{0,12}", fullmatch=True)
SCALARS = st.one_of(
    st.integers(-(10**14), 10**14),
    st.booleans(),
    st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    st.from_regex(r"[A-Za-z*][A-Za-z0-9*:/.\-]{0,10}", fullmatch=True).map(Token),
)
ITEMS = st.builds(Item, SCALARS, st.dictionaries(KEYS, SCALARS, max_size=2))
MEMBERS = st.dictionaries(KEYS, ITEMS | st.lists(ITEMS, max_size=4), max_size=6)


def write_scalar(value: object) -> str:
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, Token):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def write_item(item: Item) -> str:
    return write_scalar(item.value) + "".join(f";{key}={write_scalar(value)}" for key, value in item.parameters.items())


def write(members: dict[str, Item | list[Item]]) -> str:
    parts = []
    for key, member in members.items():
        text = f"({' '.join(map(write_item, member))})" if isinstance(member, list) else write_item(member)
        parts.append(f"{key}={text}")
    return ", ".join(parts)


@given(MEMBERS)
def test_what_was_written_is_read(members: dict[str, Item | list[Item]]) -> None:
    assert parse_dictionary(write(members)) == members


@settings(max_examples=500)
@given(st.text(max_size=300) | st.from_regex(r"[a-z=;,()?\"\\:@0-9 .*]{0,80}", fullmatch=True))
def test_any_text_is_a_dictionary_or_refused_in_words(text: str) -> None:
    try:
        parse_dictionary(text)
    except NotADictionary as error:
        assert str(error)


def test_hostile_lines_take_linear_time() -> None:
    size = 500_000
    hostile = ('a="' + '\\"' * size, "a=(" * size, "a;" * size, "a=" + "1" * size, "=" * size, "a" * size, " " * size)
    for text in hostile:
        started = time.perf_counter()
        try:
            parse_dictionary(text)
        except NotADictionary:
            pass
        assert time.perf_counter() - started < 2


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=120), max_size=6), st.integers(0, 6))
def test_a_hostile_line_costs_only_itself(lines: list[bytes], place: int) -> None:
    body = b"\n".join([*lines[:place], GOOD.encode(), *lines[place:]])
    envelope = read_reports(body, SENDER)
    assert isinstance(envelope, Envelope)
    admission = admit_messages(envelope, received_at=NOW, new_id=lambda: "never")
    assert len(admission.messages) >= 1
    told = body.decode("utf-8", "replace").replace("\r", "\n").split("\n")
    assert len(admission.messages) + len(admission.errors) == sum(bool(line.strip()) for line in told)
    for error in admission.errors:
        assert error.pointer.startswith(f"/{error.index}") and error.detail


NAMES = "e ts sid sn cid sta msd bsd br pt bg ec st h cdn url pr kikkake-aid"
REPORTS = st.dictionaries(st.sampled_from(NAMES.split(" ")), ITEMS | st.lists(ITEMS, max_size=4))


@settings(max_examples=500)
@given(REPORTS)
def test_a_report_of_any_values_is_a_message_or_refused(members: dict[str, Item | list[Item]]) -> None:
    members = {"sid": Item("s", {}), "e": Item(Token("ps"), {}), "ts": Item(NOW, {}), **members}
    envelope = read_reports(write(members).encode(), SENDER)
    assert isinstance(envelope, Envelope)
    admission = admit_messages(envelope, received_at=NOW, new_id=lambda: "never")
    assert len(admission.messages) + len(admission.errors) == 1
    if admission.messages:
        assert msgspec.json.decode(admission.messages[0].raw)["event"].startswith("Video ")
