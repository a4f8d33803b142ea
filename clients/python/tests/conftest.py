"""The built service that the tests ask, and samples to ask it about."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[3] / "dist" / "server.js"


@contextmanager
def running(**variables: str) -> Iterator[str]:
    """A fresh built service with these environment variables; its base URL."""
    node = shutil.which("node")
    if node is None or not SERVER.exists():
        pytest.skip("needs Node and the built service: npm run build in the repository")
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": "0", "STORE_URL": "memory:"}
    # Every test has reward models of its own.
    environment |= {"MAX_REWARD_MODELS": "1000", **variables}
    process = subprocess.Popen(
        [node, str(SERVER)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if "Server listening at" in line:
            message: str = json.loads(line)["msg"]
            # Somebody has to read what follows, or the service stops when the pipe is full.
            _drain(process)
            return message.rsplit(" ", 1)[-1]
    raise AssertionError(f"the service did not start: {''.join(seen)[-2000:]}")


def _drain(process: subprocess.Popen[str]) -> None:
    import threading

    assert process.stdout is not None
    threading.Thread(target=process.stdout.read, daemon=True).start()


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The base URL of a fresh built service without keys."""
    with running() as url:
        yield url


@pytest.fixture(scope="session")
def start_service() -> Callable[..., object]:
    """Starts a further service with other variables: ``with start_service(API_KEYS="key") as url``."""
    return running
