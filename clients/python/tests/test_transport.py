"""Retries, and what is never repeated; connections that are kept and that have died."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from misbehaving import Deed, answer, close, half, misbehaving, refuse, send
from scored import scored

from reward_calibration import Client, ServiceError, Unreachable, retries
from reward_calibration.connections import _is_open


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses are noted, not slept."""
    pauses: list[float] = []
    monkeypatch.setattr(retries.time, "sleep", pauses.append)
    return pauses


def calibrate(client: Client, **more: Any) -> list[float]:
    rewards: list[float] = client.calibrate("rm", rewards=[1.0], chars=[2], **more).rewards
    return rewards


OVERLOADED = refuse(503, "overloaded", retry_after="7")
BROKEN: dict[str, Deed] = {"closed": close, "half": half, "no http": send(b"nonsense\r\n\r\n")}


def test_after_503_and_429_it_waits_as_long_as_the_service_asks(quick: list[float]) -> None:
    with misbehaving(
        OVERLOADED, refuse(429, "overloaded", retry_after="3"), refuse(503, "closing")
    ) as server:
        assert calibrate(Client(server.url)) == [0.5]
    assert len(server.requests) == 4
    assert 7 <= quick[0] <= 7 + 0.25
    assert 3 <= quick[1] <= 3 + 0.5
    assert 0 <= quick[2] <= 1
    with misbehaving(refuse(503, "overloaded", retry_after="100000")) as server:
        calibrate(Client(server.url))
    assert 60 <= quick[3] <= 61


def test_it_gives_up_after_the_retries(quick: list[float]) -> None:
    with misbehaving(*[OVERLOADED] * 9) as server:
        with pytest.raises(ServiceError, match="overloaded, 503; request id r-1") as caught:
            calibrate(Client(server.url, retries=2))
        assert len(server.requests) == 3
        assert caught.value.retry_after == 7
    assert len(quick) == 2


@pytest.mark.parametrize("deed", BROKEN)
def test_what_can_be_repeated_is_repeated_after_a_broken_connection(deed: str) -> None:
    with misbehaving(BROKEN[deed], BROKEN[deed]) as server:
        assert calibrate(Client(server.url)) == [0.5]
        assert len(server.requests) == 3
    with misbehaving(*[BROKEN[deed]] * 9) as server:
        with pytest.raises(Unreachable, match="broke after the request was sent"):
            calibrate(Client(server.url, retries=1))
        assert len(server.requests) == 2


@pytest.mark.parametrize("deed", BROKEN)
def test_what_would_change_the_service_twice_is_not_repeated(deed: str) -> None:
    def calls(client: Client) -> list[Any]:
        return [
            lambda: client.curves.rollback("rm"),
            lambda: client.curves.delete("rm"),
            lambda: client.curves.strength("rm", 0.5, version=2),
            lambda: client.refit("rm"),
            lambda: client.fit("rm", rewards=[1.0], chars=[1]),
            lambda: client.fit("rm", rewards=[1.0], responses=["a"]),
            lambda: calibrate(client, observe=True),
        ]

    for number in range(len(calls(Client("http://x")))):
        with misbehaving(BROKEN[deed]) as server:
            with pytest.raises(Unreachable):
                calls(Client(server.url))[number]()
            assert len(server.requests) == 1
    with misbehaving(BROKEN[deed]) as server:
        Client(server.url).curves.rollback("rm", 2)
        assert len(server.requests) == 2


def test_a_refused_change_is_repeated_after_503() -> None:
    with misbehaving(OVERLOADED) as server:
        Client(server.url).curves.rollback("rm")
        assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422, 500, 502, 504])
def test_no_other_status_is_repeated(status: int) -> None:
    with misbehaving(refuse(status, "some-code")) as server:
        with pytest.raises(ServiceError) as caught:
            calibrate(Client(server.url))
        assert len(server.requests) == 1
    assert (caught.value.status, caught.value.code, caught.value.request_id) == (status, "some-code", "r-1")


def test_an_answer_of_something_else_is_called_that() -> None:
    page = send(b"HTTP/1.1 404 X\r\ncontent-length: 5\r\n\r\n<html")
    expected = r"not one of this service.*\(not-a-problem, 404\)"
    with misbehaving(page) as server, pytest.raises(ServiceError, match=expected):
        calibrate(Client(server.url))
    for call in (calibrate, Client.activity, Client.health):
        front = send(b"HTTP/1.1 200 X\r\ncontent-length: 5\r\n\r\n<html")
        with misbehaving(front) as server, pytest.raises(ServiceError, match="not one of this service"):
            call(Client(server.url))


def test_a_connection_is_kept_and_one_that_the_server_closed_is_not_used() -> None:
    with misbehaving() as server:
        client = Client(server.url, retries=0)
        for _ in range(5):
            calibrate(client)
        assert server.connections == 1
        # Answered, and closed behind it: what the client has is stale.
        server.deeds.append(send(answer()))
        calibrate(client)
        _wait_until_stale(client)
        assert calibrate(client) == [0.5]
        assert calibrate(client, observe=True) == [0.5]
        client.close()
        assert calibrate(client) == [0.5]


def _wait_until_stale(client: Client) -> None:
    idle = client.transport._connections._idle
    while any(map(_is_open, idle)):
        threading.Event().wait(0.005)


def test_a_service_that_says_nothing_is_not_waited_for_for_ever() -> None:
    silence = threading.Event()
    with misbehaving(lambda _: bool(silence.wait()) and None) as server:
        with pytest.raises(Unreachable, match=r"within 0\.2 seconds \(timeout=\)"):
            calibrate(Client(server.url, timeout=0.2))
        assert len(server.requests) == 1
        silence.set()


def test_a_path_before_the_routes_and_a_key() -> None:
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                seen.append(connection.recv(65536))
                connection.sendall(answer(body={"curves": []}))

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/calibration/"
        Client(url, api_key="k-1").curves.history("org/ü m")
        thread.join()
    assert seen[0].startswith(b"GET /calibration/v1/curves?reward_model=org%2F%C3%BC+m HTTP/1.1\r\n")
    assert b"authorization: Bearer k-1\r\n" in seen[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_share_a_connection(service: str) -> None:
    client = Client(service)
    client.health()
    child = os.fork()
    if child == 0:
        os._exit(0 if all(client.health().ready for _ in range(50)) else 1)
    assert all(client.health().ready for _ in range(50))
    assert os.waitpid(child, 0)[1] == 0


class TestStreams:
    """Requests and answers of lines."""

    def test_more_than_any_buffer_holds_goes_through(self, service: str) -> None:
        client, samples = Client(service), scored(60)
        client.fit("stream/rm", rewards=samples.rewards, chars=samples.chars)
        count = 700_000
        line = b'{"reward": 1.0, "characteristics": {"chars": 100}}\n'
        query = [("reward_model", "stream/rm"), ("include", "biases")]
        with client.transport.stream(
            "POST", "/v1/calibrate", query=query, lines=(line for _ in range(count))
        ) as lines:
            size = 0
            answered = 0
            for text in lines:
                size += len(text)
                answered += 1
        assert answered == count
        assert size > 20_000_000
        assert lines.headers["x-curve-version"] == "1"

    def test_what_the_lines_raise_comes_out(self, service: str) -> None:
        def lines(error: Exception) -> Iterator[bytes]:
            for _ in range(20_000):
                yield b'{"reward": 1.0, "characteristics": {"chars": 100}}\n'
            raise error

        query = [("reward_model", "stream/rm"), ("on_missing_curve", "passthrough")]
        errors = (KeyError("from the lines"), FileNotFoundError("from the lines"))
        for path, error in itertools.product(("/v1/calibrate", "/v1/fit"), errors):
            stream = Client(service).transport.stream
            with (
                pytest.raises(type(error), match="from the lines"),
                stream("POST", path, query=query[: 2 if "cal" in path else 1], lines=lines(error)) as answer,
            ):
                list(answer)

    def test_a_refusal_before_all_is_sent_is_read(self, service: str) -> None:
        def endless() -> Iterator[bytes]:
            while True:
                yield b'{"reward": 1.0, "characteristics": {"chars": 100}}\n'

        client = Client(service)
        with (
            pytest.raises(ServiceError) as caught,
            client.transport.stream("POST", "/v1/calibrate", lines=endless()),
        ):
            pass
        assert caught.value.status == 422
        assert client.health().ready

    def test_lines_that_come_again_are_sent_again(self) -> None:
        lines = [b"{}\n"] * 3
        with misbehaving(OVERLOADED, close) as server:
            with Client(server.url).transport.stream("POST", "/x", lines=lines) as answer:
                assert len(list(answer)) == 1
            assert len(server.requests) == 3
        with misbehaving(OVERLOADED) as server:
            with pytest.raises(ServiceError):
                Client(server.url).transport.stream("POST", "/x", lines=iter(lines))
            assert len(server.requests) == 1

    def test_an_answer_that_breaks_off_is_no_end(self) -> None:
        cut = send(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{}\n{}\r\n")
        with misbehaving(cut) as server:
            stream = Client(server.url).transport.stream
            with (
                stream("POST", "/x", lines=[b"{}\n"]) as lines,
                pytest.raises(Unreachable, match="broke off"),
            ):
                list(lines)
            assert len(server.requests) == 1


def test_time_of_the_service_is_measured(service: str) -> None:
    began = time.perf_counter()
    response = Client(service).transport.request("GET", "/health/live")
    assert 0 < response.seconds_waited < time.perf_counter() - began
