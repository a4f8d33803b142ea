"""The exported document of a curve, read and checked as the service does where it says what is calculated.

Fields that calculate nothing here (diagnostics, joint counts, the audit) are kept as they came. An unknown
field is refused, as the service refuses it: it may be one that changes what the curve means.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, TypeGuard, cast

from .columns import CHARACTERISTIC_NAME
from .errors import InputError
from .piecewise_line import BiasCurve

NEWEST_SCHEMA = 2
"""``schema_version`` of the newest documents that are read; 1 is read, too."""

_REQUIRED = ("schema_version", "reward_model", "fitted_at", "estimator", "frac", "iterations", "samples",
             "characteristics", "diagnostics")  # fmt: skip
_OPTIONAL = ("version", "penalty", "ratio", "min_samples", "reward_scale", "joint_counts", "audit")
_CURVE_REQUIRED = ("name", "alpha", "mean_bias", "knots", "biases")
_CURVE_OPTIONAL = ("standard_errors", "beyond")
_MAX_CURVES = 32


def parse_document(text: str | bytes) -> dict[str, object]:
    """Return the JSON object of a document.

    Raises:
        InputError: it is not UTF-8, not JSON (``NaN`` is not), or not an object.
    """
    try:
        parsed: object = json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise InputError("the curve is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"the curve is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise InputError("the curve is not JSON of a curve: it is nested too deeply") from None
    except ValueError as error:
        # A number of more digits than Python reads, or what _refuse_constant says.
        raise InputError(f"the curve is not JSON: {str(error).splitlines()[0]}") from None
    return _mapping(parsed, "the curve")


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write a file as a whole: where writing fails, what was there before stays."""
    unfinished = f"{os.fspath(path)}.{os.getpid()}.part"
    try:
        with open(unfinished, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(unfinished)
        raise


def read_curves(document: Mapping[str, object]) -> tuple[BiasCurve, ...]:
    """Return what a document says to calculate, in its order.

    Raises:
        InputError: a field is missing, unknown or wrong; the message names it, such as
            ``characteristics[0].knots[3]``, and the rule.
    """
    # First, since the fields of a newer schema are unknown here.
    _check_schema(document)
    _check_fields(document, "", _REQUIRED, _OPTIONAL)
    _check_reward_model(document["reward_model"])
    if "version" in document:
        _whole(document["version"], "version")
    _whole(document["samples"], "samples")
    for name in ("diagnostics", *(name for name in ("joint_counts", "reward_scale") if name in document)):
        _mapping(document[name], name)
    if document.get("audit") is not None:
        _mapping(document["audit"], "audit")
    curves = _list(document["characteristics"], "characteristics")
    if len(curves) > _MAX_CURVES:
        _refuse("characteristics", f"must have at most {_MAX_CURVES} curves")
    return tuple(_read_curve(given, f"characteristics[{i}]") for i, given in enumerate(curves))


def _check_schema(document: Mapping[str, object]) -> None:
    given = document.get("schema_version")
    if _is_number(given) and given in (1, NEWEST_SCHEMA):
        return
    if "schema_version" not in document:
        _refuse("schema_version", "is missing: this is not an exported curve")
    if _is_number(given) and given == math.floor(given) and given > NEWEST_SCHEMA:
        _refuse(
            "schema_version",
            f"is {given:.0f}, of a newer service: the newest that this client reads is {NEWEST_SCHEMA}",
        )
    _refuse("schema_version", f"must be 1 or {NEWEST_SCHEMA}")


def _read_curve(given: object, place: str) -> BiasCurve:
    curve = _mapping(given, place)
    _check_fields(curve, f"{place}.", _CURVE_REQUIRED, _CURVE_OPTIONAL)
    name = curve["name"]
    if not isinstance(name, str) or CHARACTERISTIC_NAME.match(name) is None:
        _refuse(f"{place}.name", "is not a name of a characteristic")
    knots = _numbers(curve["knots"], f"{place}.knots")
    biases = _numbers(curve["biases"], f"{place}.biases")
    columns = {"biases": biases}
    if "standard_errors" in curve:
        columns["standard_errors"] = _numbers(curve["standard_errors"], f"{place}.standard_errors")
    for column, values in columns.items():
        if len(values) != len(knots):
            _refuse(
                f"{place}.{column}",
                f'has {len(values)} numbers, but must be as long as "knots" ({len(knots)})',
            )
    for i in range(1, len(knots)):
        if not knots[i] > knots[i - 1]:
            _refuse(f"{place}.knots[{i}]", "must be above the knot before")
    beyond = curve.get("beyond", "hold")
    if beyond not in ("hold", "line"):
        _refuse(f"{place}.beyond", 'must be "hold" or "line"')
    if beyond == "line" and len(knots) < 2:
        _refuse(f"{place}.knots", "a line needs two")
    return BiasCurve(
        characteristic=name,
        alpha=_number(curve["alpha"], f"{place}.alpha"),
        knots=knots,
        biases=biases,
        continues=beyond == "line",
        mean_bias=_number(curve["mean_bias"], f"{place}.mean_bias"),
    )


def _check_fields(
    given: Mapping[str, object], before: str, required: Iterable[str], optional: Iterable[str]
) -> None:
    needed = tuple(required)
    known = {*needed, *optional}
    for name in given:
        if name not in known:
            _refuse(f"{before}{name}", "is not a field of an exported curve")
    for name in needed:
        if name not in given:
            _refuse(f"{before}{name}", "is missing")


def _check_reward_model(given: object) -> None:
    if not isinstance(given, str) or given == "" or given.strip() != given:
        _refuse(
            "reward_model",
            "must be the name of a reward model: text that neither begins nor ends with a space",
        )


def _whole(given: object, place: str) -> None:
    if not _is_number(given) or given != math.floor(given) or given < 1:
        _refuse(place, "must be a whole number from 1")


def _numbers(given: object, place: str) -> tuple[float, ...]:
    values = _list(given, place)
    return tuple(_number(value, f"{place}[{i}]") for i, value in enumerate(values))


def _number(given: object, place: str) -> float:
    if not _is_number(given):
        _refuse(place, "must be a finite number")
    return float(given)


def _is_number(given: object) -> TypeGuard[int | float]:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return False
    try:
        return math.isfinite(given)
    except OverflowError:
        # A whole number beyond the doubles.
        return False


def _list(given: object, place: str) -> Sequence[object]:
    if not isinstance(given, (list, tuple)) or len(given) == 0:
        _refuse(place, "must be a list that is not empty")
    return cast("Sequence[object]", given)


def _mapping(given: object, place: str) -> dict[str, object]:
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        _refuse(place, "must be an object")
    return cast("dict[str, object]", given)


def _refuse(place: str, rule: str) -> NoReturn:
    raise InputError(f"{place}: {rule}" if place == "the curve" else f"the curve's {place}: {rule}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
