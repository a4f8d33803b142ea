"""Answers that are not of the service: one line, whatever they hold, and never a wrong number."""

from __future__ import annotations

import gzip
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy
import pyarrow
import pytest
from misbehaving import ANSWER, answer, misbehaving, send

from reward_calibration import Client, RewardCalibrationError, ServiceError

SECRET = "swordfish"
CALLS: dict[str, Callable[[Client], Any]] = {
    "fit": lambda client: client.fit("m", rewards=[1.0], chars=[1]),
    "fit_calibrate": lambda client: client.fit_calibrate(rewards=[1.0], chars=[1]),
    "fit of many": lambda client: client.fit("m", rewards=[1.0] * 400, chars=[1] * 400),
    "refit": lambda client: client.refit("m"),
    "calibrate": lambda client: client.calibrate("m", rewards=[1.0], chars=[1]),
    "calibrate many": lambda client: client.calibrate("m", rewards=[1.0] * 400, chars=[1] * 400),
    "calibrate text": lambda client: client.calibrate("m", rewards=[1.0], responses=["a"]),
    "combine": lambda client: client.combine(rewards={"a": [1.0], "b": [1.0]}, chars=[1]),
    "evaluate": lambda client: client.evaluate(pairs=[{"chosen": {"reward": 1}, "rejected": {"reward": 0}}]),
    "verdict": lambda client: client.verdict(counts={"fixed": 1, "broken": 1, "share_disputed": 0.5}),
    "leaderboard": lambda client: client.leaderboard(
        [{"generator": "a", "prompt_id": 1, "reward": 1.0, "chars": 1}], chars="chars", baseline="a"
    ),
    "disputed_pairs": lambda client: client.disputed_pairs("m", rewards=[1.0], chars=[1], prompts=["a"]),
    "preference_pairs": lambda client: client.preference_pairs(
        "m", rewards=[1.0], responses=["a"], prompts=["a"]
    ),
    "get": lambda client: client.curves.get("m"),
    "get a version": lambda client: client.curves.get("m", 1),
    "plot": lambda client: client.plot("m"),
    "health": lambda client: client.health(),
}


def raw(body: bytes, **headers: str) -> bytes:
    lines = ["HTTP/1.1 200 X", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


FOREIGN = {
    "a page": raw(f"<html>{SECRET}</html>".encode(), content_type="text/html"),
    "nothing": raw(b""),
    "no content": b"HTTP/1.1 204 X\r\n\r\n",
    "an empty list": answer(body=[]),
    "null": raw(b"null"),
    "a number": raw(b"7"),
    "another object": answer(body={"detail": SECRET, "diagnostics": [], "versions": 3}),
    "no UTF-8": raw(b"\xff\xfe" + SECRET.encode()),
    "gzip": raw(gzip.compress(json.dumps(ANSWER).encode()), content_encoding="gzip"),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("call", CALLS)
def test_a_foreign_answer_is_one_line(call: str, kind: str) -> None:
    # Deep enough for calls that ask twice.
    with misbehaving(*[send(FOREIGN[kind])] * 3) as server, Client(server.url, retries=0) as client:
        with pytest.raises(RewardCalibrationError) as caught:
            CALLS[call](client)
        text = str(caught.value)
        assert "\n" not in text
        error: BaseException | None = caught.value
        while error is not None:
            assert SECRET not in f"{error} {error.args!r}"
            error = error.__cause__ or error.__context__


WRONG_NUMBERS: dict[str, dict[str, Any]] = {
    "too few": {"rewards": [0.5]},
    "too many": {"rewards": [0.5, 1, 2]},
    "too few biases": {"biases": [0.5]},
    "NaN": {"rewards": [0.5, float("nan")]},
    "None": {"rewards": [0.5, None]},
    "text": {"biases": ["0.5x", 1]},
    "infinite": {"biases": [0.5, float("inf")]},
}


@pytest.mark.parametrize("kind", WRONG_NUMBERS)
def test_wrong_numbers_of_an_answer_are_not_handed_on(kind: str) -> None:
    good = {"rewards": [0.5, 1.5], "biases": [0.5, 0.5], "extrapolated": [], "version": 3, "calibrated": True}
    with misbehaving(send(answer(body={**good, **WRONG_NUMBERS[kind]}))) as server:
        client = Client(server.url, retries=0)
        with pytest.raises(ServiceError, match="not one of this service"):
            client.calibrate("m", rewards=[1.0, 2.0], chars=[1, 2])


def in_arrow(rewards: list[Any], biases: list[Any]) -> bytes:
    table = pyarrow.table({"rewards": rewards, "biases": biases, "extrapolated": [False] * len(rewards)})
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


NUMBERS = [0.5] * 400
WRONG_ARROW = {
    "too few": (NUMBERS[:-1], NUMBERS[:-1]),
    "too many": ([*NUMBERS, 1.0], [*NUMBERS, 1.0]),
    "NaN": ([*NUMBERS[:-1], float("nan")], NUMBERS),
    "null": (NUMBERS, [*NUMBERS[:-1], None]),
    "text": (["x"] * 400, NUMBERS),
}


@pytest.mark.parametrize("kind", WRONG_ARROW)
def test_wrong_numbers_in_arrow_are_not_handed_on(kind: str) -> None:
    with misbehaving(send(raw(in_arrow(*WRONG_ARROW[kind])))) as server:
        client = Client(server.url, retries=0)
        with pytest.raises(ServiceError, match="not one of this service"):
            client.calibrate("m", rewards=numpy.ones(400), chars=numpy.ones(400))
    with misbehaving(send(raw(in_arrow(NUMBERS, NUMBERS)))) as server:
        whole = Client(server.url, retries=0).calibrate("m", rewards=numpy.ones(400), chars=numpy.ones(400))
        assert whole.rewards.tolist() == NUMBERS


def test_errors_and_clients_travel_between_processes() -> None:
    client = Client("http://127.0.0.1:9/path", api_key="key", timeout=7, retries=2, max_batch=9)
    again = pickle.loads(pickle.dumps(client))
    assert again.transport.url == client.transport.url
    assert again.__reduce__()[1] == client.__reduce__()[1]
    with (
        misbehaving(
            send(answer(422, {"type": "/docs#invalid-input", "status": 422, "request_id": "r"}))
        ) as at,
        pytest.raises(RewardCalibrationError) as caught,
    ):
        Client(at.url).refit("m")
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, ServiceError)
    assert str(error) == str(caught.value)
    kept = ("status", "code", "places", "request_id", "retry_after")
    assert [getattr(error, name) for name in kept] == [getattr(caught.value, name) for name in kept]
