"""Posts samples as a trainer does: clients.py TRAINER URL, samples as JSON on stdin, answers as JSON on stdout.

openrlhf  the released package's own client (`openrlhf.utils.agent`), one sample a call, all at the same time
http      what that client sends, where the package cannot be installed
slime     what `slime/rollout/rm_hub` sends: one session, up to 64 connections
verl      examples/verl/reward.py, loaded from its file and called with verl's keywords
slime-rm  examples/slime/reward.py, called as slime calls a custom reward model

The last two ask the service of the URL by the package in clients/python.
"""

import asyncio
import contextlib
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import sys
import types

import aiohttp

ROOT = pathlib.Path(__file__).parents[2]


def openrlhf_executor(url):
    """OpenRLHF's own executor. `openrlhf.utils` itself imports torch and deepspeed: an empty package stands in for it."""
    folder = importlib.metadata.distribution("openrlhf").locate_file("openrlhf")
    for name, path in (("openrlhf", folder), ("openrlhf.utils", folder / "utils")):
        package = types.ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    from openrlhf.utils.agent import SingleTurnAgentExecutor

    return SingleTurnAgentExecutor(url)


async def openrlhf(url, samples):
    executor = openrlhf_executor(url)

    async def one(sample):
        query = sample["prompt"] + sample["response"]
        [answer] = await executor._fetch_rewards_via_http([query], [sample["prompt"]], [sample["label"]])
        return answer

    return await asyncio.gather(*map(one, samples))


async def http(url, samples):
    async def one(sample):
        query = sample["prompt"] + sample["response"]
        body = {"query": [query], "prompts": [sample["prompt"]], "labels": [sample["label"]]}
        async with aiohttp.ClientSession(raise_for_status=True) as session, session.post(url, json=body) as answer:
            return await answer.json()

    return await asyncio.gather(*map(one, samples))


async def slime(url, samples):
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:

        async def one(sample):
            async with session.post(url, json=sample) as answer:
                return await answer.json()

        return await asyncio.gather(*map(one, samples))


def example(path, url):
    """A module of the examples, loaded from its file as verl does it."""
    os.environ["REWARD_CALIBRATION_URL"] = url.partition("/sidecar/")[0]
    spec = importlib.util.spec_from_file_location("custom_module", ROOT / "examples" / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def verl(url, samples):
    module = example("verl/reward.py", url)
    calls = (
        module.compute_score(
            data_source="clients",
            solution_str=sample["response"],
            ground_truth=sample["label"],
            extra_info={"prompt": [{"role": "user", "content": sample["prompt"]}], "num_turns": 1},
        )
        for sample in samples
    )
    return await asyncio.gather(*calls)


async def slime_rm(url, samples):
    module = example("slime/reward.py", url)
    arguments = types.SimpleNamespace(reward_key="score")
    return await asyncio.gather(
        *(module.custom_rm(arguments, types.SimpleNamespace(**sample)) for sample in samples)
    )


TRAINERS = {"openrlhf": openrlhf, "http": http, "slime": slime, "verl": verl, "slime-rm": slime_rm}

if __name__ == "__main__":
    _, trainer, url = sys.argv
    # OpenRLHF logs to stdout.
    with contextlib.redirect_stdout(sys.stderr):
        answers = asyncio.run(TRAINERS[trainer](url, json.load(sys.stdin)))
    json.dump(answers, sys.stdout)
