"""Reads a dictionary of Structured Field Values (RFC 9651), one line of a CMCD report.

Pure and linear: each byte is looked at once, whatever it is; what is no dictionary is refused with words.
"""

import re
from dataclasses import dataclass

Scalar = str | int | float | bool
MOST_MEMBERS = 128
MOST_ITEMS = 128

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


def parse_dictionary(text: str) -> dict[str, Member]:
    """Return the members of `text`; a key named twice has its last value. Raises `NotADictionary`."""
    members: dict[str, Member] = {}
    at = _skip(text, 0)
    while at < len(text):
        key, at = _read(_KEY, text, at, "a key")
        member: Member
        if text.startswith("=(", at):
            member, at = _read_list(text, at + 2)
        elif text.startswith("=", at):
            member, at = _read_item(text, at + 1)
        else:
            parameters, at = _read_parameters(text, at)
            member = Item(True, parameters)
        members[key] = member
        if len(members) > MOST_MEMBERS:
            raise NotADictionary(f"more than {MOST_MEMBERS} keys")
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


def _read_list(text: str, at: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    while True:
        at = _skip(text, at)
        if text.startswith(")", at):
            _, at = _read_parameters(text, at + 1)
            return items, at
        item, at = _read_item(text, at)
        items.append(item)
        if len(items) > MOST_ITEMS:
            raise NotADictionary(f"a list of more than {MOST_ITEMS} items")
        if text[at : at + 1] not in (" ", "\t", ")"):
            raise NotADictionary(f"expected a space or a closing parenthesis at character {at + 1}")


def _read_item(text: str, at: int) -> tuple[Item, int]:
    value, at = _read_scalar(text, at)
    parameters, at = _read_parameters(text, at)
    return Item(value, parameters), at


def _read_parameters(text: str, at: int) -> tuple[dict[str, Scalar], int]:
    parameters: dict[str, Scalar] = {}
    while text.startswith(";", at):
        key, at = _read(_KEY, text, _skip(text, at + 1), "a parameter's name")
        value: Scalar = True
        if text.startswith("=", at):
            value, at = _read_scalar(text, at + 1)
        parameters[key] = value
        if len(parameters) > MOST_ITEMS:
            raise NotADictionary(f"more than {MOST_ITEMS} parameters")
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
