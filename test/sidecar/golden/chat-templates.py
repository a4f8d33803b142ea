"""Renders conversations by the chat templates of published models, as transformers' apply_chat_template does.

    python chat-templates.py FOLDER > chat-templates.json     (needs jinja2)

FOLDER holds NAME.jinja for every name below: the chat_template of the tokenizer_config.json of the repository named. The
templates are their authors' and are not copied into this project; branches for tools may be left out.
"""

import json
import pathlib
import sys

from jinja2.sandbox import ImmutableSandboxedEnvironment

# name -> (repository on the Hugging Face hub, bos_token, eos_token, whether it takes a system message)
TEMPLATES = {
    "llama-3": ("meta-llama/Meta-Llama-3-8B-Instruct", "<|begin_of_text|>", "<|eot_id|>", True),
    "llama-3.1": ("meta-llama/Llama-3.1-8B-Instruct", "<|begin_of_text|>", "<|eot_id|>", True),
    "qwen-2.5": ("Qwen/Qwen2.5-7B-Instruct", "", "<|im_end|>", True),
    "qwen-3": ("Qwen/Qwen3-0.6B", "", "<|im_end|>", True),
    "chatml": ("teknium/OpenHermes-2.5-Mistral-7B", "<s>", "<|im_end|>", True),
    "mistral-0.2": ("mistralai/Mistral-7B-Instruct-v0.2", "<s>", "</s>", False),
    "mistral-large": ("mistralai/Mistral-Large-Instruct-2411", "<s>", "</s>", True),
    "gemma": ("google/gemma-7b-it", "<bos>", "<eos>", False),
    "zephyr": ("HuggingFaceH4/zephyr-7b-beta", "<s>", "</s>", True),
    "phi-3-mini": ("microsoft/Phi-3-mini-4k-instruct", "<s>", "<|endoftext|>", False),
    "phi-4": ("microsoft/phi-4", "<|endoftext|>", "<|im_end|>", True),
    "deepseek-r1-distill": (
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
        "<｜begin▁of▁sentence｜>",
        "<｜end▁of▁sentence｜>",
        True,
    ),
    "command-r": ("CohereForAI/c4ai-command-r-plus", "<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", True),
    "granite": ("ibm-granite/granite-3.0-8b-instruct", "<|end_of_text|>", "<|end_of_text|>", True),
}

SYSTEM = {"role": "system", "content": "You are a helpful assistant."}
FIRST = [
    {"role": "user", "content": "What is the capital of France? 🗼"},
    {"role": "assistant", "content": "Paris."},
]
QUESTION = {"role": "user", "content": "And of Italy?\nSay why."}
RESPONSES = {
    "plain": "Rome, since 1871.\n\n- It was the capital of the empire.\n- 古い都。",
    "thinking": "<think>\nItaly. Rome, not Turin.\n</think>\n\nRome 🏛️.",
}

# Where a template does not write the response as it is: Qwen 3 adds an empty block of thoughts, DeepSeek drops the thoughts.
AS_WRITTEN = {
    ("qwen-3", "plain"): "<think>\n\n</think>\n\n" + RESPONSES["plain"],
    ("deepseek-r1-distill", "thinking"): "\n\nRome 🏛️.",
}


def render(template, messages, **variables):
    def raise_exception(message):
        raise ValueError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = raise_exception
    return environment.from_string(template).render(messages=messages, **variables)


def cases(folder):
    for name, (repository, bos, eos, takes_system) in TEMPLATES.items():
        template = (folder / f"{name}.jinja").read_text()
        tokens = {"bos_token": bos, "eos_token": eos}
        for kind, response in RESPONSES.items():
            for turns in ([], FIRST):
                before = ([SYSTEM] if takes_system else []) + turns + [QUESTION]
                answered = before + [{"role": "assistant", "content": response}]
                yield {
                    "template": name,
                    "repository": repository,
                    "case": f"{kind}, {'several turns' if turns else 'one turn'}",
                    "question": QUESTION["content"],
                    "prompt": render(template, before, add_generation_prompt=True, **tokens),
                    "text": render(template, answered, add_generation_prompt=False, **tokens),
                    "response": AS_WRITTEN.get((name, kind), response),
                }


json.dump(list(cases(pathlib.Path(sys.argv[1]))), sys.stdout, ensure_ascii=False, indent=1)
print()
