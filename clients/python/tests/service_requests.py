"""Plain requests to a service, without the client that is tested."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen


def ask(service: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """The status and the JSON of an answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"content-type": "application/json"}
    request = Request(service + path, data, headers, method=method)
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def expect(service: str, method: str, path: str, body: object = None) -> Any:
    """The JSON of an answer that must be a 200."""
    status, answer = ask(service, method, path, body)
    assert status == 200, answer
    return answer


def export(service: str, reward_model: str, version: int = 1) -> dict[str, Any]:
    """The document of a curve."""
    document: dict[str, Any] = expect(
        service, "GET", f"/v1/curves?reward_model={quote(reward_model)}&version={version}"
    )
    return document
