"""A million rows of a pandas frame: how long the client takes, and how long the service.

    python bench/million_rows.py http://localhost:8080

The service's time is that from the last byte of a request to the head of its answer; the client's is the
rest, sending and receiving included. Starts nothing; fits a curve under a name of its own, and deletes it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy
import pandas

from reward_calibration import Client

ROWS = 1_000_000
ROUNDS = 5
REWARD_MODEL = "bench/million-rows"


def main(url: str) -> None:
    """Print the best round of each."""
    chance = numpy.random.default_rng(0)
    chars = chance.integers(1, 4_000, ROWS)
    frame = pandas.DataFrame({"reward": chance.normal(size=ROWS) + chars / 2_000, "chars": chars})
    with Client(url) as client:
        waited = _count_waiting(client)
        few = frame.head(20_000)
        client.fit(REWARD_MODEL, few)
        client.calibrate(REWARD_MODEL, few)
        _report("calibrate", lambda: client.calibrate(REWARD_MODEL, frame), waited)
        _report("fit", lambda: client.fit(REWARD_MODEL, frame), waited)
        client.curves.delete(REWARD_MODEL)


def _count_waiting(client: Client) -> list[float]:
    """The seconds of the service in every request that the client makes from now on."""
    waited: list[float] = []
    request = client.transport.request

    def counting(*args: Any, **kwargs: Any) -> Any:
        response = request(*args, **kwargs)
        waited.append(response.seconds_waited)
        return response

    client.transport.request = counting  # type: ignore[method-assign]
    return waited


def _report(name: str, call: Callable[[], object], waited: list[float]) -> None:
    rounds = []
    for _ in range(ROUNDS):
        waited.clear()
        began = time.perf_counter()
        call()
        total = time.perf_counter() - began
        rounds.append((total - sum(waited), sum(waited), len(waited)))
    client, service, requests = min(rounds)
    print(f"{name} of {ROWS:,} rows in {requests} requests: client {client:.3f} s, service {service:.3f} s")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/million_rows.py URL")
    main(sys.argv[1])
