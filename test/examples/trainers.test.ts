import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

/** What `python3 -m py_compile` does, without leaving __pycache__ beside the examples. */
const COMPILE = 'import sys; [compile(open(name).read(), name, "exec") for name in sys.argv[1:]]';

test("the trainers' examples in Python compile", (context) => {
  const files = ['trl/grpo.py', 'openrlhf/reward_server.py', 'verl/reward.py', 'slime/reward.py'].map(
    (name) => EXAMPLES + name,
  );
  const { error, status, stderr } = spawnSync('python3', ['-c', COMPILE, ...files], { encoding: 'utf8' });
  if (error) return context.skip('python3 is not installed');
  expect(status, stderr).toBe(0);
});

/** The package that the examples import, from its source. */
const PACKAGE = new URL('../../clients/python/src', import.meta.url).pathname;

/** What trainers look at in the functions of the examples: their names, and whether they are coroutines. */
const FUNCTIONS = `
import inspect, json, runpy, sys
found = [runpy.run_path(path)[name] for path, name in json.loads(sys.argv[1])]
print(json.dumps([[function.__name__, inspect.iscoroutinefunction(function)] for function in found]))
`;

test("the trainers' examples make functions that their trainers take", (context) => {
  const needs = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
  if (needs.error || needs.status !== 0) return context.skip('Python 3.10 or later is not installed');
  const examples = [
    ['trl/grpo.py', 'calibrated_reward'],
    ['verl/reward.py', 'compute_score'],
    ['slime/reward.py', 'custom_rm'],
  ].map(([file, name]) => [EXAMPLES + file, name]);
  const asked = spawnSync('python3', ['-c', FUNCTIONS, JSON.stringify(examples)], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1' },
  });
  expect(asked.status, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toEqual([
    ['calibrated_rm', false],
    [expect.any(String), true],
    [expect.any(String), true],
  ]);
});

test("the trainers' command lines are well formed", (context) => {
  for (const name of ['openrlhf/train.sh', 'slime/train.sh']) {
    const { error, status, stderr } = spawnSync('bash', ['-n', EXAMPLES + name], { encoding: 'utf8' });
    if (error) return context.skip('bash is not installed');
    expect(status, stderr).toBe(0);
  }
});
