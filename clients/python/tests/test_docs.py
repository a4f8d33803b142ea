"""Every block of the pages about client and command line runs, in order, as a reader runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[3]
PAGES = ("clients/python/README.md", "docs/python.md", "docs/cli.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWERS = b"1\n2\n1\n0\n2\n" * 4
"""What a reader presses where a command asks."""


class Block(NamedTuple):
    """A fenced block of a page."""

    line: int
    language: str
    code: str


def blocks_of(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(text[: m.start()].count("\n") + 1, m[1], m[2]) for m in BLOCK.finditer(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_runs(
    page: str,
    start_service: Callable[..., AbstractContextManager[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for package in ("numpy", "pandas", "polars", "pyarrow"):
        pytest.importorskip(package, reason=f"the pages use {package}")
    blocks = blocks_of(page)
    runnable = [block for block in blocks if block.language in ("sh", "bash", "python")]
    # A block that says nothing of its language would be passed over here.
    assert {block.language for block in blocks} <= {"sh", "bash", "python", "text", "json"}
    assert len(blocks) - len(runnable) <= 2
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    # A service of its own: versions on a page are counted from 1.
    with start_service() as url:
        monkeypatch.setenv("REWARD_CALIBRATION_URL", url)
        namespace: dict[str, object] = {"__name__": "page"}
        for block in runnable:
            if block.language == "python":
                # Padded, so that a traceback has the lines of the page.
                exec(compile("\n" * block.line + block.code, page, "exec"), namespace)
                continue
            ended = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", block.code], input=ANSWERS, capture_output=True
            )
            assert ended.returncode == 0, f"{page}, line {block.line}: {ended.stderr.decode()}"
    print(f"{page}: {len(runnable)} blocks of {len(blocks)} ran")


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_repository_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("http"):
            continue
        target, _, anchor = link.partition("#")
        if target:
            assert ((ROOT / page).parent / target).exists(), f"{page}: {link}"
        else:
            assert anchor in headings, f"{page}: {link}"
