"""Makes characteristics.json: texts, and what Python counts in them.

Run as: python3 test/calibration/golden/characteristics.py > test/calibration/golden/characteristics.json
"""
import json
import random
import re

TEXTS = [
    "", " ", "a", "two words", "  leading and trailing  ", "tab\tand\nnewline", "line\n", "a\r\nb\rc\n\nd", "\n\n",
    "日本語のテキスト", "𠮷野家 is rare CJK", "family 👨‍👩‍👧‍👦 emoji 🏆🏆", "e\u0301 combining", "no\u00a0break", "unit\x1fsep\x1cfile",
    "next\x85line", "zero\u200bwidth", "\ufeffbom", "em\u2003space\u3000wide", "mixed \U0001F600\u00e9\ud7ff\ue000 planes",
    "# Title\n\ntext", "   ### Three\n#### Four", "#no space", "    # code, not a header", "####### seven",
    "- one\n- two\n* three\n+ four", "  - nested\n    - deeper", "1. one\n2. two\n10. ten", "in 1999. A year", "٣. Arabic-Indic\n",
    "**bold** and __bold__", "**not\nbold**", "****", "**a** **b** **c", "__a____b__", "* **both** 1. x\n# __h__ **i**",
    "\n\n# after blank lines\n\n- item", "text\r\n# header after CRLF\r\n- item", "a\u2028# not a line start", "-\u00a0no-break item", "---", "Setext\n======\n",
    "#\x1ctitle", "#\x85title", "#\ufefftitle", "1.\x1fa", "1.\ufeffa", "\x85- item", "\ufeff- item",
]

# Random texts of what the patterns match: marks, line ends, white space of every kind, digits of several
# scripts and widths.
PIECES = (
    ["*", "**", "_", "__", "#", "##", "-", "+", ".", "1. ", "- ", "a", "\u65e5", "\U0001F600"]
    + ["\n", "\n", "\r", "\r\n", " ", " ", "\t", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\xa0", "\u1680"]
    + ["\u2000", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"]
    + ["7", "\u0663", "\u096b", "\uff17", "\U0001D7D7", "\U00011066", "\u00b2", "\u2167", "\u4e09"]
)
pick = random.Random(20241123)
TEXTS += ["".join(pick.choices(PIECES, k=pick.randint(2, 24))) for _ in range(400)]
# Marks and line ends alone meet one another more often.
TEXTS += ["".join(pick.choices(["*", "_", "#", "-", ".", "1", " ", "\n", "a"], k=pick.randint(4, 40))) for _ in range(400)]

HEADER = re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE)
ITEM = re.compile(r"^\s*[-+*] |\d+\.\s", re.MULTILINE)
BOLD = re.compile(r"\*\*(.*?)\*\*|__(.*?)__")


def markdown(text):
    return sum(len(list(pattern.finditer(text))) for pattern in (HEADER, ITEM, BOLD))


def lines(text):
    """None where the text has line ends that only Python knows."""
    return None if re.search("[\v\f\x1c-\x1e\x85\u2028\u2029]", text) else len(text.splitlines())


counted = [
    {"text": t, "chars": len(t), "words": len(t.split()), "lines": lines(t), "markdown": markdown(t)} for t in TEXTS
]
print("[\n" + ",\n".join(map(json.dumps, counted)) + "\n]")
