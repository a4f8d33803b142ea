"""The program ``reward-calibration``: its commands, and what becomes of errors."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from types import FrameType

from ..client import Client
from ..errors import RewardCalibrationError, ServiceError, Unreachable
from ..problems import WITHOUT_CURVE
from . import calibrate, curves, evaluate, fit, label, pairs, watch
from .console import NAME, say, say_warnings

OK = 0
REFUSED = 1
USAGE = 2
UNREACHABLE = 3
INTERRUPTED = 130

_OVERLOADED = frozenset((429, 503))

_DESCRIPTION = """\
Removes length bias from reward-model scores, by the reward-calibration service.

A curve of reward against length is fitted from scored responses (fit), and taken
away from rewards (calibrate). Files are JSONL, CSV, TSV or Parquet, also .gz;
'-' is standard input or output. Results go to standard output or to the file
that -o names, everything else to standard error."""

_EPILOG = f"""\
examples:
  {NAME} fit scored.jsonl --reward-model org/rm --plot curve.svg
  {NAME} calibrate scored.jsonl -o calibrated.jsonl --reward-model org/rm
  {NAME} label scored.jsonl --reward-model org/rm --attach
  {NAME} pairs scored.jsonl -o dpo.jsonl --reward-model org/rm

exit codes: 0 done; 1 refused; 2 wrong usage; 3 the service is unreachable or
overloaded; 130 interrupted"""


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    result = argparse.ArgumentParser(
        prog=NAME,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.add_argument("--version", action="version", version=f"{NAME} {_version()}")
    commands = result.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (fit, calibrate, evaluate, pairs, label, curves, watch):
        command.register(commands)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the result is the exit code."""
    _replace_closed_streams()
    say_warnings()
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        # Windows has the first alone.
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, name), _end)
    options = parser().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of the results has enough (| head); Python must not complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED


def _replace_closed_streams() -> None:
    """Puts the null device where a standard stream is closed: Python has None there, and print then takes
    another stream."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        say("standard output is closed: what would be written there is lost")


def _run(options: argparse.Namespace) -> int:
    try:
        with Client(options.url, api_key=options.api_key) as client:
            code: int = options.run(client, options)
            return code
    except ServiceError as error:
        say(_in_terms_of_the_command(error, options))
        return UNREACHABLE if error.status in _OVERLOADED else REFUSED
    except Unreachable as error:
        say(str(error))
        return UNREACHABLE
    except RewardCalibrationError as error:
        say(str(error))
        return REFUSED
    except BrokenPipeError:
        raise
    except OSError as error:
        # A full disk, a file that went away.
        say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}".lower())
        return REFUSED


def _in_terms_of_the_command(error: ServiceError, options: argparse.Namespace) -> str:
    name = getattr(options, "reward_model", None)
    if error.code not in WITHOUT_CURVE or name is None:
        return str(error)
    request = f"; request id {error.request_id}" if error.request_id else ""
    command = f"{NAME} fit FILE -m {shlex.quote(name)}"
    return f"no curve was fitted for {name}: fit one first: {command} ({error.code}, {error.status}{request})"


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "(not installed)"


def _end(number: int, frame: FrameType | None) -> None:
    """Ends in order, so that unfinished files are taken away."""
    raise SystemExit(128 + number)
