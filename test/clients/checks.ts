import assert from 'node:assert/strict';
import { sampleRankCorrelation } from 'simple-statistics';
import type { PythonEnvironment } from './python-environment.js';
import type { Report } from './report.js';
import { runCommand } from './run-command.js';
import { lengthOf, type Sample } from './samples.js';

const ROOT = new URL('../../', import.meta.url).pathname;
const CLIENT_SECONDS = 600;
/** A batch is padded, which moves a 32-bit reward by some units in the last place. */
const PADDING_ERROR = 1e-4;
const ROUNDING_ERROR = 1e-9;

/** What every answer says of one sample. */
interface Scored {
  readonly reward: number;
  readonly raw: number;
  readonly bias: number;
  readonly length: number;
}

/** A reward with its parts, as verl logs them and slime keeps them. */
type KeyedAnswer = Record<'score' | 'raw_reward' | 'bias' | 'length', number>;

interface OpenrlhfAnswer {
  readonly rewards: readonly [number];
  readonly scores: readonly [number];
  readonly extra_logs: Record<
    'raw_reward' | 'bias' | 'length' | 'calibrated' | 'server_reward',
    readonly [number]
  >;
}

/** The servers that a check asks, and what asks them. */
export interface Setup {
  readonly service: string;
  readonly rewardServer: string;
  readonly rewardModel: string;
  readonly samples: readonly Sample[];
  readonly environment: PythonEnvironment;
  readonly report: Report;
}

/** OpenRLHF gets raw rewards, a curve is fitted on what was observed, and it gets calibrated ones. */
export async function checkOpenrlhf(setup: Setup): Promise<void> {
  const { service, rewardServer, rewardModel, samples, environment, report } = setup;
  const client = environment.hasOpenrlhf ? 'openrlhf' : 'http';
  const ask = () => askAs<OpenrlhfAnswer>(setup, client, '/get_reward');
  const before = await ask();
  const query = samples.map(({ prompt, response }) => prompt + response);
  const direct = await post<{ rewards: number[] }>(`${rewardServer}/get_reward`, { query });
  before.forEach((answer, i) => {
    const { reward, raw, bias } = scoredOf(answer);
    assert.deepEqual([reward, bias, answer.extra_logs.calibrated[0]], [raw, 0, 0]);
    assertNear(raw, direct.rewards[i], PADDING_ERROR);
    assert.equal(answer.extra_logs.server_reward[0], raw);
  });
  report.held(
    `${client}: ${samples.length} raw rewards, as the reward server gives them, marked as uncalibrated`,
  );
  const { version } = await post<{ version: number }>(`${service}/v1/refit`, { reward_model: rewardModel });
  const after = await ask();
  const scored = after.map(scoredOf);
  assertCalibrated(setup, scored);
  after.forEach(({ scores: [score], extra_logs: { calibrated } }, i) => {
    assertNear(score, 1 / (1 + Math.exp(-(scored[i]?.reward ?? Number.NaN))), ROUNDING_ERROR);
    assert.equal(calibrated[0], 1);
  });
  assert.ok(
    scored.some(({ reward, raw }) => Math.abs(reward - raw) > 0.01),
    'calibration changed nothing',
  );
  const lengths = samples.map(lengthOf);
  const [raw, calibrated] = [scored.map((each) => each.raw), scored.map(({ reward }) => reward)].map(
    (rewards) => sampleRankCorrelation(lengths, rewards),
  ) as [number, number];
  assert.ok(Math.abs(calibrated) < Math.max(0.1, Math.abs(raw)), 'rewards go with length as before');
  report.held(
    `${client}: curve ${version}; Spearman(length, reward) ${raw.toFixed(3)} → ${calibrated.toFixed(3)}`,
  );
}

/** verl's custom function gets calibrated rewards and what they are made of. */
export async function checkVerl(setup: Setup): Promise<void> {
  const answers = await askAs<KeyedAnswer>(setup, 'verl', '/get_reward');
  const scored = answers.map(toScored);
  assertCalibrated(setup, scored);
  await assertSameBiases(setup, scored);
  setup.report.held(
    `verl: compute_score of examples/verl/reward.py gives ${scored.length} calibrated rewards`,
  );
}

/** slime gets a bare number, and an object where it asks for a key; so does its custom reward model. */
export async function checkSlime(setup: Setup): Promise<void> {
  const bare = await askAs<number>(setup, 'slime', '/slime');
  const keyed = await askAs<KeyedAnswer>(setup, 'slime', '/slime?reward_key=score');
  const scored = keyed.map(toScored);
  assertCalibrated(setup, scored);
  await assertSameBiases(setup, scored);
  for (const [i, { reward }] of scored.entries()) assertNear(bare[i], reward, PADDING_ERROR);
  setup.report.held(`slime: ${bare.length} bare numbers, and the same under a reward key`);
  if (!setup.environment.hasPackage) return;
  const custom = (await askAs<KeyedAnswer>(setup, 'slime-rm', '/slime')).map(toScored);
  assertCalibrated(setup, custom);
  for (const [i, { reward }] of scored.entries()) assertNear(custom[i]?.reward, reward, PADDING_ERROR);
  setup.report.held(`slime: custom_rm of examples/slime/reward.py gives the same ${custom.length} rewards`);
}

/** TRL's GRPOTrainer takes two steps on rewards of the service. */
export async function checkTrl({ service, environment, report }: Setup): Promise<void> {
  const result = await runCommand(environment.python, [`${ROOT}examples/trl/grpo.py`, '--steps', '2'], {
    environment: { REWARD_CALIBRATION_URL: service },
    limit: CLIENT_SECONDS,
  });
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  const log: Record<string, number>[] = result.stdout
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line));
  const steps = log.filter((entry) => 'reward' in entry);
  assert.equal(steps.length, 2, result.stdout);
  for (const entry of steps) {
    const [reward, raw, bias] = ['reward', 'calibration/raw_reward', 'calibration/bias'].map(
      (name) => entry[name],
    );
    assert.ok(raw !== undefined && bias !== undefined && Math.abs(bias) > 0, JSON.stringify(entry));
    assertNear(reward, raw - bias, PADDING_ERROR);
    report.say(`  TRL: reward ${reward} = raw ${raw} − bias ${bias}`);
  }
  report.held(`TRL: GRPOTrainer took ${steps.length} steps on calibrated rewards`);
}

async function askAs<Answer>(
  { service, samples, environment }: Setup,
  client: string,
  path: string,
): Promise<Answer[]> {
  const args = [`${ROOT}test/clients/clients.py`, client, `${service}/sidecar/rm${path}`];
  const input = JSON.stringify(samples);
  const result = await runCommand(environment.python, args, { input, limit: CLIENT_SECONDS });
  assert.equal(result.code, 0, `${client}: ${result.stderr}`);
  const answers: Answer[] = JSON.parse(result.stdout);
  assert.equal(answers.length, samples.length);
  return answers;
}

function toScored({ score, raw_reward, bias, length }: KeyedAnswer): Scored {
  return { reward: score, raw: raw_reward, bias, length };
}

function scoredOf({ rewards: [reward], extra_logs }: OpenrlhfAnswer): Scored {
  const {
    raw_reward: [raw],
    bias: [bias],
    length: [length],
  } = extra_logs;
  return { reward, raw, bias, length };
}

function assertCalibrated({ samples }: Setup, scored: readonly Scored[]): void {
  for (const [i, sample] of samples.entries()) {
    const { reward, raw, bias, length } = scored[i] ?? {};
    assert.equal(length, lengthOf(sample));
    assert.ok(raw !== undefined && bias !== undefined);
    assertNear(reward, raw - bias, ROUNDING_ERROR);
  }
}

/** The biases are those that /v1/calibrate takes from samples of these lengths. */
async function assertSameBiases({ service, rewardModel }: Setup, scored: readonly Scored[]): Promise<void> {
  const columns = { rewards: scored.map(({ raw }) => raw), chars: scored.map(({ length }) => length) };
  const asked = { reward_model: rewardModel, include: ['biases'], columns };
  const { biases } = await post<{ biases: number[] }>(`${service}/v1/calibrate`, asked);
  for (const [i, { bias }] of scored.entries()) assertNear(biases[i], bias, ROUNDING_ERROR);
}

function assertNear(actual: number | undefined, expected: number | undefined, error: number): void {
  const distance = Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN));
  assert.ok(distance <= error, `${actual} is not ${expected}`);
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
