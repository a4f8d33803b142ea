"""Where published chat templates lie in packages of PyPI, whose they are, and the tokens of their models' tokenizers."""

import importlib.metadata
import typing

# The folders of templates within the installed packages.
FOLDERS = {
    "trl": "trl/chat_templates",
    "axolotl": "axolotl/utils/chat_templates/templates",
}


class Family(typing.NamedTuple):
    """A family of models: `bos_token` and `eos_token` as its tokenizer_config.json has them, where its templates write them."""

    name: str
    bos: str = ""
    eos: str = ""


LLAMA = "<|begin_of_text|>"
MISTRAL = ("<s>", "</s>")
COHERE = ("<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>")
GEMMA = ("<bos>", "<eos>")
DEEPSEEK = ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")
CHATML_END = "<|im_end|>"

# By what a template's name begins with; the longest such beginning counts.
FAMILIES = {
    "alpaca": Family("Alpaca", *MISTRAL),
    "aya": Family("Command R, Aya", *COHERE),
    "chatml": Family("ChatML", "", CHATML_END),
    "cohere": Family("Command R, Aya", *COHERE),
    "cohere2": Family("Command R7B, Command A", *COHERE),
    "command_a": Family("Command R7B, Command A", *COHERE),
    "deepseek_r1": Family("DeepSeek R1", *DEEPSEEK),
    "deepseek_v2": Family("DeepSeek V2.5", *DEEPSEEK),
    "deepseek_v3": Family("DeepSeek V3", *DEEPSEEK),
    "deepseekv3": Family("DeepSeek V3", *DEEPSEEK),
    "diffusion_gemma": Family("Gemma 4", *GEMMA),
    "exaone": Family("EXAONE 3", "[BOS]", "[|endofturn|]"),
    "exaone4": Family("EXAONE 4", "[BOS]", "[|endofturn|]"),
    "falcon_h1": Family("Falcon H1", LLAMA, "<|end_of_text|>"),
    "gemma": Family("Gemma 1, 2", *GEMMA),
    "gemma3": Family("Gemma 3", *GEMMA),
    "gemma4": Family("Gemma 4", *GEMMA),
    "glm4moe": Family("GLM-4.5", "", "<|endoftext|>"),
    "gptoss": Family("gpt-oss (harmony)", "<|startoftext|>", "<|return|>"),
    "idefics3": Family("Idefics 3", LLAMA, "<|end_of_text|>"),
    "jamba": Family("Jamba", "<|startoftext|>", "<|endoftext|>"),
    "lfm2": Family("LFM2", "<|startoftext|>", CHATML_END),
    "llama3": Family("Llama 3", LLAMA, "<|eot_id|>"),
    "llama4": Family("Llama 4", LLAMA, "<|eot|>"),
    "llava": Family("LLaVA 1.5", *MISTRAL),
    "llava_next": Family("LLaVA 1.6 Mistral", *MISTRAL),
    "metharme": Family("Metharme", *MISTRAL),
    "mistral": Family("Mistral", *MISTRAL),
    "muse_glimmer": Family("Muse Glimmer"),
    "nemotron": Family("Nemotron", "<s>", CHATML_END),
    "phi3": Family("Phi-3", "<s>", "<|endoftext|>"),
    "phi_3": Family("Phi-3", "<s>", "<|endoftext|>"),
    "phi_4": Family("Phi-4", "<|endoftext|>", CHATML_END),
    "pixtral": Family("Mistral", *MISTRAL),
    "qwen2": Family("Qwen 2", "", CHATML_END),
    "qwen_25": Family("Qwen 2", "", CHATML_END),
    "qwen3": Family("Qwen 3", "", CHATML_END),
    "smolvlm": Family("SmolVLM", "<|im_start|>", "<end_of_utterance>"),
}


class PublishedTemplate(typing.NamedTuple):
    """A template's name, `PACKAGE/FILE` without its ending, and the path of its file."""

    name: str
    path: str
    family: Family


def published_templates():
    """Every template of the installed packages, by name. One of no known family is an error: its tokens are not known."""
    for package, folder in FOLDERS.items():
        for file in importlib.metadata.files(package):
            if file.parent.as_posix() == folder and file.suffix == ".jinja":
                yield PublishedTemplate(f"{package}/{file.stem}", str(file.locate()), family_of(file.stem))


def family_of(stem):
    beginnings = [beginning for beginning in FAMILIES if stem.startswith(beginning)]
    if not beginnings:
        raise KeyError(f"the template {stem} is of no known family")
    return FAMILIES[max(beginnings, key=len)]
