"""The standard library is enough, and nothing else is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys
import textwrap

LIBRARIES = ("numpy", "pandas", "polars", "pyarrow", "tqdm")

BLOCKER = f"""
import importlib.abc, importlib.util, sys
class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {LIBRARIES}:
            raise ModuleNotFoundError(name)
        return None
sys.meta_path.insert(0, Blocker())
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {LIBRARIES} else found(name, package)
"""


def run(program: str, *arguments: str) -> str:
    """What a fresh Python says when it runs this program."""
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_imports_no_library() -> None:
    program = f"import reward_calibration, sys; print([name for name in {LIBRARIES} if name in sys.modules])"
    assert run(program) == "[]"


def test_small_lists_need_no_library(service: str) -> None:
    program = f"""
    import sys
    from reward_calibration import Client
    client = Client(sys.argv[1])
    rewards = [float(i % 7) + i / 40 for i in range(200)]
    client.fit("bare/small", rewards=rewards, chars=list(range(200)))
    client.calibrate("bare/small", rewards=rewards, chars=list(range(200)))
    client.calibrate("bare/small", rewards=rewards, responses=["x"] * 200)
    print([name for name in {LIBRARIES} if name in sys.modules])
    """
    assert run(program, service) == "[]"


def test_everything_works_without_any_library_and_gives_the_same_numbers(service: str) -> None:
    program = """
    import sys
    from reward_calibration import Client
    client = Client(sys.argv[1], max_batch=1000)
    count = 2500
    rewards = [float(i * 7919 % 104729) / 5000 + i / 900 for i in range(count)]
    chars = [1 + i * 31 % 1777 for i in range(count)]
    prompts = [f"p{i // 5}" for i in range(count)]
    fit = client.fit("bare/large", rewards=rewards, chars=chars, groups=prompts)
    calibrated = client.calibrate("bare/large", rewards=rewards, chars=chars)
    rows = [{"reward": r, "response": "x" * c, "prompt": p} for r, c, p in zip(rewards, chars, prompts)]
    assert client.calibrate("bare/large", rows).rewards == calibrated.rewards
    pairs = client.preference_pairs("bare/large", rows)
    asked = client.disputed_pairs("bare/large", rewards=rewards, chars=chars, groups=prompts)
    curve = client.curves.get("bare/large")
    assert curve.calibrate(rewards, chars=chars).rewards == calibrated.rewards
    print(fit.spearman_after, sum(calibrated.rewards), len(pairs), asked.disputed)
    """
    blocked = run(BLOCKER + textwrap.dedent(program), service)
    assert len(blocked.split()) == 4
    assert run(program, service) == blocked
