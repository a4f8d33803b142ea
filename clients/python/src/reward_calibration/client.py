"""The client of the service."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Literal

from .calibrating import Calibrating
from .combining import Combining
from .curves_api import CurvesApi
from .disputing import Disputing
from .errors import InputError
from .evaluating import Evaluating
from .operation import Health, Plot
from .preferring import Preferring
from .problems import object_of, problem_in, understood
from .ranking import Ranking
from .settings import text_of
from .transport import Transport

URL_VARIABLE = "REWARD_CALIBRATION_URL"
KEY_VARIABLE = "REWARD_CALIBRATION_API_KEY"
DEFAULT_URL = "http://localhost:8080"


class Client(Calibrating, Combining, Evaluating, Ranking, Preferring, Disputing):
    """A reward-calibration service. Threads may share a client; it is a context manager."""

    curves: CurvesApi
    """The curves that the service keeps."""

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float = 600.0,
        retries: int = 5,
        max_batch: int = 100_000,
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: of the service, with the path where it has one (BASE_PATH), http or https. By default the
                environment variable REWARD_CALIBRATION_URL, else http://localhost:8080.
            api_key: by default REWARD_CALIBRATION_API_KEY, else none.
            timeout: seconds without a byte of an answer; a fit may take minutes.
            retries: repetitions after 429, 503 and connection errors, with growing random pauses, or after
                what the service asks for (Retry-After).
            max_batch: rows in one request to calibrate; MAX_BATCH of the service, 100,000 by default.
        """
        if max_batch < 1:
            raise InputError("max_batch must be at least 1")
        found = url or os.environ.get(URL_VARIABLE) or DEFAULT_URL
        key = api_key or os.environ.get(KEY_VARIABLE) or None
        self._settings = (found, key, timeout, retries, max_batch)
        super().__init__(Transport(found, key, timeout, retries), max_batch)
        self.curves = CurvesApi(self.transport, max_batch)

    def __reduce__(self) -> tuple[object, ...]:
        """How it travels between processes: by what it was made with; connections are made anew."""
        return _client, self._settings

    def health(self) -> Health:
        """Whether the service takes requests; not being ready is no exception, not being there is one."""
        response = self.transport.request("GET", "/health/ready", allowed=(503,))
        # A proxy answers 503 in its own words where nothing is behind it.
        answer = problem_in(response.body) if response.status == 503 else response.json()
        return understood(_health_of, response.status, answer)

    def plot(
        self,
        reward_model: str,
        *versions: int,
        characteristic: str | None = None,
        theme: Literal["light", "dark"] | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> Plot:
        """The curve over the density of its samples; two versions are laid over each other.

        Args:
            reward_model: its name.
            *versions: up to two; by default the current one.
            characteristic: of a curve of several.
            theme: of the colours.
            width: in pixels.
            height: in pixels.
        """
        query = [("reward_model", reward_model), *(("version", text_of(version)) for version in versions)]
        fields = {"characteristic": characteristic, "theme": theme, "width": width, "height": height}
        query += [(name, text_of(value)) for name, value in fields.items() if value is not None]
        response = self.transport.request("GET", "/v1/curves/plot", query=query)
        return Plot(understood(_svg_of, response.body), reward_model)

    def activity(self) -> dict[str, Any]:
        """What happened in the last five minutes: rates, biases, correlations, drift, by reward model."""
        answer: dict[str, Any] = understood(object_of, self.ask("GET", "/v1/activity"))
        return answer

    def close(self) -> None:
        """Close the connections; the client may be used again."""
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.transport.url!r})"


def _health_of(status: int, answer: dict[str, Any]) -> Health:
    if status != 503 and "status" not in answer:
        raise ValueError("anything may answer 200 there")
    return Health(status != 503, answer.get("store"), answer)


def _svg_of(body: bytes) -> str:
    svg = body.decode()
    if not svg.startswith("<svg"):
        raise ValueError("no SVG")
    return svg


def _client(url: str | None, api_key: str | None, timeout: float, retries: int, max_batch: int) -> Client:
    return Client(url, api_key=api_key, timeout=timeout, retries=retries, max_batch=max_batch)
