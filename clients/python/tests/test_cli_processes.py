"""The command line as a process: signals, pipes, special files, memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runs import COMMAND, done, json_lines, run, scored_rows, write_lines

from reward_calibration import Client

MODEL = "tests/cli-processes"
ROWS = scored_rows(40, seed=2)


@pytest.fixture(scope="module", autouse=True)
def curve(service: str) -> None:
    with Client(service) as client:
        client.fit(
            MODEL,
            rewards=[row["score"] for row in ROWS],
            responses=[row["completion"] for row in ROWS],
        )


def test_interrupted_is_code_130_and_takes_its_file_along(service: str, tmp_path: Path) -> None:
    pipe = tmp_path / "in.jsonl"
    os.mkfifo(pipe)
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)):
        process = subprocess.Popen(
            [COMMAND, "calibrate", pipe, "-o", tmp_path / "out.jsonl", "-m", MODEL, "--url", service],
            stderr=subprocess.PIPE,
        )
        with open(pipe, "wb") as file:
            file.write(json_lines(ROWS).encode())
            file.flush()
            assert process.stderr is not None
            # By then it reads rows, and the file beside its place is open.
            process.stderr.readline()
            while not any(one.name.endswith(".part") for one in tmp_path.iterdir()):
                pass
            process.send_signal(number)
            process.wait()
        assert process.returncode == code
        process.stderr.close()
        assert [one.name for one in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_closed_pipe_ends_quietly(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", scored_rows(6_000, seed=4))
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{COMMAND} calibrate {path} -m {MODEL} | head -n 1"],
        capture_output=True,
        env={**os.environ, "REWARD_CALIBRATION_URL": service},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count(b"\n") == 1
    assert b"Broken" not in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_special_outputs_are_written_straight(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", ROWS)
    done(run("calibrate", path, "-o", "/dev/null", "-m", MODEL, url=service))
    assert Path("/dev/null").is_char_device()
    target = tmp_path / "kept.jsonl"
    target.write_text("before")
    target.chmod(0o640)
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    done(run("calibrate", path, "-o", link, "-m", MODEL, url=service))
    assert link.is_symlink()
    assert len(target.read_text().splitlines()) == len(ROWS)
    assert target.stat().st_mode & 0o777 == 0o640
    # A file may take its own place: it is read to its end before it is replaced.
    done(run("calibrate", target, "-o", target, "-m", MODEL, "--column", "again", url=service))
    assert '"again": ' in target.read_text()


def test_memory_does_not_grow_with_the_file(service: str, tmp_path: Path) -> None:
    """The largest resident set of a child that calibrates 15 times as many rows (30 MB) is about the same."""
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc: a child's resource usage begins with that of its parent")
    program = (
        "import sys; from reward_calibration.cli.main import main; code = main(sys.argv[1:]);"
        " print([line for line in open('/proc/self/status') if 'VmHWM' in line][0].split()[1]);"
        " sys.exit(code)"
    )
    peaks = []
    for count in (10_000, 150_000):
        path = write_lines(
            tmp_path / f"{count}.jsonl",
            [{"reward": place / count, "response": f"{place} " + "word " * 40} for place in range(count)],
        )
        ended = subprocess.run(
            [sys.executable, "-c", program, "calibrate", path, "-o", tmp_path / "out.jsonl.gz", "-m", MODEL],
            capture_output=True,
            text=True,
            env={**os.environ, "REWARD_CALIBRATION_URL": service},
        )
        assert ended.returncode == 0, ended.stderr
        peaks.append(int(ended.stdout.splitlines()[-1]) / 1024)
    print(f"largest resident set: {peaks[0]:.0f} MB for 10,000 rows, {peaks[1]:.0f} MB for 150,000")
    assert peaks[1] < peaks[0] + 15
