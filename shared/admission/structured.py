"""Reads a dictionary of Structured Field Values (RFC 9651), one line of a CMCD report.

Pure and linear: each byte is looked at once, whatever it is; what is no dictionary, or too rich a one, is refused.
"""

import re
from dataclasses import dataclass

Scalar = str | int | float | bool
MOST_PARTS = 160
"""Keys, items and parameters of one dictionary together: several times what any report has, and cheap to read."""

_KEY = re.compile(r"[a-zA-Z*][a-zA-Z0-9_\-.*]*+")
_SPACES = re.compile(r"[ \t]*+")
_STRING = re.compile(r'"([^"\\]*+(?:\\["\\][^"\\]*+)*+)"')
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?+")
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*+")
_BYTES = re.compile(r":[A-Za-z0-9+/=]*+:")
_DATE = re.compile(r"@(-?[0-9]{1,15})")
_ESCAPED = re.compile(r"\\(.)")


class Token(str):
    """A bare word, told apart from a quoted text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its parameters."""

    value: Scalar
    parameters: dict[str, Scalar]


Member = Item | list[Item]


class NotADictionary(ValueError):  # noqa: N818 - reads as what was found
    """The text is no dictionary; says what was expected and where."""


class _Budget:
    """Counts the parts of one dictionary."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_PARTS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotADictionary(f"more than {MOST_PARTS} parts")


def parse_dictionary(text: str) -> dict[str, Member]:
    """Return the members of `text`; a key named twice has its last value. Raises `NotADictionary`."""
    members: dict[str, Member] = {}
    budget = _Budget()
    at = _skip(text, 0)
    while at < len(text):
        budget.take()
        key, at = _read(_KEY, text, at, "a key")
        member: Member
        if text.startswith("=(", at):
            member, at = _read_list(text, at + 2, budget)
        elif text.startswith("=", at):
            member, at = _read_item(text, at + 1, budget)
        else:
            parameters, at = _read_parameters(text, at, budget)
            member = Item(True, parameters)
        members[key] = member
        at = _skip(text, at)
        if at == len(text):
            break
        if text[at] != ",":
            raise NotADictionary(f"expected a comma at character {at + 1}")
        at = _skip(text, at + 1)
        if at == len(text):
            raise NotADictionary("ends in a comma")
    return members


def _skip(text: str, at: int) -> int:
    found = _SPACES.match(text, at)
    return found.end() if found else at


def _read(pattern: "re.Pattern[str]", text: str, at: int, what: str) -> tuple[str, int]:
    found = pattern.match(text, at)
    if found is None:
        raise NotADictionary(f"expected {what} at character {at + 1}")
    return found[0], found.end()


def _read_list(text: str, at: int, budget: _Budget) -> tuple[list[Item], int]:
    items: list[Item] = []
    while True:
        at = _skip(text, at)
        if text.startswith(")", at):
            _, at = _read_parameters(text, at + 1, budget)
            return items, at
        budget.take()
        item, at = _read_item(text, at, budget)
        items.append(item)
        if text[at : at + 1] not in (" ", "\t", ")"):
            raise NotADictionary(f"expected a space or a closing parenthesis at character {at + 1}")


def _read_item(text: str, at: int, budget: _Budget) -> tuple[Item, int]:
    value, at = _read_scalar(text, at)
    parameters, at = _read_parameters(text, at, budget)
    return Item(value, parameters), at


def _read_parameters(text: str, at: int, budget: _Budget) -> tuple[dict[str, Scalar], int]:
    parameters: dict[str, Scalar] = {}
    while text.startswith(";", at):
        budget.take()
        key, at = _read(_KEY, text, _skip(text, at + 1), "a parameter's name")
        value: Scalar = True
        if text.startswith("=", at):
            value, at = _read_scalar(text, at + 1)
        parameters[key] = value
    return parameters, at


def _read_scalar(text: str, at: int) -> tuple[Scalar, int]:
    first = text[at : at + 1]
    if first == '"':
        found = _STRING.match(text, at)
        if found is None:
            raise NotADictionary(f"a text that never ends, or an escape that is none, from character {at + 1}")
        return _ESCAPED.sub(r"\1", found[1]), found.end()
    if first == "?":
        if text[at + 1 : at + 2] not in ("0", "1"):
            raise NotADictionary(f"expected ?0 or ?1 at character {at + 1}")
        return text[at + 1] == "1", at + 2
    if first == ":":
        raw, at = _read(_BYTES, text, at, "bytes between colons")
        return raw, at
    if first == "@":
        date, end = _read(_DATE, text, at, "a date")
        return int(date[1:]), end
    if first == "-" or (first.isascii() and first.isdigit()):
        number, at = _read(_NUMBER, text, at, "a number")
        return (float(number) if "." in number else int(number)), at
    token, at = _read(_TOKEN, text, at, "a value")
    return Token(token), at
