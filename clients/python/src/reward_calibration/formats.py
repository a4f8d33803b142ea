"""Samples as Arrow, as JSON columns and as lines of JSON; answers back."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .columns import Samples
from .errors import InputError

if TYPE_CHECKING:
    from .forms import Flags, Floats

JSON = "application/json"
NDJSON = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"

Format: TypeAlias = Literal["arrow", "columns", "lines"]

ARROW_ABOVE = 300
"""Rows: fewer are as quick as JSON."""

LARGEST_BODY = 48_000_000
"""Bytes; the service takes 64 MiB by default (BODY_LIMIT)."""

NUMBER_AS_TEXT = 25
"""Bytes of a double in JSON, at most."""


@dataclass(frozen=True)
class CalibratedPart:
    """The columns of an answer."""

    rewards: Floats
    biases: Floats
    extrapolated: Flags
    version: int | None
    calibrated: bool


def format_of(samples: Samples) -> Format:
    """The leanest format: lines where there is text, Arrow for many numbers, else columns in JSON."""
    if samples.responses is not None:
        return "lines"
    return "arrow" if len(samples) > ARROW_ABOVE and has_arrow() else "columns"


def has_arrow() -> bool:
    """Whether pyarrow is installed; does not import it."""
    return _is_installed("pyarrow")


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        # What keeps a package from being imported, or a stand-in for it, may say so here.
        return False


def bytes_of(samples: Samples, chosen: Format) -> int:
    """About as many bytes as the samples take in that format, never fewer."""
    columns = 2 + len(samples.characteristics)
    if chosen == "arrow":
        return 8 * columns * len(samples) + 4096
    numbers = NUMBER_AS_TEXT * columns * len(samples)
    if chosen == "columns":
        return numbers
    names = sum(map(len, samples.characteristics)) + 4 * len(samples.characteristics) + 60
    # A control character takes six bytes in JSON, any other at most four.
    texts = sum(map(_json_bytes, samples.responses or ())) + sum(map(_json_bytes, samples.prompts or ()))
    return numbers + names * len(samples) + texts


def arrow_body(samples: Samples, groups: Sequence[int] | None = None) -> bytes:
    """Rewards, characteristics and groups as an Arrow IPC stream."""
    import pyarrow

    columns: dict[str, Any] = {"rewards": samples.rewards, **samples.characteristics}
    arrays = {name: pyarrow.array(values, type=pyarrow.float64()) for name, values in columns.items()}
    if groups is not None:
        arrays["groups"] = pyarrow.array(groups, type=pyarrow.int32())
    table = pyarrow.table(arrays)
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        # One batch: the service then reads a column in place.
        writer.write_table(table.combine_chunks())
    body: bytes = sink.getvalue().to_pybytes()
    return body


def columns_of(samples: Samples, groups: Sequence[int] | None = None) -> dict[str, Any]:
    """The same as lists, for a JSON body."""
    columns: dict[str, Any] = {"rewards": plain(samples.rewards)}
    columns |= {name: plain(values) for name, values in samples.characteristics.items()}
    return columns if groups is None else {**columns, "groups": list(groups)}


def rows_of(
    samples: Samples,
    *,
    prompts: bool = False,
    ids: Sequence[str | int] | None = None,
    order: Sequence[int] | None = None,
) -> Iterator[dict[str, Any]]:
    """Samples as rows, in the given order; with their prompts where they are wanted and there."""
    rewards = plain(samples.rewards)
    named = [(name, plain(values)) for name, values in samples.characteristics.items()]
    for i in range(len(samples)) if order is None else order:
        row: dict[str, Any] = {"reward": rewards[i]} if rewards else {}
        if ids is not None:
            row["id"] = ids[i]
        if prompts and samples.prompts is not None:
            row["prompt"] = samples.prompts[i]
        if samples.responses is not None:
            row["response"] = samples.responses[i]
        if named:
            row["characteristics"] = {name: values[i] for name, values in named}
        yield row


@dataclass(frozen=True)
class SampleLines:
    """Samples as lines of JSON, made while they are sent; may be iterated again."""

    samples: Samples
    prompts: bool = False
    ids: Sequence[str | int] | None = None
    order: Sequence[int] | None = None

    def __iter__(self) -> Iterator[bytes]:
        for row in rows_of(self.samples, prompts=self.prompts, ids=self.ids, order=self.order):
            yield line_of(row)


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as a line with its newline."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def read_arrow(body: bytes, rows: int) -> CalibratedPart:
    """The columns of an answer in Arrow; its schema names the version.

    Raises ValueError, or an error of pyarrow's or Python's, where it is no such answer to so many rows.
    """
    import pyarrow

    table = pyarrow.ipc.open_stream(body).read_all()
    metadata = table.schema.metadata or {}
    version = metadata.get(b"version")
    part = CalibratedPart(
        rewards=_values(table["rewards"]),
        biases=_values(table["biases"]),
        extrapolated=_values(table["extrapolated"]),
        version=None if version is None else int(version),
        calibrated=metadata.get(b"calibrated") == b"true",
    )
    return _whole(part, rows)


def read_columns(answer: Mapping[str, Any], rows: int) -> CalibratedPart:
    """The columns of an answer in JSON. Raises as ``read_arrow``."""
    outside = set(answer["extrapolated"])
    part = CalibratedPart(
        rewards=[float(reward) for reward in answer["rewards"]],
        biases=[float(bias) for bias in answer["biases"]],
        extrapolated=[row in outside for row in range(len(answer["rewards"]))],
        version=answer["version"],
        calibrated=answer["calibrated"],
    )
    return _whole(part, rows)


def _whole(part: CalibratedPart, rows: int) -> CalibratedPart:
    """The part, if it has a finite number for every row."""
    for column in (part.rewards, part.biases):
        if len(column) != rows or not _all_finite(column):
            raise ValueError("the answer does not have a finite number for every row")
    if len(part.extrapolated) != rows:
        raise ValueError("the answer does not have a flag for every row")
    return part


def _all_finite(values: Floats) -> bool:
    if isinstance(values, list):
        return all(map(math.isfinite, values))
    import numpy

    return bool(numpy.isfinite(values).all())


def json_body(body: Mapping[str, Any]) -> bytes:
    """A JSON body. Raises InputError that names the place of a NaN or of a lone surrogate."""
    with contextlib.suppress(ValueError, TypeError):
        return json.dumps(body, ensure_ascii=False, allow_nan=False, default=_from_numpy).encode()
    # Raised out here: what was suppressed may hold text of a response, and would travel along as its context.
    raise InputError(next(_wrong(body, ""), "what is given is no JSON"))


def plain(values: Floats) -> list[float]:
    """Numbers as a list of Python floats."""
    return values if isinstance(values, list) else values.tolist()


def _values(column: Any) -> Any:
    """A column of Arrow as numpy's array where numpy is there, else as a list."""
    if not _is_installed("numpy"):
        return column.to_pylist()
    return column.to_numpy()


def _json_bytes(text: str) -> int:
    return len(text) + 2 if text.isascii() and text.isprintable() else 6 * len(text)


def _from_numpy(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(type(value).__name__)


def _wrong(value: Any, place: str) -> Iterator[str]:
    """The places in a body that are no JSON, in words that quote no value."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _wrong(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _wrong(inner, f"{place}[{i}]")
    elif isinstance(value, float) and not math.isfinite(value):
        kind = "NaN" if math.isnan(value) else "an infinite number"
        yield f"{place}: {kind} where a finite number is needed"
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            yield f"{place}: the text has a lone surrogate, which is no character"
    elif value is not None and not isinstance(value, bool | int | float):
        yield f"{place}: a value of type {type(value).__name__} where text or a number is needed"
