"""Chat messages, as chat APIs and TRL's conversational format have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from ..text import content_text, read_messages

Messages = Sequence[Mapping[str, object]]


def is_messages(value: object) -> TypeGuard[Messages]:
    """Whether a value is a list of messages ``{"role", "content"}``."""
    return isinstance(value, list) and len(value) > 0 and all(_is_message(item) for item in value)


def readable(given: object) -> str:
    """A prompt for a person to read: text as it is; several messages one below another, with their roles."""
    if not is_messages(given):
        return str(given)
    messages = read_messages(given, "the prompt")
    texts = [content_text(message, "the prompt") for message in messages]
    if len(messages) == 1:
        return texts[0]
    return "\n\n".join(f"{message['role']}: {text}" for message, text in zip(messages, texts, strict=True))


def shared_beginning(first: Messages, second: Messages) -> int:
    """How many messages two conversations begin with alike."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and len(value) > 1
