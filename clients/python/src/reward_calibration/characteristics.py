"""What the service measures of a response's text: ``chars``, ``words``, ``lines`` and ``markdown``.

The same counts as the service's, in time that grows with the text and never faster: a text of a million line
ends, hashes or digits takes a fraction of a second. Prompts do not count; measure responses alone.

One thing may differ: which characters are decimal digits (``markdown`` counts ``1. `` in every script) is
what Python's own version of Unicode says here, and what Node's says in the service. Both know all scripts up
to Unicode 13.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from .errors import InputError

_HEADER = re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE)
# The paper's pattern is `^\s*[-+*] |\d+\.\s`. A match of its first half ends at a bullet before which its own
# line has white space alone, whatever blank lines stand before; one of the second ends in a digit, a full
# stop and white space. Counting the ends finds as many, and tries no run of line ends or digits from each of
# its characters. A pattern that begins with a plain character is looked for quickest.
_BULLETS = ("- ", "+ ", "* ")
_NUMBER = re.compile(r"\.(?<=\d\.)\s")
_BOLD = re.compile(r"\*\*.*?\*\*|__.*?__")


def chars(text: str) -> int:
    """Return the number of Unicode code points: ``len(text)``."""
    return len(text)


def words(text: str) -> int:
    """Return the number of runs of what is not white space: ``len(text.split())``."""
    return len(text.split())


def lines(text: str) -> int:
    r"""Return the number of lines, ended by ``\n``, ``\r\n`` or ``\r``.

    An end of line at the end of the text begins no further line; the empty text has none.
    """
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    return ends if text == "" or text.endswith(("\n", "\r")) else ends + 1


def markdown(text: str) -> int:
    r"""Return the number of Markdown headers, list items and bold spans.

    As the paper's code counts them (arXiv 2409.17407, the section on other characteristics): headers
    ``^\s{0,3}#{1,6}\s+``, list items ``^\s*[-+*] |\d+\.\s``, bold ``\*\*(.*?)\*\*|__(.*?)__``.
    """
    # Most texts have no header and no bold span: asking for the mark costs less than trying every line.
    count = len(_NUMBER.findall(text))
    if "- " in text or "* " in text or "+ " in text:
        count += sum(line.lstrip().startswith(_BULLETS) for line in text.split("\n"))
    if "#" in text:
        count += len(_HEADER.findall(text))
    if "**" in text or "__" in text:
        count += len(_BOLD.findall(text))
    return count


BUILT_IN: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {"chars": chars, "words": words, "lines": lines, "markdown": markdown}
)
"""What is measured of text, by name. Any other characteristic, such as ``tokens``, is given as numbers."""


def measure(responses: Sequence[str], name: str) -> list[float]:
    """Return one characteristic of every response, as floats.

    Raises:
        InputError: the name is not one of :data:`BUILT_IN`.
    """
    count = BUILT_IN.get(name)
    if count is None:
        raise InputError(
            f"{name!r} cannot be measured of text: give it as numbers ({', '.join(BUILT_IN)} can)"
        )
    return [float(count(response)) for response in responses]
