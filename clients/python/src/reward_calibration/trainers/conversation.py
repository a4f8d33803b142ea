"""Prompts and responses as trainers have them: texts, or lists of chat messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias, cast

from ..errors import InputError
from ..text import ANSWERING_ROLE, content_text, refuse_surrogates

Messages: TypeAlias = Iterable[Mapping[str, object]]
"""Messages ``{"role", "content"}``. The content is text, None, or a list of parts of which some hold text."""

TextOrMessages: TypeAlias = "str | Messages"


class ChatTemplate(Protocol):
    """What is needed of a tokenizer of transformers: it writes messages as the reward model reads them."""

    def apply_chat_template(
        self,
        conversation: list[dict[str, object]],
        *,
        add_generation_prompt: bool = False,
        tokenize: bool = False,
    ) -> object:
        """Return the text of the messages; with ``add_generation_prompt`` up to where the answer begins."""


def response_text(given: object, place: str) -> str:
    """Return what is measured of a response: a text as it is; of messages, what the assistant says.

    One message after another with nothing between them, as the service does. What tools say, the arguments of
    their calls, and thoughts in a field of their own (``reasoning_content``) do not count.

    Raises:
        InputError: it is neither, has no message of the assistant, or a lone surrogate. The text is not
            repeated.
    """
    if isinstance(given, str):
        refuse_surrogates(given, place)
        return given
    said = [
        content_text(message, place)
        for message in messages_of(given, place)
        if message.get("role") == ANSWERING_ROLE
    ]
    if not said:
        raise InputError(f'{place}: needs a message of role "{ANSWERING_ROLE}"')
    return "".join(said)


def prompt_text(given: object, place: str) -> str:
    """Return a prompt as text: a text as it is; messages each followed by a blank line."""
    if isinstance(given, str):
        refuse_surrogates(given, place)
        return given
    return "".join(f"{content_text(message, place)}\n\n" for message in messages_of(given, place))


def reward_model_texts(
    prompt: object, response: object, template: ChatTemplate | None, place: str
) -> tuple[str, str]:
    """Return what the reward model reads, and the prompt as it stands there before the response.

    Args:
        prompt: a text or messages.
        response: a text or messages.
        template: writes messages; a prompt that is text becomes a message of the user. Without it, a text is
            followed by the response at once, and messages by blank lines.
        place: names the sample in an error.
    """
    said = response_text(response, f"{place}, the response")
    if template is None:
        before = prompt_text(prompt, f"{place}, the prompt")
        return before + said, before
    asked = as_messages(prompt, "user", f"{place}, the prompt")
    answered = as_messages(response, ANSWERING_ROLE, f"{place}, the response")
    text = template.apply_chat_template([*asked, *answered], tokenize=False)
    prompt_alone = template.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
    return str(text), str(prompt_alone)


def messages_of(given: object, place: str) -> list[Mapping[str, object]]:
    """Return a list of messages.

    Raises:
        InputError: it is not one.
    """
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise InputError(f"{place}: must be text or a list of messages, not {type(given).__name__}")
    messages = list(given)
    if not all(isinstance(message, Mapping) for message in messages):
        raise InputError(f'{place}: must be text or a list of messages {{"role", "content"}}')
    return cast("list[Mapping[str, object]]", messages)


def as_messages(given: object, role: str, place: str) -> list[dict[str, object]]:
    """Return messages; a text becomes one message of that role."""
    if isinstance(given, str):
        return [{"role": role, "content": given}]
    return [dict(message) for message in messages_of(given, place)]
