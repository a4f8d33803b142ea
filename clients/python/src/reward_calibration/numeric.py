"""Columns of numbers as they were given → float64, every value checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from numbers import Integral, Rational, Real
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .forms import kind_of, loaded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .forms import Floats

LARGEST_INTEGER = 2**53 - 1
"""Beyond, not every integer is a double: the service refuses it, too."""

Describe = Callable[[int], str]
"""Names a row in an error."""


def read_numbers(given: object, name: str, describe: Describe, if_text: str = "") -> Floats:
    """The numbers of a column, all finite: a float64 array where the caller uses arrays, else a list.

    ``if_text`` is added to what is said where there is text that holds no number.
    Raises InputError naming the row of the first value that is missing, not finite, a bool or no number.
    """
    kind = kind_of(given)
    if kind == "numpy" and getattr(given, "dtype", None).kind in "mM":  # type: ignore[union-attr]
        # As a list they would be numbers of nanoseconds.
        raise InputError(f"{name}: dates or durations where finite numbers are needed")
    array = _READERS[kind](given) if kind in _READERS else None
    if array is not None:
        return _checked_array(array, name, describe)
    return _checked_list(items_of(given, name), name, describe, if_text)


def items_of(given: object, name: str) -> list[Any]:
    """The values of a column as a list of Python objects."""
    if isinstance(given, list | tuple):
        return list(given)
    for method in ("tolist", "to_list", "to_pylist"):
        if hasattr(given, method):
            values = getattr(given, method)()
            if isinstance(values, list):
                return values
    if isinstance(given, Iterable) and not isinstance(
        given, str | bytes | bytearray | dict | set | frozenset
    ):
        return list(given)
    raise InputError(f"{name}: needs a column (a list, an array, a Series), not {_kind_in_words(given)}")


def _from_numpy(given: Any) -> npt.NDArray[Any] | None:
    import numpy

    if isinstance(given, numpy.ma.MaskedArray) and given.dtype.kind in "fiu":
        doubles = given.astype("float64")
        values = numpy.ma.filled(doubles, numpy.nan)
        return _refusable_integers(values) if given.dtype.kind in "iu" else values
    return given if given.dtype.kind in "fiu" or given.ndim != 1 else None


def _from_pandas(given: Any) -> npt.NDArray[Any] | None:
    import pandas

    types = pandas.api.types
    if not types.is_numeric_dtype(given.dtype) or types.is_bool_dtype(given.dtype):
        return None
    if types.is_complex_dtype(given.dtype):
        return None
    values: npt.NDArray[Any]
    if types.is_extension_array_dtype(given.dtype):
        values = given.to_numpy(dtype="float64", na_value=float("nan"))
        return _refusable_integers(values) if types.is_integer_dtype(given.dtype) else values
    values = given.to_numpy()
    return values


def _from_polars(given: Any) -> npt.NDArray[Any] | None:
    if not given.dtype.is_numeric() or given.dtype.is_decimal() or not _has_numpy():
        return None
    import polars

    values: npt.NDArray[Any] = given.cast(polars.Float64).to_numpy()
    return _refusable_integers(values) if given.dtype.is_integer() else values


def _from_arrow(given: Any) -> npt.NDArray[Any] | None:
    import pyarrow

    types = pyarrow.types
    if not (types.is_integer(given.type) or types.is_floating(given.type)) or not _has_numpy():
        return None
    doubles = given.cast(pyarrow.float64(), safe=False)
    chunked = isinstance(doubles, pyarrow.ChunkedArray)
    values: npt.NDArray[Any] = doubles.to_numpy() if chunked else doubles.to_numpy(zero_copy_only=False)
    return _refusable_integers(values) if types.is_integer(given.type) else values


_READERS: dict[str, Callable[[Any], npt.NDArray[Any] | None]] = {
    "numpy": _from_numpy,
    "pandas": _from_pandas,
    "polars": _from_polars,
    "arrow": _from_arrow,
}


def _has_numpy() -> bool:
    if loaded("numpy") is not None:
        return True
    try:
        import numpy  # noqa: F401
    except ImportError:
        return False
    return True


def _refusable_integers(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Integers that were made doubles: those that may have been rounded become infinite, which is refused."""
    import numpy

    beyond = numpy.abs(values) > LARGEST_INTEGER
    return numpy.where(beyond, numpy.inf, values) if beyond.any() else values


def _checked_array(array: npt.NDArray[Any], name: str, describe: Describe) -> npt.NDArray[np.float64]:
    import numpy

    if array.ndim != 1:
        raise InputError(f"{name}: needs one dimension, not {array.ndim}")
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        array = _refusable_integers(array.astype("float64"))
    doubles: npt.NDArray[np.float64] = numpy.ascontiguousarray(array, dtype="float64")
    finite = numpy.isfinite(doubles)
    if not finite.all():
        row = int(numpy.argmin(finite))
        raise _refusal(name, describe(row), float(doubles[row]))
    return doubles


def _checked_list(values: list[Any], name: str, describe: Describe, if_text: str) -> list[float]:
    kinds = set(map(type, values))
    if kinds <= {float} and all(map(math.isfinite, values)):
        return values
    # At once; what is wrong is looked for only where something is.
    whole = {kind for kind in kinds if _is_number(kind) and issubclass(kind, Integral)}
    if all(_is_number(kind) and not issubclass(kind, Rational | Decimal) for kind in kinds - whole):
        integers = values if kinds == whole else [value for value in values if type(value) in whole]
        least, most = min(integers, default=0), max(integers, default=0)
        if least >= -LARGEST_INTEGER and most <= LARGEST_INTEGER:
            floats = list(map(float, values))
            if all(map(math.isfinite, floats)):
                return floats
    return [_checked(value, name, describe, row, if_text) for row, value in enumerate(values)]


def _checked(value: object, name: str, describe: Describe, row: int, if_text: str) -> float:
    if not isinstance(value, Real | Decimal) or not _is_number(type(value)):
        raise _refusal(name, describe(row), value, if_text)
    # Integers of numpy, fractions and decimals, too; NaN of a decimal is not compared.
    exact: Any = (
        value if isinstance(value, Rational) or (isinstance(value, Decimal) and value.is_finite()) else 0
    )
    if exact < -LARGEST_INTEGER or exact > LARGEST_INTEGER:
        raise _refusal(name, describe(row), math.inf)
    number = float(value)
    if not math.isfinite(number):
        raise _refusal(name, describe(row), number)
    return number


def _is_number(kind: type) -> bool:
    """Whether a type is one of real numbers. A duration of numpy passes for an integer there."""
    if issubclass(kind, bool) or kind.__name__ == "timedelta64":
        return False
    return issubclass(kind, Real | Decimal)


def _refusal(name: str, row: str, value: object, if_text: str = "") -> InputError:
    hint = ""
    if isinstance(value, str):
        hint = ": convert the column, such as by .astype(float)" if _holds_number(value) else if_text
    return InputError(f"{name}, {row}: {_kind_in_words(value)} where a finite number is needed{hint}")


def _holds_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kind_in_words(value: object) -> str:
    """What a value is, without the value: it may be text of a prompt or a response."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "a bool"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else "an infinite number, or an integer beyond ±(2^53 − 1)"
    if isinstance(value, str):
        return "text"
    kind = type(value).__name__
    return "a missing value" if kind in ("NAType", "NaTType") else f"a value of type {kind}"
