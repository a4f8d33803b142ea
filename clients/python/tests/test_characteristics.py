"""chars, words, lines and markdown of text are those of the service."""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from pathlib import Path

import pytest
from curve_documents import document, straight_line
from service_requests import expect

from reward_calibration import characteristics
from reward_calibration.errors import InputError

GOLDEN = Path(__file__).parents[3] / "test" / "calibration" / "golden" / "characteristics.json"

SPACES = [character for character in map(chr, range(sys.maxunicode + 1)) if character.isspace()]
# Scripts that both Pythons since 3.10 and Nodes since 20 know: those of Unicode 13.
DIGITS = ["0", "9", "\u0663", "\u096b", "\u0e53", "\uff17", "\U00011066", "\U0001d7d7", "\U0001fbf4"]
NO_DIGITS = ["\u00b2", "\u2167", "\u4e09", "\u2460", "\u0f33"]
MARKS = ["*", "**", "***", "_", "__", "#", "##", "######", "#######", "-", "+", ".", "1. ", "- ", "* ", "# "]
TEXTS = [
    "a",
    "Zeile",
    "日",
    "é",
    "e\u0301",
    "😀",
    "👨\u200d👩\u200d👧",
    "\ufeff",
    "\u200b",
    "\x00",
    "\ud7ff",
    "\ue000",
]
LINE_ENDS = ["\n", "\n", "\n\n", "\r", "\r\n", "\n ", "\n\t"]
PIECES = [*SPACES, *DIGITS, *NO_DIGITS, *MARKS, *MARKS, *TEXTS, *LINE_ENDS, *LINE_ENDS, " ", " ", " "]


def random_texts(count: int, seed: int) -> list[str]:
    pick = random.Random(seed)
    return ["".join(pick.choices(PIECES, k=pick.randint(0, 150))) for _ in range(count)]


def test_digits_and_spaces_are_what_their_names_say() -> None:
    assert all(unicodedata.category(digit) == "Nd" for digit in DIGITS)
    assert not any(unicodedata.category(character) == "Nd" for character in NO_DIGITS)
    assert {" ", "\n", "\x1f", "\x85", "\xa0", "\u3000"} <= set(SPACES)


@pytest.mark.skipif(not GOLDEN.exists(), reason="the service's golden file is not here")
def test_counts_are_those_that_the_service_is_tested_with() -> None:
    texts = json.loads(GOLDEN.read_text())
    for expected in texts:
        for name, count in characteristics.BUILT_IN.items():
            # None: the text has line ends that only Python's splitlines knows.
            if expected[name] is not None:
                assert count(expected["text"]) == expected[name], (name, expected["text"])
    assert len(texts) > 800


@pytest.mark.parametrize("name", characteristics.BUILT_IN)
def test_counts_are_the_services_of_random_texts(service: str, name: str) -> None:
    reward_model = f"characteristics/{name}"
    expect(service, "PUT", "/v1/curves", document(straight_line(name), reward_model=reward_model))
    texts = random_texts(5_000, seed=len(name))
    samples = [{"reward": 0, "response": text} for text in texts]
    body = {"reward_model": reward_model, "include": ["biases"], "samples": samples}
    counted = expect(service, "POST", "/v1/calibrate", body)["biases"]
    assert characteristics.measure(texts, name) == counted
    assert len(set(counted)) > 10


UNITS = {
    # Text that makes a backtracking search slow, and its counts a million characters long.
    "\n": {"words": 0, "lines": 1_000_000, "markdown": 0},
    "#": {"words": 1, "lines": 1, "markdown": 0},
    "*": {"words": 1, "lines": 1, "markdown": 250_000},
    "_": {"words": 1, "lines": 1, "markdown": 250_000},
    "1": {"words": 1, "lines": 1, "markdown": 0},
    " ": {"words": 0, "lines": 1, "markdown": 0},
    "\n-": {"words": 500_000, "lines": 500_001, "markdown": 0},
    "\n- ": {"words": 333_333, "lines": 333_334, "markdown": 333_333},
    "1. ": {"words": 333_333, "lines": 1, "markdown": 333_333},
    "#\n": {"words": 500_000, "lines": 500_000, "markdown": 500_000},
    "**a\n": {"words": 250_000, "lines": 250_000, "markdown": 0},
    "\r": {"words": 0, "lines": 1_000_000, "markdown": 0},
}


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_of_marks_and_space_are_counted(unit: str) -> None:
    # A search whose time grows with the square of the text would not come to an end here.
    text = unit * (1_000_000 // len(unit))
    assert {name: characteristics.BUILT_IN[name](text) for name in UNITS[unit]} == UNITS[unit]


def test_what_cannot_be_measured_is_named() -> None:
    with pytest.raises(
        InputError, match=r"'tokens' cannot be measured of text: give it as numbers \(chars, words"
    ):
        characteristics.measure(["text"], "tokens")
