import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

/** What `python3 -m py_compile` does, without leaving __pycache__ beside the examples. */
const COMPILE = 'import sys; [compile(open(name).read(), name, "exec") for name in sys.argv[1:]]';

test("the trainers' examples in Python compile", (context) => {
  const files = ['trl/grpo.py', 'openrlhf/reward_server.py', 'verl/reward.py'].map((name) => EXAMPLES + name);
  const { error, status, stderr } = spawnSync('python3', ['-c', COMPILE, ...files], { encoding: 'utf8' });
  if (error) return context.skip('python3 is not installed');
  expect(status, stderr).toBe(0);
});

/** Calls verl's example with a tokenizer of its own, without the library that it posts with. */
const VERL_TEXT = `
import json, runpy, sys, types
aiohttp = sys.modules["aiohttp"] = types.ModuleType("aiohttp")
aiohttp.ClientTimeout = lambda total: None
example = runpy.run_path(sys.argv[1])
class Tokenizer:
    def apply_chat_template(self, messages, tokenize, add_generation_prompt=False):
        assert tokenize is False
        text = "".join(f"<|{m['role']}|>\\n{m['content']}<|end|>\\n" for m in messages)
        return text + ("<|assistant|>\\n" if add_generation_prompt else "")
def text_of(tokenizer, prompt):
    example["reward_text"].__globals__["reward_tokenizer"] = lambda: tokenizer
    return example["reward_text"](prompt, "Rome.")
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Italy?"}]
print(json.dumps([text_of(Tokenizer(), messages), text_of(Tokenizer(), "Italy?"), text_of(None, messages)]))
`;

test("verl's example sends the prompt as it stands before the response", (context) => {
  const asked = spawnSync('python3', ['-c', VERL_TEXT, `${EXAMPLES}verl/reward.py`], { encoding: 'utf8' });
  if (asked.error) return context.skip('python3 is not installed');
  expect(asked.status, asked.stderr).toBe(0);
  const user = '<|user|>\nItaly?<|end|>\n';
  const system = '<|system|>\nBe brief.<|end|>\n';
  expect(JSON.parse(asked.stdout)).toEqual([
    [`${system}${user}<|assistant|>\nRome.<|end|>\n`, `${system}${user}<|assistant|>\n`],
    [`${user}<|assistant|>\nRome.<|end|>\n`, `${user}<|assistant|>\n`],
    ['Be brief.\n\nItaly?\n\nRome.', 'Be brief.\n\nItaly?\n\n'],
  ]);
});

test("the trainers' command lines are well formed", (context) => {
  for (const name of ['openrlhf/train.sh', 'slime/train.sh']) {
    const { error, status, stderr } = spawnSync('bash', ['-n', EXAMPLES + name], { encoding: 'utf8' });
    if (error) return context.skip('bash is not installed');
    expect(status, stderr).toBe(0);
  }
});
