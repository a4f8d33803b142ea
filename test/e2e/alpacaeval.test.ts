import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { mean, sampleRankCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { post, startApp } from '../support/app.js';

const folder = new URL('../../../shared/data/alpacaeval-judge/', import.meta.url);
const present = existsSync(folder);
if (!present)
  process.stdout.write(`skipped: ${folder.pathname} is absent (real rewards, not part of the project)\n`);

interface Scored {
  prompt_id: number;
  generator: string;
  response: string;
  reward: number;
}

function readLines<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(name, folder))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;

describe.skipIf(!present)('on real rewards (AlpacaEval, GPT-4 Turbo as judge), through the API', () => {
  // Figures of shared/data/README.md, computed there with R 4.2.2 lowess and scipy.
  test.each([
    [0.3, -0.036, 0.9588, 0.2062, 0.2298],
    [0.5, -0.0307, 0.9588, 0.2027, 0.2315],
    [0.9, -0.052, 0.9588, 0.1819, 0.2259],
  ])('frac %d gives the reference figures to four digits', async (frac, after, agreement, alpaca, gpt35) => {
    const app = await startApp();
    const scored = readLines<Scored>('rewards.jsonl.gz');
    const baselines = readLines<{ prompt_id: number; baseline_response: string }>('prompts.jsonl.gz');
    const samples = scored.map(({ response, reward }) => ({ response, reward }));
    const fitted = await post(app, '/v1/fit', { reward_model: 'gpt-4-turbo', samples, frac, iterations: 3 });
    expect(fitted.body.samples).toBe(12_874);
    expect(round(fitted.body.diagnostics.spearman.before)).toBe(0.1735);
    expect(round(fitted.body.diagnostics.spearman.after)).toBe(after);

    const calibrated = await post(app, '/v1/calibrate', { reward_model: 'gpt-4-turbo', samples });
    expect(calibrated.body.extrapolated).toEqual([]);
    const lengths = samples.map(({ response }) => [...response].length);
    expect(round(sampleRankCorrelation(lengths, calibrated.body.rewards))).toBe(after);

    const baseline = await post(app, '/v1/calibrate', {
      reward_model: 'gpt-4-turbo',
      samples: baselines.map(({ baseline_response }) => ({ response: baseline_response, reward: 0 })),
    });
    const baselineReward = new Map(
      baselines.map(({ prompt_id }, i) => [prompt_id, baseline.body.rewards[i] as number]),
    );
    const margins = scored.map(
      ({ prompt_id }, i) => calibrated.body.rewards[i] - (baselineReward.get(prompt_id) ?? NaN),
    );
    const rates = winRates(scored, margins);
    expect(round(agreementWithLeaderboard(rates))).toBe(agreement);
    expect(round(spread(rates, 'alpaca-7b'))).toBe(alpaca);
    expect(round(spread(rates, 'gpt-3.5-turbo-1106'))).toBe(gpt35);

    const raw = winRates(
      scored,
      scored.map(({ reward }) => reward),
    );
    expect(
      [agreementWithLeaderboard(raw), spread(raw, 'alpaca-7b'), spread(raw, 'gpt-3.5-turbo-1106')].map(round),
    ).toEqual([0.9735, 0.1903, 0.2785]);
  });
});

/** Win rate of each generator: 100 · mean of sigmoid(margin over the baseline). */
function winRates(scored: Scored[], margins: number[]): Map<string, number> {
  const groups = new Map<string, number[]>();
  scored.forEach(({ generator }, i) => {
    const group = groups.get(generator) ?? [];
    group.push(100 / (1 + Math.exp(-(margins[i] ?? NaN))));
    groups.set(generator, group);
  });
  return new Map([...groups].map(([generator, rates]) => [generator, mean(rates)]));
}

function agreementWithLeaderboard(rates: Map<string, number>): number {
  const rows = readFileSync(new URL('leaderboard.csv', folder), 'utf8').trimEnd().split('\n').slice(1);
  const reference = rows.map((row) => row.split(','));
  const own = reference.map(([generator = '']) => rates.get(generator) ?? NaN);
  return sampleRankCorrelation(
    own,
    reference.map(([, , lengthControlled]) => Number(lengthControlled)),
  );
}

/** Relative spread of a model's win rates over its plain, concise and verbose variants. */
function spread(rates: Map<string, number>, model: string): number {
  const variants = ['', '_concise', '_verbose'].map((suffix) => rates.get(`${model}${suffix}`) ?? NaN);
  return sampleStandardDeviation(variants) / mean(variants);
}
