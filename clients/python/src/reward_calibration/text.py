"""Columns of text as they were given → str; chat messages → what the assistant says."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from .errors import InputError
from .numeric import Describe, items_of

ANSWERING_ROLE = "assistant"
"""The role whose messages are the response."""


def read_responses(given: object, name: str, describe: Describe) -> list[str]:
    """The text of every response.

    Of a response as messages (``[{"role", "content"}]``) it is what the assistant says, one message after
    another with nothing between them, as the service measures it. Raises InputError for anything else and for
    lone surrogates, which have no length; never quotes the text.
    """
    return [_text_of(value, name, describe, row) for row, value in enumerate(items_of(given, name))]


def read_conversations(given: object, name: str, describe: Describe) -> list[str | list[dict[str, str]]]:
    """Texts or lists of messages as they were given, checked; for rows that come back as they came in."""
    values = items_of(given, name)
    return [
        value if _is_text(value, name, describe, row) else read_messages(value, f"{name}, {describe(row)}")
        for row, value in enumerate(values)
    ]


def read_prompts(given: object, name: str, describe: Describe) -> list[str]:
    """A text for every prompt, the same for the same prompt; of messages it is their JSON.

    Any hashable key may stand for a prompt (an integer, a tuple): its text is then that of its ``repr``.
    """
    return [_prompt_of(value, name, describe, row) for row, value in enumerate(items_of(given, name))]


def codes_of(keys: Iterable[Hashable]) -> list[int]:
    """Every key as an integer, counted from 0 in the order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def read_messages(value: object, place: str) -> list[dict[str, str]]:
    """Messages ``{"role", "content"}``, both text, at least one."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise InputError(f"{place}: text is needed, or a list of messages, not {type(value).__name__}")
    messages = [_message_of(message, place) for message in value]
    if not messages:
        raise InputError(f"{place}: the list of messages is empty")
    return messages


def said_by_assistant(messages: list[dict[str, str]], place: str) -> str:
    """What the assistant says, one message after another with nothing between them."""
    said = [message["content"] for message in messages if message["role"] == ANSWERING_ROLE]
    if not said:
        raise InputError(f'{place}: needs a message of role "{ANSWERING_ROLE}"')
    return "".join(said)


def _text_of(value: object, name: str, describe: Describe, row: int) -> str:
    if _is_text(value, name, describe, row):
        return str(value)
    place = f"{name}, {describe(row)}"
    return said_by_assistant(read_messages(value, place), place)


def _is_text(value: object, name: str, describe: Describe, row: int) -> bool:
    if isinstance(value, str):
        if not value.isascii():
            refuse_surrogates(value, f"{name}, {describe(row)}" if _has_surrogate(value) else name)
        return True
    if value is None or isinstance(value, bool | int | float):
        kind = "None" if value is None else type(value).__name__
        raise InputError(f"{name}, {describe(row)}: {kind} where text is needed")
    return False


def _prompt_of(value: Any, name: str, describe: Describe, row: int) -> str:
    if isinstance(value, str):
        if not value.isascii() and _has_surrogate(value):
            refuse_surrogates(value, f"{name}, {describe(row)}")
        return value
    place = f"{name}, {describe(row)}"
    if value is None or value != value or type(value).__name__ == "NAType":
        raise InputError(f"{place}: missing, where the prompt of the sample is needed")
    if isinstance(value, list) or (hasattr(value, "tolist") and hasattr(value, "__len__")):
        return json.dumps(read_messages(value, place))
    if isinstance(value, Hashable):
        return repr(value)
    raise InputError(f"{place}: {type(value).__name__} cannot name a prompt")


def _message_of(message: object, place: str) -> dict[str, str]:
    if not isinstance(message, Mapping):
        raise InputError(f"{place}: text is needed, or a list of messages")
    role, content = message.get("role"), message.get("content")
    if not isinstance(role, str) or not isinstance(content, str):
        raise InputError(f'{place}: a message needs "role" and "content", both text')
    refuse_surrogates(content, place)
    return {"role": role, "content": content}


def refuse_surrogates(text: str, place: str) -> None:
    """Refuse text with a lone surrogate: it has no UTF-8 and no defined length in code points."""
    if _has_surrogate(text):
        raise InputError(f"{place}: the text has a lone surrogate, which is no character")


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
