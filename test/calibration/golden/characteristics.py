"""Makes characteristics.json: texts, and what Python counts in them.

Run as: python3 test/calibration/golden/characteristics.py > test/calibration/golden/characteristics.json
"""
import json
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

HEADER = re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE)
ITEM = re.compile(r"^\s*[-+*] |\d+\.\s", re.MULTILINE)
BOLD = re.compile(r"\*\*(.*?)\*\*|__(.*?)__")


def markdown(text):
    return sum(len(list(pattern.finditer(text))) for pattern in (HEADER, ITEM, BOLD))


def lines(text):
    """None where the text has line ends that only Python knows."""
    return None if re.search("[\v\f\x1c-\x1e\x85\u2028\u2029]", text) else len(text.splitlines())


print(json.dumps([
    {"text": t, "chars": len(t), "words": len(t.split()), "lines": lines(t), "markdown": markdown(t)} for t in TEXTS
], indent=1))
