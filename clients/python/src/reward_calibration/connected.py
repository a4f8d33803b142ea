"""What every part of the client has: the service, and the answers that are JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import InputError
from .formats import json_body
from .forms import Form
from .measuring import CurveNames
from .transport import Method, Query, Transport


class Connected:
    """A part of the client."""

    def __init__(self, transport: Transport, max_batch: int) -> None:
        self.transport = transport
        """Sends the requests."""
        self.max_batch = max_batch
        """Rows in one request to calibrate, at most."""
        self.curve_names = CurveNames(transport)
        """What the service's curves are of."""

    def ask(
        self,
        method: Method,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Query = (),
        repeatable: bool = True,
        form: Form | None = None,
    ) -> Any:
        """The JSON answer to a JSON body."""
        content = None if body is None else json_body(body)
        response = self.transport.request(
            method, path, query=query, body=content, repeatable=repeatable, form=form
        )
        return response.json()


def given_of(one: object, other: object, names: tuple[str, str]) -> object:
    """What was given by either of two keywords that mean the same."""
    if one is not None and other is not None:
        raise InputError(f"{names[0]}= and {names[1]}= mean the same: give one of them")
    return other if one is None else one


def prompts_of(prompts: object, prompt: object, groups: object = None) -> object:
    """The prompts, by whichever keyword they were given."""
    named = given_of(prompts, prompt, ("prompts", "prompt"))
    return given_of(named, groups, ("prompts", "groups"))


def present(**fields: object) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
