"""One request to the service's sidecar, in OpenRLHF's contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from ..errors import InputError, RewardCalibrationError
from .calibrated_batch import CalibratedBatch

if TYPE_CHECKING:
    from ..client import Client

_LOGS = ("raw_reward", "bias", "length")


def score_texts(
    client: Client,
    upstream: str,
    texts: Sequence[str],
    prompts: Sequence[str],
    labels: Sequence[object] | None,
) -> CalibratedBatch:
    """Return calibrated rewards of texts, in order.

    Args:
        client: of the service.
        upstream: name of the reward model's server in the service's configuration (UPSTREAMS).
        texts: prompt and response as the reward model reads them.
        prompts: each as it stands in its text before the response; by it the service finds where that begins.
        labels: passed on to the server as they are.

    Raises:
        ServiceError: the service or the server behind it refused or failed.
        RewardCalibrationError: the answer is not one of this contract.
    """
    request: dict[str, object] = {"query": list(texts), "prompts": list(prompts)}
    if labels is not None:
        request["labels"] = list(labels)
    try:
        body = json.dumps(request, allow_nan=False).encode()
    except (TypeError, ValueError):
        raise InputError("labels must be what JSON has: text, numbers, lists, objects") from None
    path = f"/sidecar/{quote(upstream, safe='')}/get_reward"
    answer = client.transport.request("POST", path, body=body).json()
    logs = answer.get("extra_logs", {}) if isinstance(answer, dict) else {}
    columns = [
        answer.get("rewards") if isinstance(answer, dict) else None,
        *(logs.get(name) for name in _LOGS),
    ]
    if not all(isinstance(column, list) and len(column) == len(texts) for column in columns):
        raise RewardCalibrationError(f"the sidecar of {upstream!r} did not answer with a reward a text")
    rewards, raw, biases = (
        [_float(value) for value in cast("list[object]", column)] for column in columns[:3]
    )
    lengths = [int(length) for length in cast("list[int]", columns[3])]
    return CalibratedBatch(rewards, raw, biases, lengths)


def _float(value: object) -> float | None:
    """A number of JSON as the double it stands for; null, where the server gave no reward, is None."""
    return None if value is None else float(cast("float", value))
