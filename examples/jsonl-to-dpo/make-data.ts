import { writeFile } from 'node:fs/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/*
 * Writes scored.jsonl: made-up responses with the rewards of a made-up reward model that likes length.
 * Run as: npx tsx examples/jsonl-to-dpo/make-data.ts
 */

const FILE = new URL('./scored.jsonl', import.meta.url);

const TOPICS = [
  'descale a kettle',
  'store fresh basil',
  'sharpen a kitchen knife',
  'remove a stripped screw',
  'water a cactus',
  'fold a fitted sheet',
  'clean a cast-iron pan',
  'fix a squeaky hinge',
  'ripen an avocado',
  'unblock a sink',
  'train for a 5 km run',
  'repot an orchid',
  'back up a phone',
  'season a wok',
  'patch a bicycle tube',
  'peel a pomegranate',
];

const OPENINGS = ['Briefly:', 'In short:', 'Here is how.', 'Certainly!', 'Good question.'];

const FILLERS = [
  'It is worth taking a moment to think about why this matters.',
  'Many people have their own opinions about this, and all of them deserve respect.',
  'As with so many things in life, patience is a virtue here.',
  'There is more than one way to look at it, of course.',
  'Let me know whether you would like me to say more about any of this!',
  'To sum up what was said above, the points above are the main points.',
];

/** A response is worth a draw from the standard normal distribution, whatever its length … */
const RESPONSES_PER_PROMPT = 5;
/** … and the reward model adds this much per unit of log(code points ÷ 100), and noise. */
const LENGTH_BIAS = 0.6;
const NOISE = 0.2;

/** The rows of scored.jsonl: five responses to each of sixteen prompts, in consecutive rows. */
export function makeRows(): { prompt: string; response: string; reward: number }[] {
  const generator = xoroshiro128plus(20_241_123);
  const uniform = () => uniformFloat64(generator);
  // Box & Muller (1958)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const pick = (texts: readonly string[]) => texts[Math.floor(uniform() * texts.length)] ?? '';
  return TOPICS.flatMap((topic) =>
    Array.from({ length: RESPONSES_PER_PROMPT }, (_, i) => {
      const padding = Array.from({ length: Math.floor(12 * uniform() ** 2) }, () => pick(FILLERS));
      const response = [pick(OPENINGS), `Way ${i + 1} to ${topic}.`, ...padding].join(' ');
      const reward = normal() + LENGTH_BIAS * Math.log(response.length / 100) + NOISE * normal();
      return { prompt: `How do I ${topic}?`, response, reward: Number(reward.toFixed(3)) };
    }),
  );
}

/** The file's text. */
export function makeFile(): string {
  return makeRows()
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(FILE, makeFile());
  console.log(`wrote ${FILE.pathname}`);
}
