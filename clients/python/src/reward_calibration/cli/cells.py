"""Cells of rows as checked values; what is wrong is said with the line, and never with the text."""

from __future__ import annotations

import decimal
import math
import re

from ..numeric import LARGEST_INTEGER
from ..text import read_messages, refuse_surrogates, said_by_assistant
from .chat import Messages, is_messages
from .rows import MISSING, Row, Source, value_within

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_ROUNDED = "is too large for a number: an integer beyond ±(2^53 − 1)"
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9][0-9.]*,[0-9]+")
_NOT_FINITE = frozenset(("nan", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"))
_MISSING = frozenset(("na", "n/a", "null", "none"))


def cell(source: Source, row: Row, column: str) -> object:
    """The cell as it is; ``scores.helpful`` is a value within a column. InputError where it is missing."""
    value = value_within(row, column)
    if value is MISSING:
        raise source.refuse(row.place, f"'{column}' is missing")
    return value


def number(source: Source, row: Row, column: str, *, alone_in_list: bool = False) -> float:
    """The cell as a finite number. In CSV it is read from text; elsewhere text is refused.

    With ``alone_in_list`` a list of one number is that number: RewardBench writes scores so.
    """
    value = cell(source, row, column)
    if alone_in_list and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and source.is_text:
        return _parsed(source, row, column, value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal)):
        raise source.refuse(row.place, f"'{column}' is {kind(value)}, not a number")
    if isinstance(value, int | decimal.Decimal) and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise source.refuse(row.place, f"'{column}' {_ROUNDED}")
    result = float(value)
    if not math.isfinite(result):
        raise source.refuse(row.place, f"'{column}' is {_special(result)}; it must be a finite number")
    return result


def text(source: Source, row: Row, column: str) -> str:
    """The cell as a response's text; of chat messages what the assistant says."""
    value = cell(source, row, column)
    if not isinstance(value, str) and not is_messages(value):
        raise source.refuse(row.place, f"'{column}' is {kind(value)}, not text or chat messages")
    return spoken(value, f"{source.where(row.place)}: '{column}'")


def spoken(value: str | Messages, place: str) -> str:
    """Text as it is; of chat messages what the assistant says, as the service measures it."""
    if isinstance(value, str):
        refuse_surrogates(value, place)
        return value
    return said_by_assistant(read_messages(value, place), place)


def key(source: Source, row: Row, column: str) -> object:
    """The cell as a prompt: text, chat messages as they are, or a whole number as its digits."""
    value = cell(source, row, column)
    if isinstance(value, str):
        if value == "":
            raise source.refuse(row.place, f"'{column}' is empty; it must name the prompt")
        refuse_surrogates(value, f"{source.where(row.place)}: '{column}'")
        return value
    if is_messages(value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise source.refuse(row.place, f"'{column}' is {kind(value)}, not text or chat messages")


def kind(value: object) -> str:
    """What a value is, in words that repeat nothing of it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "an object" if isinstance(value, dict) else f"of type {type(value).__name__}"


def _parsed(source: Source, row: Row, column: str, written: str) -> float:
    if _NUMBER.fullmatch(written):
        result = float(written)
        is_rounded = _INTEGER.fullmatch(written) is not None and abs(result) > LARGEST_INTEGER
        if math.isfinite(result) and not is_rounded:
            return result
        problem = _ROUNDED if is_rounded else "is too large for a number"
    elif written == "":
        problem = "is empty; it must be a finite number"
    elif written.lower() in _NOT_FINITE:
        problem = f"is {written}; it must be a finite number"
    elif written.lower() in _MISSING:
        problem = f"is {written} (missing); it must be a finite number"
    elif _DECIMAL_COMMA.fullmatch(written):
        problem = "has a decimal comma; numbers need a decimal point (1.5)"
    else:
        problem = "is text, not a number"
    raise source.refuse(row.place, f"'{column}' {problem}")


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
