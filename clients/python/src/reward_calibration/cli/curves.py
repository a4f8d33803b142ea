"""``curves``: list, show, export, import, delete, roll back, change the strength, audit, plot."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..client import Client
from ..curve import Curve
from ..errors import InputError
from ..judgements import strength_in_words
from .console import NAME, say
from .file_formats import STREAM
from .options import Commands, Run, add_command, add_version, finite, positive
from .outputs import refuse_no_svg, write_whole
from .text_table import NONE, figure, table

_EXAMPLES = f"""\
  {NAME} curves list
  {NAME} curves show org/rm
  {NAME} curves export org/rm -o curve.json
  {NAME} curves import curve.json
  {NAME} curves strength org/rm 0.5
  {NAME} curves rollback org/rm --version 1
  {NAME} curves audit org/rm verdict.json
  {NAME} curves remove-audit org/rm 2
  {NAME} curves plot org/rm --version 1 --version 2 -o curves.svg
  {NAME} curves delete org/rm --version 1"""

_IN_PLAIN_WORDS = {
    "strength-changed": "its strength was set by hand, so its ρ after calibration is not known; "
    "a fit with --alpha measures it",
}
"""What the service says in terms of its documents."""

_HEADER = ("reward model", "version", "fitted at", "samples", "curve", "ρ before", "ρ after", "verdict")


def register(commands: Commands) -> None:
    """Adds the command with those below it."""
    parser = add_command(
        commands,
        "curves",
        run_list,
        summary="list, show, export, import, delete, roll back … stored curves",
        description="Without a further command: lists the current curve of every reward model.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--json", action="store_true", help="print the service's answer as JSON")
    below = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add(below, "list", run_list, "list the current curve of every reward model", json_answer=True)
    show = _add(below, "show", run_show, "show all versions of a reward model", json_answer=True)
    show.add_argument("reward_model", metavar="NAME")
    export = _add(below, "export", run_export, "write a curve as a JSON document")
    export.add_argument("reward_model", metavar="NAME")
    add_version(export)
    export.add_argument("-o", "--output", metavar="JSON", default=STREAM, help="default '-': standard output")
    imported = _add(below, "import", run_import, "store an exported curve as a new version")
    imported.add_argument("file", metavar="JSON")
    imported.add_argument("-m", "--reward-model", metavar="NAME", help="another name than the document's")
    delete = _add(below, "delete", run_delete, "delete a version, or all")
    delete.add_argument("reward_model", metavar="NAME")
    which = delete.add_mutually_exclusive_group(required=True)
    which.add_argument("--version", type=positive, metavar="N")
    which.add_argument("--all", action="store_true", help="every version")
    rollback = _add(below, "rollback", run_rollback, "make an earlier version the current one")
    rollback.add_argument("reward_model", metavar="NAME")
    add_version(rollback, "to go to (default: the next lower one)")
    strength = _add(below, "strength", run_strength, "make a version with another strength")
    strength.add_argument("reward_model", metavar="NAME")
    strength.add_argument(
        "alpha", metavar="ALPHA", type=finite, help="share of the bias to take away, such as 0.5"
    )
    add_version(strength, "whose strength changes (default: the current)")
    audit = _add(below, "audit", run_audit, "keep a verdict (label --json) with its curve")
    audit.add_argument("reward_model", metavar="NAME")
    audit.add_argument("file", metavar="JSON", help="the verdict")
    add_version(audit, "that was judged (default: the verdict's)")
    remove = _add(below, "remove-audit", run_remove_audit, "take the verdict of a version away")
    remove.add_argument("reward_model", metavar="NAME")
    remove.add_argument("version", metavar="N", type=positive)
    plot = _add(below, "plot", run_plot, "draw curves over their samples, as SVG")
    plot.add_argument("reward_model", metavar="NAME")
    plot.add_argument(
        "--version", type=positive, action="append", metavar="N", help="twice: one over the other"
    )
    plot.add_argument("--characteristic", metavar="NAME", help="another one than the first")
    plot.add_argument("--theme", choices=("light", "dark"), help="default light")
    plot.add_argument("-o", "--output", metavar="SVG", default=STREAM, help="default '-': standard output")


def _add(
    below: Commands, name: str, run: Run, summary: str, *, json_answer: bool = False
) -> argparse.ArgumentParser:
    examples = [line for line in _EXAMPLES.splitlines() if f"curves {name}" in line]
    parser = add_command(
        below,
        name,
        run,
        summary=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        examples="\n".join(examples),
        below=True,
    )
    if json_answer:
        parser.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print the service's answer as JSON",
        )
    return parser


def run_list(client: Client, arguments: argparse.Namespace) -> int:
    """Lists the current curves, and what is observed or damaged besides."""
    listed = client.curves.list()
    if arguments.json:
        _print_json(listed)
        return 0
    curves = listed["curves"]
    print(table(_HEADER, [_row(curve) for curve in curves]) if curves else "no curve is stored")
    for observed in listed["observed"]:
        say(f"{observed['reward_model']} has no curve; {observed['samples']:,} samples of it are observed")
    for damaged in listed["unreadable"]:
        say(f"the stored curves of {damaged['reward_model']} cannot be read; restore or delete them")
    return 0


def run_show(client: Client, arguments: argparse.Namespace) -> int:
    """Shows all versions, and the warnings of the current one."""
    history = client.curves.history(arguments.reward_model)
    if arguments.json:
        _print_json(history)
        return 0
    current = history["current"]
    header = (*_HEADER[1:], "")
    rows = [[*_row(one)[1:], "current" if one["version"] == current else ""] for one in history["versions"]]
    print(table(header, rows, left=0))
    for one in history["versions"]:
        if one["version"] == current:
            for warning in one["diagnostics"]["warnings"]:
                message = _IN_PLAIN_WORDS.get(warning["code"], f"warning: {warning['message']}")
                say(f"version {current}: {message}")
    return 0


def run_export(client: Client, arguments: argparse.Namespace) -> int:
    """Writes a curve's document."""
    curve = client.curves.get(arguments.reward_model, arguments.version)
    write_whole(arguments.output, f"{curve.to_json()}\n")
    say(f"exported version {curve.version} of {arguments.reward_model}")
    return 0


def run_import(client: Client, arguments: argparse.Namespace) -> int:
    """Stores a curve's document."""
    curve = Curve.from_dict(_read_json(arguments.file))
    _say_current(client.curves.put(curve, arguments.reward_model))
    return 0


def run_delete(client: Client, arguments: argparse.Namespace) -> int:
    """Deletes a version or all."""
    client.curves.delete(arguments.reward_model, arguments.version)
    which = "every version" if arguments.all else f"version {arguments.version}"
    say(f"deleted {which} of {arguments.reward_model}")
    return 0


def run_rollback(client: Client, arguments: argparse.Namespace) -> int:
    """Goes back to an earlier version."""
    _say_current(client.curves.rollback(arguments.reward_model, arguments.version))
    return 0


def run_strength(client: Client, arguments: argparse.Namespace) -> int:
    """Changes the strength."""
    _say_current(client.curves.strength(arguments.reward_model, arguments.alpha, arguments.version))
    return 0


def run_audit(client: Client, arguments: argparse.Namespace) -> int:
    """Keeps a verdict with its curve."""
    verdict = _read_json(arguments.file)
    version = arguments.version if arguments.version is not None else verdict.get("version")
    if not isinstance(version, int):
        raise InputError(f"{arguments.file} names no version; give it by --version")
    client.curves.audit(arguments.reward_model, verdict, version)
    say(f"version {version} of {arguments.reward_model} has the verdict")
    return 0


def run_remove_audit(client: Client, arguments: argparse.Namespace) -> int:
    """Takes a verdict away."""
    client.curves.remove_audit(arguments.reward_model, arguments.version)
    say(f"version {arguments.version} of {arguments.reward_model} has no verdict any more")
    return 0


def run_plot(client: Client, arguments: argparse.Namespace) -> int:
    """Draws curves."""
    refuse_no_svg(arguments.output)
    versions: Sequence[int] = arguments.version or ()
    plot = client.plot(
        arguments.reward_model,
        *versions,
        characteristic=arguments.characteristic,
        theme=arguments.theme,
    )
    write_whole(arguments.output, plot.svg)
    return 0


def _row(curve: Mapping[str, Any]) -> list[str]:
    spearman = curve["diagnostics"]["spearman"]
    audit = curve["audit"]
    return [
        curve["reward_model"],
        str(curve["version"]),
        curve["fitted_at"][:19].replace("T", " "),
        f"{curve['samples']:,}",
        " + ".join(f"{part['alpha']:g}·{part['name']}" for part in curve["characteristics"]),
        figure(spearman["before"]),
        figure(spearman["after"]),
        NONE if audit is None else f"{audit['verdict']['code']} ({strength_in_words(audit)})",
    ]


def _say_current(curve: Mapping[str, Any]) -> None:
    strengths = " + ".join(f"{part['alpha']:g}·{part['name']}" for part in curve["characteristics"])
    say(f"version {curve['version']} of {curve['reward_model']} is current ({strengths})")


def _print_json(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False))


def _read_json(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {(error.strerror or 'unknown reason').lower()}") from None
    except ValueError:
        raise InputError(f"{path} is not JSON") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} is not a JSON object")
    return found
