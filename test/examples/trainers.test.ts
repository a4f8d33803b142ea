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

test("the trainers' command lines are well formed", (context) => {
  for (const name of ['openrlhf/train.sh', 'slime/train.sh']) {
    const { error, status, stderr } = spawnSync('bash', ['-n', EXAMPLES + name], { encoding: 'utf8' });
    if (error) return context.skip('bash is not installed');
    expect(status, stderr).toBe(0);
  }
});
