"""The client for asyncio."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from scored import scored

from reward_calibration import AsyncClient, Client, InputError, ServiceError
from reward_calibration.aio import AsyncCurvesApi
from reward_calibration.curves_api import CurvesApi


def test_every_method_is_a_coroutine_with_the_same_parameters() -> None:
    skipped = {"ask", "close", "transport"}
    for plain, coroutines in ((Client, AsyncClient), (CurvesApi, AsyncCurvesApi)):
        names = {name for name in dir(plain) if not name.startswith("_")} - skipped
        names = {name for name in names if callable(getattr(plain, name))}
        assert len(names) >= 9
        for name in names:
            method = getattr(coroutines, name)
            assert inspect.iscoroutinefunction(method), name
            assert inspect.signature(method) == inspect.signature(getattr(plain, name))
            assert method.__doc__ == getattr(plain, name).__doc__


def test_calls_run_at_once_and_errors_come_out(service: str) -> None:
    samples = scored(200)

    async def run() -> None:
        async with AsyncClient(service, threads=8) as client:
            await client.fit("aio/rm", rewards=samples.rewards, chars=samples.chars)
            whole = await client.calibrate("aio/rm", rewards=samples.rewards, chars=samples.chars)
            calls = [
                client.calibrate("aio/rm", rewards=samples.rewards[i : i + 9], chars=samples.chars[i : i + 9])
                for i in range(100)
            ]
            parts = await asyncio.gather(*calls)
            assert [part.rewards for part in parts] == [whole.rewards[i : i + 9] for i in range(100)]
            assert (await client.curves.history("aio/rm"))["current"] == 1
            assert (await client.health()).ready
            with pytest.raises(InputError):
                await client.calibrate("aio/rm", rewards=[None], chars=[1])
            with pytest.raises(ServiceError):
                await client.calibrate("aio/none", rewards=[1.0], chars=[1])

    asyncio.run(run())


def test_the_event_loop_goes_on_meanwhile(service: str) -> None:
    samples = scored(2000)

    async def run() -> int:
        ticks = 0
        async with AsyncClient(service) as client:
            call = asyncio.ensure_future(
                client.fit("aio/loop", rewards=samples.rewards, responses=samples.responses)
            )
            while not call.done():
                await asyncio.sleep(0)
                ticks += 1
            await call
        return ticks

    assert asyncio.run(run()) > 3
