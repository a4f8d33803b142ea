import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import type { CalibrateAnswer } from '../src/http/calibrate/schema.js';
import type { CurveSummary } from '../src/http/curves/schema.js';
import { pairwiseAccuracy, simulate } from './simulated-reward-model.js';

const PROMPTS = 1_000;
const RESPONSES_PER_PROMPT = 4;
const SEED = 20_241_123;
const reward_model = 'demo/length-biased';

const { child, url } = await startService();
try {
  await demonstrate(url);
} finally {
  child.kill('SIGTERM');
}

/** Fits on simulated rewards, calibrates them, and prints what calibration did. */
async function demonstrate(url: string): Promise<void> {
  const responses = simulate(PROMPTS, RESPONSES_PER_PROMPT, SEED);
  const raw = responses.map(({ reward }) => reward);
  const chars = responses.map(({ chars }) => chars);
  const columns = { rewards: raw, chars };
  const curve = await post<CurveSummary>(`${url}/v1/fit`, { reward_model, columns });
  console.log(
    `fitted version ${curve.version} on ${curve.samples} samples in ${curve.diagnostics.fit_seconds.toFixed(3)} s`,
  );
  const { rewards: calibrated } = await post<CalibrateAnswer>(`${url}/v1/calibrate`, {
    reward_model,
    columns,
  });
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.table({
    'Spearman(length, reward)': {
      before: sampleRankCorrelation(chars, raw).toFixed(3),
      after: sampleRankCorrelation(chars, calibrated).toFixed(3),
    },
    'Pearson(length, reward)': {
      before: sampleCorrelation(chars, raw).toFixed(3),
      after: sampleCorrelation(chars, calibrated).toFixed(3),
    },
    'pairwise accuracy against true quality': {
      before: percent(pairwiseAccuracy(responses, raw)),
      after: percent(pairwiseAccuracy(responses, calibrated)),
    },
  });
}

async function startService(): Promise<{ child: ChildProcess; url: string }> {
  const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', STORE_URL: 'memory:', LOG_LEVEL: 'info' };
  const entry = new URL('../dist/server.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /Server listening at (http:\/\/[^"]+)/.exec(line)?.[1];
    if (address !== undefined) return { child, url: address };
  }
  throw new Error('the service did not start');
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
