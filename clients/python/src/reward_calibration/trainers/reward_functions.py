"""Reward functions as callers write them: what they are called, and whether they are coroutines."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..errors import InputError

_Answer = TypeVar("_Answer")

_THREADS = 64
"""Requests of coroutines under way at once: trainers ask for one sample each, and the sidecar gathers."""


def is_async(function: Callable[..., object]) -> bool:
    """Return whether calling it gives a coroutine: also an object with an ``async def __call__``."""
    inner = _unwrapped(function)
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(type(inner).__call__)


def name_of(function: Callable[..., object]) -> str:
    """Return the name of a function, as logs show it; that of its class where it has none."""
    inner = _unwrapped(function)
    return str(getattr(inner, "__name__", type(inner).__name__))


def _unwrapped(function: Callable[..., object]) -> Callable[..., object]:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def require_one_source(function: object, upstream: object, keyword: str) -> None:
    """Refuse neither or both sources of raw rewards.

    Raises:
        InputError: so, or the function cannot be called.
    """
    if (function is None) == (upstream is None):
        raise InputError(
            f"give either {keyword}, which scores, or upstream=, the service's name of a server that does"
        )
    if function is not None and not callable(function):
        raise InputError(f"{keyword} must be a function, not {type(function).__name__}")


async def in_thread(function: Callable[[], _Answer]) -> _Answer:
    """Run what waits for the service in a thread, and let the trainer's event loop go on."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), function)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="reward-calibration")
