"""A reward model's server in OpenRLHF's contract, and the service before it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NO_REWARD = "(no reward)"
"""A text that holds this gets null."""


def raw_reward(text: str) -> float | None:
    """What the server answers: grows with the text."""
    return None if NO_REWARD in text else len(text) / 7 - text.count("e")


class RewardServer(ThreadingHTTPServer):
    """Answers ``/get_reward`` and keeps the texts that it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        texts = json.loads(self.rfile.read(length))["query"]
        assert isinstance(self.server, RewardServer)
        self.server.asked.extend(texts)
        rewards = [raw_reward(text) for text in texts]
        body = json.dumps({"rewards": rewards, "scores": rewards, "extra_logs": {}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def reward_server() -> Iterator[RewardServer]:
    """A server on a free port."""
    server = RewardServer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def upstreams(url: str) -> str:
    """UPSTREAMS of a service: ``rm`` answers null where there is no reward, ``strict`` refuses."""
    common = {
        "reward_model": "trainers/rm",
        "kind": "openrlhf",
        "url": url,
        "refit": {"first": False},
        "observe": False,
    }
    return json.dumps(
        [
            {"name": "rm", "on_upstream_failure": "null", **common},
            {"name": "strict", **common},
        ]
    )
