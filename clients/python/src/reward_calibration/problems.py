"""Problem documents of the service (RFC 9457) → ServiceError with the caller's rows."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from .errors import Place, ServiceError
from .forms import Form

Given = ParamSpec("Given")
Made = TypeVar("Made")

Describe = Callable[[int], str]
"""Names a row in an error."""

ROW_IN_POINTER = re.compile(
    r"/(?:samples|pairs|rows|outputs|labels|ask)/(\d+)|/columns/[^/]+/(\d+)|/lines/(\d+)"
)
"""Where a JSON pointer of the service holds a row: counted from 0, lines from 1."""

LACKING_COLUMN = re.compile(r"/columns/([A-Za-z][\w.-]*)")
"""Where the service names a column that is missing as a whole."""

WITHOUT_CURVE = ("no-curve", "unknown-reward-model")
"""Codes of what the service says where nothing was fitted yet."""

LONGEST_DETAIL = 500
"""Characters of a problem that become the text of an exception."""


def describe_row(row: int) -> str:
    """A row whose form is not known."""
    return f"row {row}"


def service_error(
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    *,
    row_of: Callable[[int], int] = lambda row: row,
    form: Form | None = None,
    has_key: bool = False,
    reward_model: str | None = None,
) -> ServiceError:
    """The exception for an answer that is not a 2xx.

    Args:
        status: HTTP status.
        body: of the answer; anything but a problem document becomes ``code`` "not-a-problem".
        headers: of the answer, with names in lower case.
        row_of: from a row of the request to the caller's.
        form: names the rows.
        has_key: whether an API key was sent.
        reward_model: that the request named.
    """
    problem = problem_in(body)
    code = _code_of(problem)
    places = tuple(_place_of(error, row_of) for error in problem.get("errors", ()) if isinstance(error, dict))
    request_id = problem.get("request_id") or headers.get("x-request-id")
    if code in WITHOUT_CURVE and reward_model is not None:
        text = _without_curve(code, reward_model)
    else:
        text = _words(status, code, problem, places, form, has_key)
    named = f"; request id {request_id}" if request_id else ""
    return ServiceError(
        f"{text} ({code}, {status}{named})",
        status=status,
        code=code,
        places=places,
        request_id=request_id,
        retry_after=_seconds(headers.get("retry-after")),
    )


def json_of(body: bytes, status: int, headers: Mapping[str, str]) -> Any:
    """An answer that is JSON. Raises ServiceError where it is none: something else answered."""
    with contextlib.suppress(ValueError):
        return json.loads(body)
    # Raised out here: what was suppressed holds the answer.
    raise service_error(status, b"", headers)


def understood(read: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """What ``read`` makes of an answer. ServiceError where the answer is not as this service gives it."""
    with contextlib.suppress(
        LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RuntimeError, OSError
    ):
        return read(*given, **named)
    # Raised out here: what was suppressed may hold the answer.
    raise service_error(200, b"", {})


def line_error(
    problem: Mapping[str, Any], row: int, request_id: str | None, form: Form | None
) -> ServiceError:
    """The exception for a line that was answered by an error; ``row`` is the caller's row of that line."""
    errors = [error for error in problem.get("errors", ()) if isinstance(error, dict)]
    places = tuple(Place(str(error.get("path", "")), str(error.get("message", "")), row) for error in errors)
    if not places:
        places = (Place("", str(problem.get("detail", "")), row),)
    code, status = _code_of(problem), int(problem.get("status", 422))
    text = _place_in_words(places[0], form)
    return ServiceError(
        f"{text} ({code}, {status}{f'; request id {request_id}' if request_id else ''})",
        status=status,
        code=code,
        places=places,
        request_id=request_id,
    )


def object_of(answer: Any) -> dict[str, Any]:
    """An answer that is an object of JSON. Raises TypeError for another."""
    if not isinstance(answer, dict):
        raise TypeError(type(answer).__name__)
    return answer


def problem_in(body: bytes) -> dict[str, Any]:
    """The problem document of an answer; empty where it holds none."""
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _code_of(problem: Mapping[str, Any]) -> str:
    kind = problem.get("type")
    return re.split(r"[#/]", kind)[-1] if isinstance(kind, str) and kind else "not-a-problem"


def _words(
    status: int,
    code: str,
    problem: Mapping[str, Any],
    places: tuple[Place, ...],
    form: Form | None,
    has_key: bool,
) -> str:
    if status == 401:
        if has_key:
            return "the service refuses this API key"
        return "the service wants an API key: pass api_key= or set REWARD_CALIBRATION_API_KEY"
    if code == "not-a-problem":
        return "the answer is not one of this service: is the URL right, and is there a proxy in between?"
    text = str(problem.get("detail") or problem.get("title") or "the service refused the request")
    if places and (places[0].row is not None or places[0].message not in text):
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        text = f"{_place_in_words(places[0], form)}{more}"
    return " ".join(text.split())[:LONGEST_DETAIL]


def _without_curve(code: str, reward_model: str) -> str:
    """What the service says in terms of HTTP, as one says it in Python."""
    name = " ".join(repr(reward_model).split())[:LONGEST_DETAIL]
    raw = ', or let raw rewards through (on_missing_curve="passthrough")' if code == "no-curve" else ""
    return f"no curve was fitted for {name}: fit one first, client.fit({name}, …){raw}"


def _place_in_words(place: Place, form: Form | None) -> str:
    lacking = LACKING_COLUMN.fullmatch(place.path)
    if lacking is not None and "not given" in place.message:
        return f"{lacking[1]!r} is needed and was not given: give {lacking[1]}="
    named = "" if place.row is None else (describe_row if form is None else form.describe)(place.row)
    field = [
        part
        for part in place.path.split("/")
        if part and not part.isdigit() and part not in ("samples", "columns", "lines")
    ]
    where = ", ".join(part for part in (named, " ".join(field)) if part)
    return " ".join(f"{where}: {place.message}".split())[:LONGEST_DETAIL]


def _place_of(error: Mapping[str, Any], row_of: Callable[[int], int]) -> Place:
    path = str(error.get("path", ""))
    found = ROW_IN_POINTER.match(path)
    row = None
    if found is not None:
        counted, column, line = found.groups()
        row = row_of(int(line) - 1 if line is not None else int(counted or column))
    return Place(path, str(error.get("message", "")), row)


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(0.0, float(text))
    except ValueError:
        return None
