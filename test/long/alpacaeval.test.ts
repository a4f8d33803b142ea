import { readFileSync } from 'node:fs';
import { mean, sampleRankCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { leaderboardAnswer } from '../../src/http/leaderboard/answer-schema.js';
import { post, startApp } from '../support/app.js';
import { sharedData } from '../support/shared-data.js';

const data = sharedData('alpacaeval-judge/');

interface Scored {
  prompt_id: number;
  generator: string;
  response: string;
  reward: number;
}

interface Golden {
  spearman: number;
  pearson: number;
  agreement: { spearman: number; kendall: number };
  mean_win_rate: number;
  mean_discrete_win_rate: number;
  gameability: { models: Record<string, number>; scale: number } & Record<
    'all' | 'verbosity' | 'conciseness',
    { unscaled: number; rescaled: number }
  >;
}

/** R's lowess, scipy and AlpacaEval's definitions, over the same data: see test/e2e/golden/alpacaeval.py. */
const golden: { raw: Golden; calibrated: Record<string, Golden> } = JSON.parse(
  readFileSync(new URL('../e2e/golden/alpacaeval.json', import.meta.url), 'utf8'),
);

/** The public AlpacaEval figures: the reference, and the win rates that its evaluator's raw rewards gave. */
function readLeaderboard() {
  const rows = readFileSync(data.file('leaderboard.csv'), 'utf8').trimEnd().split('\n').slice(1);
  return rows
    .map((row) => row.split(','))
    .map(([generator = '', winRate, lengthControlled]) => ({
      generator,
      winRate: Number(winRate),
      score: Number(lengthControlled),
    }));
}

function readRequest() {
  const outputs = data.readLines<Scored>('rewards.jsonl.gz');
  const baseline = data
    .readLines<{ prompt_id: number; baseline_response: string }>('prompts.jsonl.gz')
    .map(({ prompt_id, baseline_response }) => ({ prompt_id, response: baseline_response }));
  const reference = readLeaderboard().map(({ generator, score }) => ({ generator, score }));
  return { outputs, baseline, reference };
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;

describe.skipIf(!data.present)('on real rewards (AlpacaEval, GPT-4 Turbo as judge), through the API', () => {
  // Figures of shared/data/README.md, computed there with R 4.2.2 lowess and scipy.
  test.each([
    [0.3, -0.036, 0.9588, 0.2062, 0.2298],
    [0.5, -0.0307, 0.9588, 0.2027, 0.2315],
    [0.9, -0.052, 0.9588, 0.1819, 0.2259],
  ])(
    'the leaderboard at frac %d has the reference figures to four digits',
    async (frac, after, agreement, alpaca, gpt35) => {
      const app = await startApp();
      const { status, body } = await post(app, '/v1/leaderboard', { frac, iterations: 3, ...readRequest() });
      expect([status, body.samples]).toEqual([200, 12_874]);
      expect(body.extrapolated.outputs).toBe(0);
      expect(round(body.diagnostics.spearman.before)).toBe(0.1735);
      expect(round(body.diagnostics.spearman.after)).toBe(after);
      expect(body.correlation.spearman.raw).toBe(body.diagnostics.spearman.before);
      expect(round(body.correlation.spearman.calibrated)).toBe(after);
      expect(body.agreement.compared).toBe(16);
      expect(round(body.agreement.spearman.raw)).toBe(0.9735);
      expect(round(body.agreement.spearman.calibrated)).toBe(agreement);
      const spreads = body.gameability.models.map(
        ({ generator, spread }: { generator: string; spread: Record<string, number> }) => [
          generator,
          round(spread.raw ?? NaN),
          round(spread.calibrated ?? NaN),
        ],
      );
      expect(spreads).toEqual([
        ['alpaca-7b', 0.1903, alpaca],
        ['gpt-3.5-turbo-1106', 0.2785, gpt35],
      ]);
      expectGolden(body, 'raw', golden.raw);
      expectGolden(body, 'calibrated', golden.calibrated[frac]);
    },
  );

  test("raw win rates are the leaderboard's own, and the stored curve gives the same answer as the fit", async () => {
    const app = await startApp();
    const request = readRequest();
    const fitted = await post(app, '/v1/leaderboard', request);
    const winRates = new Map(readLeaderboard().map(({ generator, winRate }) => [generator, winRate]));
    for (const { generator, win_rate } of fitted.body.generators) {
      expect(win_rate.raw).toBeCloseTo(winRates.get(generator) ?? NaN, 6);
    }

    const samples = request.outputs.map(({ response, reward }) => ({ response, reward }));
    await post(app, '/v1/fit', { reward_model: 'gpt-4-turbo', samples });
    const used = await post(app, '/v1/leaderboard', { reward_model: 'gpt-4-turbo', ...request });
    expect(used.body).toMatchObject({ reward_model: 'gpt-4-turbo', version: 1 });
    for (const part of ['generators', 'correlation', 'agreement', 'gameability', 'extrapolated']) {
      expect(used.body[part], part).toEqual(fitted.body[part]);
    }

    const calibrated = await post(app, '/v1/calibrate', { reward_model: 'gpt-4-turbo', samples });
    const lengths = samples.map(({ response }) => [...response].length);
    expect(sampleRankCorrelation(lengths, calibrated.body.rewards)).toBeCloseTo(
      golden.calibrated['0.5']?.spearman ?? NaN,
      6,
    );
  });
});

function expectGolden(
  body: z.infer<typeof leaderboardAnswer>,
  stage: 'raw' | 'calibrated',
  expected: Golden | undefined,
): void {
  const rates = (name: 'win_rate' | 'discrete_win_rate') =>
    body.generators.map((entry) => entry[name][stage]);
  const kinds = ['all', 'verbosity', 'conciseness'] as const;
  const own = [
    body.correlation.spearman[stage],
    body.correlation.pearson[stage],
    body.agreement?.spearman[stage],
    body.agreement?.kendall[stage],
    mean(rates('win_rate')),
    mean(rates('discrete_win_rate')),
    ...kinds.flatMap((kind) => [
      body.gameability?.[kind].unscaled[stage],
      body.gameability?.[kind].rescaled[stage],
    ]),
  ];
  const theirs = [
    expected?.spearman,
    expected?.pearson,
    expected?.agreement.spearman,
    expected?.agreement.kendall,
    expected?.mean_win_rate,
    expected?.mean_discrete_win_rate,
    ...kinds.flatMap((kind) => [expected?.gameability[kind].unscaled, expected?.gameability[kind].rescaled]),
  ];
  own.forEach((value, i) => {
    expect(value, `${stage} figure ${i}`).toBeCloseTo(theirs[i] ?? NaN, 6);
  });
}
