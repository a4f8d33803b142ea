"""Reward functions for TRL, verl and slime: what they are called with, and what they give."""

from __future__ import annotations

import asyncio
import functools
import inspect
import math
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from curve_documents import curve_of, document
from reward_server import NO_REWARD, RewardServer, raw_reward, reward_server, upstreams
from service_requests import expect

from reward_calibration.client import Client
from reward_calibration.curve import Curve
from reward_calibration.errors import InputError, RewardCalibrationError, ServiceError
from reward_calibration.trainers import slime_reward, trl_reward, verl_reward

REWARD_MODEL = "trainers/rm"
CURVE = Curve.from_dict(document(curve_of(), reward_model=REWARD_MODEL))
PROMPTS = ["Say hello.", "Italy?", "Count.", "Why?"]
RESPONSES = ["Hello there, dear friend!", "Rome, 日本 🌵", "", "x" * 900]
RAW = [0.5, 1.25, -3.0, 2.0]
CALIBRATED = CURVE.calibrate(RAW, responses=RESPONSES)


@dataclass
class Services:
    """The service with a curve and two upstreams, and the reward model's server behind it."""

    url: str
    server: RewardServer


@pytest.fixture(scope="module")
def services(start_service: Callable[..., AbstractContextManager[str]]) -> Iterator[Services]:
    with reward_server() as server, start_service(UPSTREAMS=upstreams(server.url)) as url:
        expect(url, "PUT", "/v1/curves", CURVE.to_dict())
        yield Services(url, server)


@pytest.fixture(params=["curve", "URL", "client"])
def calibrated_by(request: pytest.FixtureRequest, services: Services) -> tuple[Any, dict[str, Any]]:
    """Everything that an adapter takes to calibrate by, and the keywords that go with it."""
    if request.param == "curve":
        return CURVE, {}
    client = services.url if request.param == "URL" else Client(services.url)
    return client, {"reward_model": REWARD_MODEL}


def gives(rewards: Any) -> Callable[..., Any]:
    """A reward function that gives these rewards, whatever it is asked."""

    def my_reward(*_: Any, **__: Any) -> Any:
        return rewards

    return my_reward


def gives_later(rewards: Any) -> Callable[..., Any]:
    async def my_reward(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(0)
        return rewards

    return my_reward


class Awaited:
    """A reward function as an object whose ``__call__`` is a coroutine."""

    def __init__(self, rewards: list[float]) -> None:
        self.rewards = rewards

    async def __call__(self, **_: Any) -> list[float]:
        return self.rewards


def length_reward(prompts: list[str], completions: list[str], **_: Any) -> list[float]:
    return [float(len(completion)) for completion in completions]


def value_of(answer: Any) -> Any:
    """An answer, or what a coroutine returns."""
    return asyncio.run(answer) if inspect.isawaitable(answer) else answer


MODES = {"sync": gives, "async": gives_later}


@pytest.mark.parametrize("mode", MODES)
def test_trl_rewards_are_calibrated(calibrated_by: tuple[Any, dict[str, Any]], mode: str) -> None:
    client, keywords = calibrated_by
    function = trl_reward(client, MODES[mode](RAW), **keywords)
    assert inspect.iscoroutinefunction(function.__call__) == (mode == "async")
    assert function.__name__ == "calibrated_my_reward"
    logged: dict[str, float] = {}
    answer = function(
        prompts=PROMPTS,
        completions=RESPONSES,
        completion_ids=[[1, 2]] * 4,
        answer=["a"] * 4,
        trainer_state=None,
        log_metric=lambda name, value: logged.update({name: value}),
        log_extra=None,
    )
    assert value_of(answer) == CALIBRATED.rewards
    assert logged == {
        "calibration/raw_reward": pytest.approx(sum(RAW) / 4),
        "calibration/bias": pytest.approx(sum(CALIBRATED.biases) / 4),
        "calibration/length": sum(map(len, RESPONSES)) / 4,
    }


def test_trl_function_gets_what_trl_gives() -> None:
    seen: dict[str, Any] = {}

    def my_reward(prompts: list[str], completions: list[str], **kwargs: Any) -> list[float]:
        seen.update(kwargs, prompts=prompts, completions=completions)
        return RAW

    given = {"completion_ids": [[1]] * 4, "answer": ["a", "b", "c", "d"]}
    trl_reward(CURVE, my_reward)(prompts=PROMPTS, completions=RESPONSES, **given)
    assert seen == {"prompts": PROMPTS, "completions": RESPONSES, **given}


def test_trl_completions_without_a_reward_stay_so(calibrated_by: tuple[Any, dict[str, Any]]) -> None:
    client, keywords = calibrated_by
    logged: dict[str, float] = {}
    function = trl_reward(client, gives([None, 1.25, None, 2]), **keywords)
    rewards = function(
        prompts=PROMPTS, completions=RESPONSES, log_metric=lambda name, value: logged.update({name: value})
    )
    assert rewards == [None, CALIBRATED.rewards[1], None, CALIBRATED.rewards[3]]
    assert logged["calibration/raw_reward"] == (1.25 + 2) / 2
    nothing = trl_reward(client, gives([None] * 4), **keywords)
    assert nothing(prompts=PROMPTS, completions=RESPONSES, log_metric=pytest.fail) == [None] * 4


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_trl_rewards_may_be_arrays(library: str) -> None:
    module = pytest.importorskip(library)
    rewards = module.asarray(RAW)
    assert trl_reward(CURVE, gives(rewards))(prompts=PROMPTS, completions=RESPONSES) == CALIBRATED.rewards


@pytest.mark.parametrize(
    ("rewards", "words"),
    [
        (
            [0.5, math.nan, 1, 2],
            "my_reward, sample 1: must be a finite number, or None where there is no reward",
        ),
        ([0.5, 1, math.inf, 2], "my_reward, sample 2: must be a finite number"),
        ([0.5, 1, 2, "3"], "my_reward, sample 3: must be a finite number"),
        ([0.5, 1, 2, {}], "my_reward, sample 3: must be a finite number, or None, not dict"),
        ([0.5, 1], "my_reward gave 2 rewards for 4 responses"),
        (None, "my_reward gave NoneType, not a list of rewards"),
    ],
)
def test_wrong_rewards_are_named(rewards: Any, words: str) -> None:
    with pytest.raises(InputError) as refused:
        trl_reward(CURVE, gives(rewards))(prompts=PROMPTS, completions=RESPONSES)
    assert str(refused.value).startswith(words)
    assert not any(text in str(refused.value) for text in (*PROMPTS, RESPONSES[0]))


def conversation(text: str) -> list[dict[str, Any]]:
    """A completion of several messages, of which the assistant says ``text``."""
    return [
        {
            "role": "assistant",
            "content": text[:4],
            "reasoning_content": "hm",
            "tool_calls": [{"name": "search"}],
        },
        {"role": "tool", "content": "what a tool says"},
        {"role": "assistant", "content": None},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": text[4:]}, {"type": "image", "text": None}],
        },
    ]


def test_messages_are_measured_by_what_the_assistant_says(calibrated_by: tuple[Any, dict[str, Any]]) -> None:
    client, keywords = calibrated_by
    asked = [[{"role": "user", "content": prompt}] for prompt in PROMPTS]
    completions = [conversation(text) for text in RESPONSES]
    function = trl_reward(client, gives(RAW), **keywords)
    assert function(prompts=asked, completions=completions) == CALIBRATED.rewards


@pytest.mark.parametrize(
    ("completion", "words"),
    [
        ([{"role": "user", "content": "a"}], 'completion 0: needs a message of role "assistant"'),
        (None, "completion 0: must be text or a list of messages, not NoneType"),
        (["a"], "completion 0: must be text or a list of messages"),
        ([{"role": "assistant", "content": 3}], "completion 0: the content of a message must be text"),
        ("half \ud83d", "completion 0: the text has a lone surrogate"),
    ],
)
def test_completions_that_are_no_text_are_named(completion: Any, words: str) -> None:
    with pytest.raises(InputError) as refused:
        trl_reward(CURVE, gives([1]))(prompts=["a"], completions=[completion])
    assert str(refused.value).startswith(words)


def test_tokens_are_counted_by_trl_and_by_slime(services: Services) -> None:
    curve = Curve.from_dict(document(curve_of("tokens"), reward_model="trainers/tokens"))
    expect(services.url, "PUT", "/v1/curves", curve.to_dict())
    counts = [3, 40, 500, 12]
    expected = curve.calibrate(RAW, tokens=counts).rewards
    ids = [[0] * count for count in counts]
    samples = [sample_of(i, response_length=count) for i, count in enumerate(counts)]
    for client, keywords in ((curve, {}), (services.url, {"reward_model": "trainers/tokens"})):
        function = trl_reward(client, gives(RAW), tokens=True, **keywords)
        assert function(prompts=PROMPTS, completions=RESPONSES, completion_ids=ids) == expected
        model = slime_reward(client, gives(RAW), tokens=True, **keywords)
        assert asyncio.run(model(SLIME, samples)) == expected  # type: ignore[arg-type]
    with pytest.raises(InputError, match="tokens=True needs completion_ids"):
        trl_reward(curve, gives(RAW), tokens=True)(prompts=PROMPTS, completions=RESPONSES)


@pytest.mark.parametrize("source", ["function", "coroutine", "upstream"])
def test_trl_functions_can_be_pickled(services: Services, source: str) -> None:
    """TRL's asynchronous trainers send reward functions to another process."""
    made = {
        "function": lambda: trl_reward(services.url, length_reward, reward_model=REWARD_MODEL),
        "coroutine": lambda: trl_reward(CURVE, Awaited(RAW)),
        "upstream": lambda: trl_reward(services.url, upstream="rm"),
    }[source]()
    copied = pickle.loads(pickle.dumps(made))
    assert copied.__name__ == made.__name__
    assert inspect.iscoroutinefunction(copied) == inspect.iscoroutinefunction(made)
    ask = functools.partial(copied, prompts=PROMPTS, completions=RESPONSES)
    assert value_of(ask()) == value_of(made(prompts=PROMPTS, completions=RESPONSES))


def test_names_in_the_log_of_trl() -> None:
    assert trl_reward(CURVE, length_reward).__name__ == "calibrated_length_reward"
    assert trl_reward(CURVE, functools.partial(length_reward)).__name__ == "calibrated_length_reward"
    assert trl_reward(CURVE, Awaited(RAW)).__name__ == "calibrated_Awaited"
    assert trl_reward(CURVE, length_reward, name="quality").__name__ == "quality"
    assert trl_reward("http://localhost:1", upstream="rm").__name__ == "calibrated_rm"


def by_sidecar(texts: list[str], responses: list[str]) -> list[float]:
    """Calibrated rewards of texts by the test's reward server."""
    raw = [raw_reward(text) or 0.0 for text in texts]
    return list(CURVE.calibrate(raw, responses=responses).rewards)


class Template:
    """A tokenizer as far as its chat template goes."""

    def apply_chat_template(
        self,
        conversation: list[dict[str, Any]],
        *,
        add_generation_prompt: bool = False,
        tokenize: bool = True,
    ) -> str:
        assert tokenize is False
        text = "".join(f"<|{message['role']}|>\n{message['content']}<|end|>\n" for message in conversation)
        return text + ("<|assistant|>\n" if add_generation_prompt else "")


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_trl_asks_the_sidecar(services: Services) -> None:
    pairs = list(zip(PROMPTS, RESPONSES, strict=True))
    forms: dict[str, tuple[Any, Any, list[str], Any]] = {
        "texts": (PROMPTS, RESPONSES, [p + r for p, r in pairs], None),
        "messages": (
            [user(p) for p in PROMPTS],
            [[{"role": "assistant", "content": r}] for r in RESPONSES],
            [f"{p}\n\n{r}" for p, r in pairs],
            None,
        ),
        "a template": (
            [user(p) for p in PROMPTS],
            RESPONSES,
            [f"<|user|>\n{p}<|end|>\n<|assistant|>\n{r}<|end|>\n" for p, r in pairs],
            Template(),
        ),
    }
    for prompts, completions, texts, tokenizer in forms.values():
        services.server.asked.clear()
        function = trl_reward(services.url, upstream="rm", tokenizer=tokenizer)
        logged: list[tuple[str, float]] = []
        rewards = function(
            prompts=prompts, completions=completions, log_metric=lambda *pair, to=logged: to.append(pair)
        )
        assert sorted(services.server.asked) == sorted(texts)
        assert rewards == by_sidecar(texts, RESPONSES)
        assert ("calibration/length", sum(map(len, RESPONSES)) / 4) in logged


def test_a_reward_that_the_model_does_not_give(services: Services) -> None:
    responses = ["Rome.", NO_REWARD]
    rewards = trl_reward(services.url, upstream="rm")(prompts=PROMPTS[:2], completions=responses)
    assert rewards == [by_sidecar([PROMPTS[0] + "Rome."], ["Rome."])[0], None]
    score = verl_reward(services.url, upstream="rm")
    with pytest.raises(RewardCalibrationError, match="the reward model gave no reward for this sample"):
        value_of(score("source", NO_REWARD, "", {"prompt": "a"}))
    with pytest.raises(ServiceError) as refused:
        trl_reward(services.url, upstream="strict")(prompts=PROMPTS[:2], completions=responses)
    assert refused.value.code == "no-reward"
    assert NO_REWARD not in str(refused.value)


VERL = {"data_source": "gsm8k", "ground_truth": "4"}


@pytest.mark.parametrize("mode", MODES)
def test_verl_scores_are_calibrated(calibrated_by: tuple[Any, dict[str, Any]], mode: str) -> None:
    client, keywords = calibrated_by
    for i, response in enumerate(RESPONSES):
        parts = {
            "score": CALIBRATED.rewards[i],
            "raw_reward": RAW[i],
            "bias": CALIBRATED.biases[i],
            "length": len(response),
        }
        for given, rest in ((RAW[i], {}), ({"score": RAW[i], "acc": True}, {"acc": True})):
            score = verl_reward(client, MODES[mode](given), **keywords)
            assert inspect.iscoroutinefunction(score) == (mode == "async")
            assert value_of(score(solution_str=response, extra_info=None, **VERL)) == {**rest, **parts}


def test_verl_function_gets_what_verl_gives() -> None:
    seen: dict[str, Any] = {}

    def my_score(**kwargs: Any) -> float:
        seen.update(kwargs)
        return 1

    given = {**VERL, "solution_str": "4", "extra_info": {"index": 3}, "reward_router_address": "host:1"}
    verl_reward(CURVE, my_score)(**given)
    assert seen == given


def test_verl_asks_the_sidecar(services: Services) -> None:
    numpy = pytest.importorskip("numpy")
    asked = {"role": "user", "content": "Italy?"}
    system = {"role": "system", "content": "Be brief."}
    templated = "<|user|>\nItaly?<|end|>\n<|assistant|>\nRome.<|end|>\n"
    forms: list[tuple[Any, Any, str]] = [
        ("Italy?", None, "Italy?\n\nRome."),
        ([system, asked], None, "Be brief.\n\nItaly?\n\nRome."),
        # As Parquet gives messages back.
        (numpy.array([asked], dtype=object), None, "Italy?\n\nRome."),
        ("Italy?", Template(), templated),
        ([asked], Template(), templated),
    ]
    for prompt, tokenizer, text in forms:
        services.server.asked.clear()
        score = verl_reward(services.url, upstream="rm", tokenizer=tokenizer, prompt_key="question")
        assert inspect.iscoroutinefunction(score)
        answer = value_of(score(solution_str="Rome.", extra_info={"question": prompt}, **VERL))
        assert services.server.asked == [text]
        assert answer["score"] == by_sidecar([text], ["Rome."])[0]
        assert (answer["raw_reward"], answer["length"]) == (raw_reward(text), 5)
        assert answer["bias"] == answer["raw_reward"] - answer["score"]
    for extra_info in (None, {"index": 3}):
        with pytest.raises(InputError, match="extra_info has no 'prompt': put the prompt there"):
            value_of(
                verl_reward(services.url, upstream="rm")(solution_str="a", extra_info=extra_info, **VERL)
            )


def test_many_samples_at_once_share_the_sidecar(services: Services) -> None:
    score = verl_reward(services.url, upstream="rm")
    responses = [f"Answer {i} " + "x" * i for i in range(200)]

    async def ask_all() -> list[Any]:
        return await asyncio.gather(
            *(score(solution_str=text, extra_info={"prompt": "Why?"}, **VERL) for text in responses)  # type: ignore[misc]
        )

    answers = asyncio.run(ask_all())
    assert [answer["score"] for answer in answers] == by_sidecar(
        [f"Why?\n\n{text}" for text in responses], responses
    )


SLIME = SimpleNamespace(reward_key=None)
SLIME_WITH_KEY = SimpleNamespace(reward_key="score")


def sample_of(i: int, **fields: Any) -> SimpleNamespace:
    """What is read of slime's Sample."""
    given = {"prompt": PROMPTS[i], "response": RESPONSES[i], "label": None, "response_length": 5}
    return SimpleNamespace(**{**given, **fields})


@pytest.mark.parametrize("mode", MODES)
def test_slime_rewards_are_calibrated(calibrated_by: tuple[Any, dict[str, Any]], mode: str) -> None:
    client, keywords = calibrated_by
    samples = [sample_of(i) for i in range(4)]
    keyed = [
        {"score": reward, "raw_reward": raw, "bias": bias, "length": len(response)}
        for reward, raw, bias, response in zip(
            CALIBRATED.rewards, RAW, CALIBRATED.biases, RESPONSES, strict=True
        )
    ]
    group = slime_reward(client, MODES[mode](RAW), **keywords)
    assert inspect.iscoroutinefunction(group)
    assert value_of(group(SLIME, samples)) == CALIBRATED.rewards
    assert value_of(group(SLIME_WITH_KEY, samples, evaluation=True)) == keyed
    one = slime_reward(client, MODES[mode](RAW[0]), **keywords)
    assert value_of(one(SLIME, samples[0])) == CALIBRATED.rewards[0]
    assert value_of(one(SLIME_WITH_KEY, samples[0])) == keyed[0]
    with_dict = slime_reward(client, MODES[mode]({"score": RAW[0], "format": 1}), **keywords)
    assert value_of(with_dict(SLIME_WITH_KEY, samples[0])) == {"format": 1, **keyed[0]}
    named = slime_reward(client, MODES[mode]({"mine": RAW[0]}), reward_key="mine", **keywords)
    assert value_of(named(SLIME, samples[0]))["mine"] == CALIBRATED.rewards[0]
    with pytest.raises(InputError, match="my_reward gave a dict without the reward key None"):
        value_of(with_dict(SLIME, samples[0]))


def test_slime_asks_the_sidecar(services: Services) -> None:
    samples = [sample_of(0), sample_of(1, prompt=user("Italy?"), label="Rome"), sample_of(3)]
    texts = [PROMPTS[0] + RESPONSES[0], f"Italy?\n\n{RESPONSES[1]}", PROMPTS[3] + RESPONSES[3]]
    expected = by_sidecar(texts, [sample.response for sample in samples])
    model = slime_reward(services.url, upstream="rm")
    assert value_of(model(SLIME, samples)) == expected
    assert [value_of(model(SLIME, sample)) for sample in samples] == expected
    keyed = value_of(model(SLIME_WITH_KEY, samples[1]))
    assert (keyed["score"], keyed["raw_reward"], keyed["length"]) == (expected[1], raw_reward(texts[1]), 10)


def test_without_a_curve(services: Services) -> None:
    function = trl_reward(services.url, gives(RAW), reward_model="trainers/none")
    with pytest.raises(ServiceError) as refused:
        function(prompts=PROMPTS, completions=RESPONSES)
    assert refused.value.code == "no-curve"
    passing = trl_reward(
        services.url, gives(RAW), reward_model="trainers/none", on_missing_curve="passthrough", observe=True
    )
    assert passing(prompts=PROMPTS, completions=RESPONSES) == RAW
    [observed] = [
        each
        for each in expect(services.url, "GET", "/v1/curves")["observed"]
        if each["reward_model"] == "trainers/none"
    ]
    assert observed["samples"] == 4


def test_a_version_can_be_pinned(services: Services) -> None:
    twice = Curve.from_dict(document(curve_of(alpha=2), reward_model="trainers/pinned"))
    once = Curve.from_dict(document(curve_of(), reward_model="trainers/pinned"))
    for curve in (once, twice):
        expect(services.url, "PUT", "/v1/curves", curve.to_dict())
    for version, curve in ((None, twice), (1, once), (2, twice)):
        function = trl_reward(services.url, gives(RAW), reward_model="trainers/pinned", version=version)
        assert (
            function(prompts=PROMPTS, completions=RESPONSES)
            == curve.calibrate(RAW, responses=RESPONSES).rewards
        )


URL = "http://localhost:1"
ADAPTERS = {"trl": trl_reward, "verl": verl_reward, "slime": slime_reward}
MISTAKES: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    ((URL,), {}, "give either "),
    ((URL, gives(RAW)), {"upstream": "rm"}, "give either "),
    ((URL, "org/reward-model"), {}, "must be a function, not str"),
    ((URL, gives(RAW)), {}, "reward_model= is needed: it names the curve that calibrates"),
    (
        (URL, gives(RAW)),
        {"reward_model": "a", "on_missing_curve": "none"},
        'on_missing_curve must be "error" or',
    ),
    (
        (URL, gives(RAW)),
        {"reward_model": "a", "tokenizer": Template()},
        "tokenizer= has no effect without upstream=",
    ),
    ((URL,), {"upstream": "rm", "tokenizer": 3}, "tokenizer= needs apply_chat_template, or a name, not int"),
    ((URL,), {"upstream": "rm", "reward_model": "a"}, "reward_model= has no effect with upstream="),
    ((URL,), {"upstream": "rm", "version": 3}, "version= has no effect with upstream="),
    ((URL,), {"upstream": "rm", "observe": True}, "observe= has no effect with upstream="),
    (
        (URL,),
        {"upstream": "rm", "on_missing_curve": "passthrough"},
        "on_missing_curve= has no effect with upstream=",
    ),
    ((CURVE,), {"upstream": "rm"}, "upstream= needs the service: a curve cannot score"),
    ((CURVE, gives(RAW)), {"reward_model": "a"}, "the curve is one of 'trainers/rm', not of 'a'"),
    ((CURVE, gives(RAW)), {"version": 3}, "the curve is version 7, not 3"),
    ((CURVE, gives(RAW)), {"observe": True}, "observe=True needs the service: a curve keeps nothing"),
    (
        (3, gives(RAW)),
        {"reward_model": "a"},
        "client must be a Client, the URL of the service, a Curve or its file, not int",
    ),
    (
        (None,),
        {"upstream": "rm"},
        "client must be a Client, the URL of the service, a Curve or its file, not NoneType",
    ),
]


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(("given", "keywords", "words"), MISTAKES)
def test_arguments_that_do_not_go_together_are_refused_at_once(
    adapter: str, given: tuple[Any, ...], keywords: dict[str, Any], words: str
) -> None:
    make: Callable[..., object] = ADAPTERS[adapter]
    with pytest.raises(InputError) as refused:
        make(*given, **keywords)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
