"""The console's session: signed, ending, and bound to the password."""

from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.api.console_session import (
    LIFETIME_MS,
    check_password,
    check_session,
    derive_key,
    sign_session,
)

NOW = 1_780_000_000_000
KEY = derive_key("a password", "ak_1")


def test_a_session_lasts_twelve_hours() -> None:
    value = sign_session(KEY, now=NOW)
    assert check_session(KEY, value, now=NOW)
    assert check_session(KEY, value, now=NOW + LIFETIME_MS - 1)
    assert not check_session(KEY, value, now=NOW + LIFETIME_MS)


def test_a_restart_keeps_sessions_and_another_password_ends_them() -> None:
    value = sign_session(KEY, now=NOW)
    assert check_session(derive_key("a password", "ak_1"), value, now=NOW)
    assert not check_session(derive_key("another", "ak_1"), value, now=NOW)
    assert not check_session(derive_key("a password", "ak_2"), value, now=NOW)


def test_a_later_end_is_not_believed() -> None:
    ends, _, signature = sign_session(KEY, now=NOW).partition(".")
    assert not check_session(KEY, f"{int(ends) + 1}.{signature}", now=NOW)


@given(st.text(max_size=200))
def test_nothing_made_up_is_a_session(value: str) -> None:
    assert not check_session(KEY, value, now=NOW)


def test_only_the_password_is_right_and_an_unset_one_never() -> None:
    assert check_password("a password", "a password")
    assert not check_password("A password", "a password")
    assert not check_password("", "")
    assert not check_password("anything", "")
