"""The client for asyncio: the same methods as coroutines, run in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from .client import Client
from .curves_api import CurvesApi

P = ParamSpec("P")
R = TypeVar("R")


class Threads:
    """Runs calls in threads, so that an event loop goes on meanwhile."""

    def __init__(self, count: int) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="reward-calibration")

    async def run(self, call: Callable[[], R]) -> R:
        """The result of a call that was made in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def close(self) -> None:
        """Let the calls under way end, and start no more."""
        self._executor.shutdown(wait=False)


def _of_client(
    method: Callable[Concatenate[Client, P], R],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, R]]:
    @wraps(method)
    async def call(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.threads.run(partial(method, self.client, *args, **kwargs))

    return call


def _of_curves(
    method: Callable[Concatenate[CurvesApi, P], R],
) -> Callable[Concatenate[AsyncCurvesApi, P], Coroutine[Any, Any, R]]:
    @wraps(method)
    async def call(self: AsyncCurvesApi, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.threads.run(partial(method, self.curves, *args, **kwargs))

    return call


class AsyncCurvesApi:
    """The methods of ``CurvesApi`` as coroutines."""

    def __init__(self, curves: CurvesApi, threads: Threads) -> None:
        self.curves = curves
        """What the threads call."""
        self.threads = threads
        """Where they run."""

    list = _of_curves(CurvesApi.list)
    history = _of_curves(CurvesApi.history)
    get = _of_curves(CurvesApi.get)
    put = _of_curves(CurvesApi.put)
    delete = _of_curves(CurvesApi.delete)
    rollback = _of_curves(CurvesApi.rollback)
    strength = _of_curves(CurvesApi.strength)
    audit = _of_curves(CurvesApi.audit)
    remove_audit = _of_curves(CurvesApi.remove_audit)


class AsyncClient:
    """The methods of ``Client`` as coroutines; an asynchronous context manager.

    A call that is cancelled ends in its thread all the same; its result is dropped.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float = 600.0,
        retries: int = 5,
        max_batch: int = 100_000,
        threads: int = 32,
    ) -> None:
        """As ``Client``; ``threads`` calls run at once, at most, and others wait."""
        self.client = Client(url, api_key=api_key, timeout=timeout, retries=retries, max_batch=max_batch)
        """What the threads call."""
        self.threads = Threads(threads)
        """Where they run."""
        self.curves = AsyncCurvesApi(self.client.curves, self.threads)

    fit = _of_client(Client.fit)
    fit_calibrate = _of_client(Client.fit_calibrate)
    refit = _of_client(Client.refit)
    calibrate = _of_client(Client.calibrate)
    combine = _of_client(Client.combine)
    evaluate = _of_client(Client.evaluate)
    leaderboard = _of_client(Client.leaderboard)
    preference_pairs = _of_client(Client.preference_pairs)
    disputed_pairs = _of_client(Client.disputed_pairs)
    verdict = _of_client(Client.verdict)
    health = _of_client(Client.health)
    plot = _of_client(Client.plot)
    activity = _of_client(Client.activity)

    async def close(self) -> None:
        """Close the connections and the threads; the client may not be used again."""
        self.threads.close()
        self.client.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient({self.client.transport.url!r})"
