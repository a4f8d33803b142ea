import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { PythonEnvironment } from './python-environment.js';
import type { Report } from './report.js';
import { runCommand } from './run-command.js';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

/** Every option of OpenRLHF's command line is one of the installed release. */
export async function checkOpenrlhfOptions({ python }: PythonEnvironment, report: Report): Promise<void> {
  const locate =
    'import importlib.metadata as m; print(m.distribution("openrlhf").locate_file("openrlhf/cli/train_ppo_ray.py"))';
  const { stdout } = await runCommand(python, ['-c', locate], { limit: 60 });
  const known = new Set(readFileSync(stdout.trim(), 'utf8').match(/(?<=")--[a-z0-9_.]+(?=")/g));
  const script = readFileSync(`${EXAMPLES}openrlhf/train.sh`, 'utf8');
  const used = [...script.matchAll(/(?<=^ {2})--[a-z0-9_.]+/gm)].map(([option]) => option);
  assert.ok(used.includes('--reward.remote_url'));
  assert.deepEqual(
    used.filter((option) => !known.has(option)),
    [],
  );
  report.held(`OpenRLHF knows the ${used.length} options of examples/openrlhf/train.sh`);
}
