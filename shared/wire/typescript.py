"""Writes the wire types as TypeScript, from the Python structs (`make schema`).

The only source of the SDK's types; a test fails when the checked-in file is stale.
"""

import sys
import types
import typing
from typing import Any

import msgspec

from shared.wire import decide, messages

EXPORTED: tuple[type, ...] = (
    messages.Message,
    messages.MessageError,
    messages.BatchAnswer,
    messages.Problem,
    decide.When,
    decide.Cta,
    decide.ContentVideo,
    decide.Content,
    decide.Page,
    decide.TriggerVideo,
    decide.Trigger,
    decide.DecideRequest,
    decide.Prompt,
    decide.Holdout,
    decide.EventError,
    decide.DecideAnswer,
)
_NAMED_UNIONS = {
    "MessageType": messages.MessageType,
    "WhenType": decide.WhenType,
    "TriggerType": decide.TriggerType,
    "PromptKind": decide.PromptKind,
}
_SCALARS: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "unknown",
    msgspec.Raw: "unknown",
}


def _write_type(hint: Any) -> str:
    for name, union in _NAMED_UNIONS.items():
        if hint == union:
            return name
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        if arguments[0] is msgspec.Raw:
            return "Message[]"
        return f"{_write_type(arguments[0])}[]"
    if origin is dict:
        return f"Record<string, {_write_type(arguments[1])}>"
    if origin is typing.Literal:
        return " | ".join(f'"{argument}"' for argument in arguments)
    if origin in (typing.Union, types.UnionType):
        # On the wire an absent field and null mean the same; TypeScript writes it as optional.
        return " | ".join(_write_type(argument) for argument in arguments if argument is not type(None))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    raise TypeError(f"no TypeScript for {hint!r}")


def write_interface(struct: type[msgspec.Struct]) -> str:
    """Return the TypeScript interface of one struct; a field with a default is optional."""
    hints = typing.get_type_hints(struct)
    lines = [
        f"/** {(struct.__doc__ or '').strip().splitlines()[0]} */",
        f"export interface {struct.__name__} {{",
    ]
    for field in msgspec.structs.fields(struct):
        optional = "" if field.required else "?"
        lines.append(f"  {field.encode_name}{optional}: {_write_type(hints[field.name])};")
    return "\n".join([*lines, "}"])


def write_wire_types() -> str:
    """Return the whole generated file."""
    parts = ["// Generated from shared/wire by `make schema`. Do not edit."]
    for name, union in _NAMED_UNIONS.items():
        parts.append(f"export type {name} = " + " | ".join(f'"{value}"' for value in typing.get_args(union)) + ";")
    parts += [write_interface(struct) for struct in EXPORTED]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(write_wire_types())
