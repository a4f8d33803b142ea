"""Columns of text as they were given → str; chat messages → what the assistant says."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
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


def read_conversations(given: object, name: str, describe: Describe) -> list[str | list[dict[str, Any]]]:
    """Texts or lists of messages with all their fields, checked; for rows that come back as they came in."""
    return [
        value if _is_text(value, name, describe, row) else _messages_as_json(value, name, describe, row)
        for row, value in enumerate(items_of(given, name))
    ]


def _messages_as_json(value: object, name: str, describe: Describe, row: int) -> list[dict[str, Any]]:
    place = f"{name}, {describe(row)}"
    return [_as_json(message, place) for message in read_messages(value, place)]


def read_prompts(given: object, name: str, describe: Describe) -> list[str]:
    """A text for every prompt, the same for the same prompt; of messages it is their JSON.

    Any hashable key may stand for a prompt (an integer, a tuple): its text is then that of its ``repr``.
    """
    return [_prompt_of(value, name, describe, row) for row, value in enumerate(items_of(given, name))]


def codes_of(keys: Iterable[Hashable]) -> list[int]:
    """Every key as an integer, counted from 0 in the order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def read_messages(value: object, place: str) -> list[Mapping[str, object]]:
    """Messages ``{"role", "content"}``, at least one, with whatever other fields they have.

    The content is text, a list of parts of which some hold text, or None (a call of a tool).
    """
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise InputError(f"{place}: text is needed, or a list of messages, not {type(value).__name__}")
    messages = [_message_of(message, place) for message in value]
    if not messages:
        raise InputError(f"{place}: the list of messages is empty")
    return messages


def said_by_assistant(messages: Sequence[Mapping[str, object]], place: str) -> str:
    """What the assistant says, one message after another with nothing between them."""
    said = [content_text(message, place) for message in messages if message["role"] == ANSWERING_ROLE]
    if not said:
        raise InputError(f'{place}: needs a message of role "{ANSWERING_ROLE}"')
    return "".join(said)


def content_text(message: Mapping[str, object], place: str) -> str:
    """The text of a message, or of its parts that hold text: an image counts nothing."""
    content = message.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        refuse_surrogates(content, place)
        return content
    if isinstance(content, Mapping) or not isinstance(content, Iterable):
        raise InputError(f"{place}: the content of a message must be text or a list of parts")
    texts = [part.get("text") for part in content if isinstance(part, Mapping)]
    return "".join(content_text({"content": text}, place) for text in texts if isinstance(text, str))


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
    if is_missing(value):
        raise InputError(f"{name}, {describe(row)}: a missing text (None or NaN)")
    if isinstance(value, bool | int | float):
        raise InputError(f"{name}, {describe(row)}: {type(value).__name__} where text is needed")
    return False


def is_missing(value: object) -> bool:
    """Whether it is what frames have in the place of a value: None, NaN, pandas' NA or NaT."""
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in ("NAType", "NaTType")
    )


def _prompt_of(value: Any, name: str, describe: Describe, row: int) -> str:
    if isinstance(value, str):
        if not value.isascii() and _has_surrogate(value):
            refuse_surrogates(value, f"{name}, {describe(row)}")
        return value
    place = f"{name}, {describe(row)}"
    if is_missing(value):
        raise InputError(f"{place}: missing, where the prompt of the sample is needed")
    if isinstance(value, list) or (hasattr(value, "tolist") and hasattr(value, "__len__")):
        # With every field: prompts that differ in an image or a tool's call are different prompts.
        return json.dumps(
            [_as_json(message, place) for message in read_messages(value, place)], sort_keys=True
        )
    if isinstance(value, Hashable):
        return repr(value)
    raise InputError(f"{place}: {type(value).__name__} cannot name a prompt")


def _message_of(message: object, place: str) -> Mapping[str, object]:
    if not isinstance(message, Mapping):
        raise InputError(f"{place}: text is needed, or a list of messages")
    role = message.get("role")
    if not isinstance(role, str) or not role:
        raise InputError(f'{place}: a message needs a "role", and "content"')
    if "content" not in message and len(message) == 1:
        raise InputError(f'{place}: a message needs "content", text or a list of parts')
    content_text(message, place)
    return message


def _as_json(value: object, place: str) -> Any:
    """A value within messages as JSON has it; arrays, as Parquet gives them, become lists."""
    if isinstance(value, Mapping):
        return {str(name): _as_json(inner, place) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner, place) for inner in value]
    if hasattr(value, "tolist"):
        return _as_json(value.tolist(), place)
    if isinstance(value, str):
        refuse_surrogates(value, place)
    elif isinstance(value, float) and not math.isfinite(value):
        return None
    elif value is not None and not isinstance(value, bool | int | float):
        raise InputError(f"{place}: a message holds a value of type {type(value).__name__}, which is no JSON")
    return value


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
