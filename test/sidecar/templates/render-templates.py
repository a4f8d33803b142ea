"""Renders conversations by published chat templates, as transformers' apply_chat_template does; JSON on stdout.

    python render-templates.py [--thoughts THOUGHTS] [RESPONSE …]     (needs what requirements.txt lists)

Without responses, of one of its own. With thoughts, which go to the template beside the response (`reasoning_content`, and
`thinking` for gpt-oss), of those conversations alone in which it writes them. An entry a template: `conversations` that it renders (a template that takes no system prompt has those without), and why
it refuses the others. Of each conversation: `text` (answered), `prompt` (for an answer), `question`, `response`, and the response as
`written` by the template: with the empty block of thoughts before it that some add; its `length` in code points.
"""

import argparse
import datetime
import itertools
import json
import re
import sys

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox
from published_templates import published_templates

SYSTEM = "You are a helpful assistant."
FIRST_TURN = ("What is the capital of France? 🗼", "Paris.")
QUESTION = "And of Italy?\nSay why."
DEFAULT_RESPONSE = "Rome 🏛️, since 1871.\n\n- It was the capital of the empire.\n- 古い都。"

# A block of thoughts without any, as Qwen and others, and as Gemma 4 write it before an answer that has none.
EMPTY_THOUGHTS = re.compile(r"(?:<think>\s*</think>\s*|<\|channel>thought\n\s*<channel\|>\s*)$")


class GenerationTag(jinja2.ext.Extension):
    """The tag around an answer by which transformers makes masks; it writes nothing."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def transformers_environment():
    """Jinja as transformers/utils/chat_template_utils.py sets it up."""

    def raise_exception(message):
        raise jinja2.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = raise_exception
    environment.globals["strftime_now"] = lambda format: datetime.datetime.now().strftime(format)
    return environment


def as_text(text):
    return text


def as_parts(text):
    """As vision models take it."""
    return [{"type": "text", "text": text}]


class Refusal(Exception):
    """A template that does not write a conversation as it is."""


def conversation(template, tokens, content, thoughts, response, has_system, has_first_turn):
    """A conversation as the template writes it; raises what it refuses."""

    def message(role, text):
        return {"role": role, "content": content(text)}

    def render(messages, add_generation_prompt):
        return template.render(
            messages=messages, tools=None, documents=None, add_generation_prompt=add_generation_prompt, **tokens
        )

    asked = [message("system", SYSTEM)] if has_system else []
    if has_first_turn:
        asked += [message("user", FIRST_TURN[0]), message("assistant", FIRST_TURN[1])]
    asked += [message("user", QUESTION)]
    prompt = render(asked, True)
    reasoning = {"reasoning_content": thoughts, "thinking": thoughts} if thoughts else {}
    text = render([*asked, {**message("assistant", response), **reasoning}], False)
    if QUESTION not in prompt or text.count(response) != 1 or (thoughts or "") not in text:
        raise Refusal("it leaves out a message, or writes it in another way")
    empty_thoughts = EMPTY_THOUGHTS.search(text[: text.index(response)])
    written = (empty_thoughts.group() if empty_thoughts else "") + response
    return {
        "system": SYSTEM if has_system else None,
        "prompt": prompt,
        "text": text,
        "question": QUESTION,
        "response": response,
        "written": written,
        "length": len(written),
    }


def rendered(environment, published, thoughts, responses):
    """A template with its conversations, their content as texts, else as parts."""
    name, path, family = published
    tokens = {"bos_token": family.bos, "eos_token": family.eos}
    entry = {"template": name, "family": family.name, "path": path, "tokens": tokens}
    with open(path, encoding="utf-8") as file:
        template = environment.from_string(file.read())
    for content in (as_text, as_parts):
        conversations, refusals = [], set()
        for response, has_system, has_first_turn in itertools.product(responses, (False, True), (False, True)):
            try:
                given = (content, thoughts, response, has_system, has_first_turn)
                conversations.append(conversation(template, tokens, *given))
            except (jinja2.TemplateError, Refusal, TypeError) as error:
                refusals.add(str(error))
        if conversations:
            break
    return {**entry, "conversations": conversations, "refusals": sorted(refusals)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--thoughts")
    parser.add_argument("responses", nargs="*", default=[DEFAULT_RESPONSE])
    arguments = parser.parse_args()
    environment = transformers_environment()
    templates = [
        rendered(environment, one, arguments.thoughts, arguments.responses) for one in sorted(published_templates())
    ]
    json.dump(templates, sys.stdout, ensure_ascii=False)
