"""``label``: twenty disputed pairs in the terminal, blind; a verdict whether to calibrate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..client import Client
from ..errors import InputError
from ..results import counted
from .console import NAME, say
from .file_formats import STREAM
from .keys import BACK, STOP, Keys, one_key_each
from .label_end import attach, say_how_to_go_on
from .label_pair import show_pair
from .label_state import ANSWERS, LabelState, read_state
from .options import (
    Commands,
    add_command,
    add_format,
    add_reward_model,
    add_sample_columns,
    add_version,
    positive,
    whole,
)
from .progress import progress
from .reading import open_rows
from .refused_rows import lines_named
from .samples import Batch, find_columns, sample_keywords, whole_batch

_EXAMPLES = f"""\
  {NAME} label scored.jsonl --reward-model org/rm --attach
  {NAME} label scored.jsonl -m org/rm --count 40 --seed 7 --state my-labels.json
  printf '1\\n2\\n0\\n' | {NAME} label scored.jsonl -m org/rm"""

_MANY_ALIKE = 10
"""Answers that are said to be alike."""
_DEFAULTS = {"seed": 0, "count": 20, "purpose": "pairs"}


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "label",
        run,
        summary="label twenty disputed pairs, for a verdict whether to calibrate",
        description="Shows pairs whose order the calibration turns round, without saying which side has the\n"
        "higher reward. Keys: 1 or 2 for the better response, 0 for neither, b goes back, q stops.\n"
        "The same command goes on where it stopped: answers are kept in the state file, which\n"
        "holds no text. When standard input is no terminal, an answer is read from each line.",
        examples=_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="scored responses with their prompts, one a row")
    add_reward_model(parser, "whose curve is judged; without it one is fitted and not kept", required=False)
    add_version(parser)
    parser.add_argument("--count", type=positive, metavar="N", help="pairs to ask about (20)")
    parser.add_argument("--seed", type=whole, metavar="N", help="of the draw (0)")
    parser.add_argument("--purpose", choices=("pairs", "best-of-n"), help="default pairs")
    parser.add_argument("--state", metavar="FILE", help="default FILE.labels.json")
    parser.add_argument(
        "--attach",
        action="store_true",
        help="keep the verdict with the curve, and make a version with its strength the current one",
    )
    add_sample_columns(parser)
    parser.add_argument("--id", metavar="COLUMN", help="of responses: the draw then depends on no order")
    add_format(parser)
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Asks, and prints the verdict."""
    if arguments.file == STREAM:
        raise InputError("label reads answers from standard input; name the file of responses")
    if arguments.attach and arguments.reward_model is None:
        raise InputError("--attach needs --reward-model: a verdict is attached to a stored curve")
    path = arguments.state or f"{arguments.file}.labels.json"
    before = read_state(path)
    state, batch, asked = _draw(client, arguments, path, before)
    with one_key_each() as keys:
        ended = _ask_all(keys, state, batch, asked, path)
    labelled = len(state.answers)
    if labelled == 0:
        raise InputError("no pair is labelled: there is no verdict")
    labels = [{"id": name, "preferred": answer} for name, answer in state.answers.items()]
    verdict = client.verdict(key=state.key, labels=labels)
    print(json.dumps(verdict.answer, ensure_ascii=False) if arguments.json else verdict)
    _warn_of_one_key(state)
    if labelled < len(asked):
        say(f"{labelled} of {len(asked)} pairs are labelled; the same command goes on from there")
    elif verdict.more_labels > 0:
        say_how_to_go_on(len(asked), verdict.more_labels)
    if ended and arguments.attach:
        attach(client, arguments.reward_model, state, verdict, path)
    elif arguments.reward_model is not None and state.attached is None:
        say("the verdict is not attached to the curve (--attach does)")
    return 0


def _warn_of_one_key(state: LabelState) -> None:
    """Says where every answer is the same key: that is how one presses a key without reading."""
    given = set(state.answers.values())
    if len(state.answers) >= _MANY_ALIKE and len(given) == 1:
        key = next(key for key, answer in ANSWERS.items() if answer in given)
        say(f"warning: all {len(state.answers)} answers are '{key}', while sides are random: were they read?")


def _draw(
    client: Client, arguments: argparse.Namespace, path: str, before: LabelState | None
) -> tuple[LabelState, Batch, Sequence[Mapping[str, Any]]]:
    """The pairs to ask about: the same ones as before, where labelling goes on."""
    if before is not None:
        _refuse_other_options(arguments, path, before)
    wanted = {name: getattr(arguments, name) for name in _DEFAULTS}
    draw: dict[str, Any] = {
        name: (default if before is None else getattr(before, name)) if wanted[name] is None else wanted[name]
        for name, default in _DEFAULTS.items()
    }
    needed, version = None, arguments.version if before is None else before.version
    if arguments.reward_model is not None:
        curve = client.curves.get(arguments.reward_model, version)
        needed, version = curve.characteristics, curve.version
    with open_rows(arguments.file, arguments.format) as source:
        columns = find_columns(source, arguments, needed, prompts=True, identities=True, texts=True)
        with progress(source) as shown:
            batch = whole_batch(source, columns, shown)
    with lines_named(source, batch.rows):
        found = client.disputed_pairs(
            arguments.reward_model, **sample_keywords(batch), ids=batch.ids, version=version, **draw
        )
    for warning in found.warnings:
        say(f"warning: {warning.message}")
    say(f"{found.disputed:,} of {found.pairs:,} pairs change their order; {len(found.ask)} to label")
    state = LabelState(
        arguments.reward_model, version, key=found.key, asked=[pair["id"] for pair in found.ask], **draw
    )
    if before is not None:
        # Of a curve that is fitted anew each time the key differs; the pairs that it draws do not.
        # With a greater count the draw goes on behind the pairs that it had.
        goes_on = before.asked == state.asked[: len(before.asked)]
        same_key = before.key == state.key or state.reward_model is None or state.count != before.count
        if not (goes_on and same_key):
            raise InputError(
                f"{path} holds labels of other samples or of another curve; name another by --state"
            )
        state = replace(
            state,
            answers=before.answers,
            attached=before.attached,
            attached_labels=before.attached_labels,
        )
        if state.count != before.count:
            further = len(state.asked) - len(before.asked)
            say(f"{counted(further, 'further pair')} besides the {len(before.asked)} of {path}")
        if state.answers:
            say(f"{len(state.answers)} of them are labelled already ({path})")
    return state, batch, found.ask


def _refuse_other_options(arguments: argparse.Namespace, path: str, before: LabelState) -> None:
    for name in ("reward_model", "version", *_DEFAULTS):
        given, kept = getattr(arguments, name), getattr(before, name)
        if name == "count" and given is not None and given > before.count:
            # The first pairs of a larger draw are those of the smaller one.
            continue
        if given != kept and (given is not None or name == "reward_model"):
            option = f"--{name.replace('_', '-')}"
            raise InputError(f"{path} was begun with {option} {kept}, not {given}; name another by --state")


def _ask_all(
    keys: Keys, state: LabelState, batch: Batch, asked: Sequence[Mapping[str, Any]], path: str
) -> bool:
    """Asks about what is not labelled yet; whether labelling came to its end (q stops it before)."""
    place = 0
    while place < len(asked):
        pair = asked[place]
        if pair["id"] in state.answers:
            place += 1
            continue
        show_pair(pair, batch, f"{place + 1} of {len(asked)}")
        try:
            answer = keys.ask()
        except BaseException:
            # What is said of it begins on a line of its own.
            print(file=sys.stderr)
            raise
        print("" if answer is None else answer, file=sys.stderr)
        if answer is None:
            return True
        if answer == STOP:
            return False
        if answer == BACK:
            place = max(place - 1, 0)
            state.answers.pop(asked[place]["id"], None)
        else:
            state.answers[pair["id"]] = ANSWERS[answer]
        state.save(path)
    return True
