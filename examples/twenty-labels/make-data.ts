import { writeFile } from 'node:fs/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/*
 * Writes scored.jsonl: made-up responses to sums, with the rewards of a made-up reward model that likes
 * length.
 * Run as: npx tsx examples/twenty-labels/make-data.ts
 */

const FILE = new URL('./scored.jsonl', import.meta.url);

const PROMPTS = 60;
const RESPONSES_PER_PROMPT = 4;
const SUMS_PER_PROMPT = 6;

/** The reward is so much for a right result, so much per unit of log(code points ÷ 100), and noise. */
const PER_RIGHT_RESULT = 0.4;
const LENGTH_BIAS = 0.9;
const NOISE = 0.3;

const FILLERS = [
  'Adding numbers is something that many of us learn early, and it never stops being useful.',
  'It helps to add the tens first and the ones afterwards.',
  'I am happy to go through every step with you, if that is of any help.',
  'As always, it is worth checking the results once more.',
  'There are several ways to get there, and each of them has its merits.',
  'Thank you for this interesting question!',
];

/** A row of scored.jsonl. */
export interface Row {
  readonly prompt: string;
  readonly id: string;
  readonly response: string;
  readonly reward: number;
}

/** A row, and how many of its results are right: what a labeller can see, and its reward model can not. */
export interface KnownRow extends Row {
  readonly right: number;
}

/** The rows of scored.jsonl, four responses to each of sixty prompts. */
export function makeRows(): KnownRow[] {
  const generator = xoroshiro128plus(20_261_127);
  const uniform = () => uniformFloat64(generator);
  // Box & Muller (1958)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const below = (count: number) => Math.floor(uniform() * count);
  return Array.from({ length: PROMPTS }, (_, prompt) => {
    const sums = Array.from({ length: SUMS_PER_PROMPT }, () => [10 + below(90), 10 + below(90)] as const);
    const question = `What is ${sums.map(([a, b]) => `${a} + ${b}`).join(', ')}?`;
    return Array.from({ length: RESPONSES_PER_PROMPT }, (_unused, i) => {
      const isRight = sums.map(() => uniform() < 0.5);
      const results = sums.map(([a, b], k) => `${a} + ${b} = ${a + b + (isRight[k] ? 0 : 1 + below(9))}`);
      const fillers = Array.from({ length: below(9) }, () => FILLERS[below(FILLERS.length)] ?? '');
      const response = [`${results.join(', ')}.`, ...fillers].join(' ');
      const right = isRight.filter(Boolean).length;
      const length = Math.log(response.length / 100);
      const reward = PER_RIGHT_RESULT * right + LENGTH_BIAS * length + NOISE * normal();
      return { prompt: question, id: `${prompt}-${i}`, response, reward: Number(reward.toFixed(3)), right };
    });
  }).flat();
}

/** The file's text. */
export function makeFile(): string {
  return makeRows()
    .map(({ right: _, ...row }) => `${JSON.stringify(row)}\n`)
    .join('');
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(FILE, makeFile());
  console.log(`wrote ${FILE.pathname}`);
}
