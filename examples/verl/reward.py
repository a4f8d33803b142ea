"""verl's custom reward function, by the calibration service in front of the reward model.

    python3 -m verl.trainer.main_ppo reward.custom_reward_function.path=examples/verl/reward.py …

From the environment: REWARD_URL, and REWARD_TOKENIZER (the reward model's name or folder), whose chat template writes
the text that the reward model reads. Without it prompt and response are put together with a blank line between them.
"""

import functools
import os

import aiohttp

REWARD_URL = os.environ.get("REWARD_URL", "http://localhost:8080/sidecar/rm/get_reward")
TIMEOUT = aiohttp.ClientTimeout(total=180)


async def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """The calibrated reward of a response. verl calls this once a sample, concurrently; the service gathers batches.

    `extra_info["prompt"]`, a text or a list of messages, is to be put there when the data set is made: verl gives reward
    functions no prompt of its own. verl trains on `score` and logs the other values.
    """
    query, prompt = reward_text(extra_info["prompt"], solution_str)
    body = {"query": [query], "prompts": [prompt], "labels": [None]}
    async with aiohttp.ClientSession(timeout=TIMEOUT, raise_for_status=True) as session:
        async with session.post(REWARD_URL, json=body) as response:
            answer = await response.json()
    logs = answer["extra_logs"]
    return {"score": answer["rewards"][0], **{name: logs[name][0] for name in ("raw_reward", "bias", "length")}}


def reward_text(prompt, response):
    """Prompt and response as the reward model reads them, and the prompt as it stands in that text before the response."""
    messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)
    tokenizer = reward_tokenizer()
    if tokenizer is None:
        before = "".join(message["content"] + "\n\n" for message in messages)
        return before + response, before
    chat = [*messages, {"role": "assistant", "content": response}]
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    return text, tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)


@functools.cache
def reward_tokenizer():
    name = os.environ.get("REWARD_TOKENIZER")
    if name is None:
        return None
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(name)
