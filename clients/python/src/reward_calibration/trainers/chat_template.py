"""The chat template that a reward model reads, by its tokenizer."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ..errors import InputError

if TYPE_CHECKING:
    from .conversation import ChatTemplate


@dataclass(frozen=True)
class NamedTemplate:
    """The template of a tokenizer by its name or folder; transformers loads it with the first text."""

    name: str

    def apply_chat_template(
        self,
        conversation: list[dict[str, object]],
        *,
        add_generation_prompt: bool = False,
        tokenize: bool = False,
    ) -> object:
        """Return the text of the messages."""
        return _load(self.name).apply_chat_template(
            conversation, add_generation_prompt=add_generation_prompt, tokenize=tokenize
        )


def template_of(tokenizer: ChatTemplate | str | None) -> ChatTemplate | None:
    """Return the template of a tokenizer, or of the tokenizer with that name.

    Raises:
        InputError: it has no ``apply_chat_template``.
    """
    if tokenizer is None:
        return None
    if isinstance(tokenizer, str):
        return NamedTemplate(tokenizer)
    if not callable(getattr(tokenizer, "apply_chat_template", None)):
        raise InputError(f"tokenizer= needs apply_chat_template, or a name, not {type(tokenizer).__name__}")
    return tokenizer


@functools.cache
def _load(name: str) -> ChatTemplate:
    from importlib import import_module

    return cast("ChatTemplate", import_module("transformers").AutoTokenizer.from_pretrained(name))
