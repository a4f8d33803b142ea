import { describe, expect, test } from 'vitest';
import { FAMILIES, renderFamily } from '../../sidecar/responses/families.js';
import { sharedCases } from '../../support/shared-data.js';
import { type SidecarApp, startSidecar } from '../../support/sidecar-app.js';

/** What the service says of the response within a text: its length, and the rule that found it. */
async function measure({ ask }: SidecarApp, text: string, prompt?: string) {
  const prompts = prompt === undefined ? {} : { prompts: [prompt] };
  const { status, headers, body } = await ask('/get_reward', { query: [text], ...prompts });
  expect(status).toBe(200);
  return { length: body.extra_logs.length[0], rule: headers.get('x-response-rule') };
}

const SYSTEM = 'You are a geographer. Think before you answer.';
const TURNS = [
  ['Which river runs through Turin? 🏞️', 'The Po.'],
  ['And through Rome?\nOne line.', 'The Tiber 🌊,\n\n- as every *Roman* knows: <b>Tevere</b> [1].'],
] as const;
const [, [QUESTION, ANSWER]] = TURNS;
const ANSWER_LENGTH = 58;

describe('the length in extra_logs is that of the response in code points', () => {
  const families = ['Llama 4', 'Kimi K2', 'MiniMax M2', 'Apertus', 'dots', 'Mistral Small', 'Alpaca'];

  test.each(FAMILIES.filter(({ name }) => families.includes(name)))(
    '$name: for the text alone, the templated and the bare prompt',
    async (family) => {
      const sidecar = await startSidecar('openrlhf');
      for (const system of [undefined, SYSTEM])
        for (const turns of [TURNS, TURNS.slice(1)]) {
          const { prompt, text } = renderFamily(family, { system, turns });
          expect(await measure(sidecar, text)).toEqual({ length: ANSWER_LENGTH, rule: family.rule });
          expect(await measure(sidecar, text, prompt)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
          expect(await measure(sidecar, text, QUESTION)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
        }
    },
  );

  test('a batch of several forms has all their rules in the header', async () => {
    const { ask } = await startSidecar('openrlhf');
    const [family] = FAMILIES;
    if (family === undefined) throw new Error('there are families');
    const { prompt, text } = renderFamily(family, { turns: TURNS });
    const query = [text, text, ANSWER];
    const { headers, body } = await ask('/get_reward', { query, prompts: [prompt, 'no such prompt', ''] });
    expect(body.extra_logs.length).toEqual([ANSWER_LENGTH, ANSWER_LENGTH, ANSWER_LENGTH]);
    expect(headers.get('x-response-rule')).toBe('prompt, marker, whole');
  });

  test.each(['no', 'go on', 'Y', '!'])(
    'the bare prompt %j, which stands within other words, too',
    async (prompt) => {
      const sidecar = await startSidecar('openrlhf');
      for (const family of FAMILIES.filter(({ name }) => families.includes(name))) {
        const turns = [
          [prompt, 'No! You know another: we go on! Y?'],
          [prompt, ANSWER],
        ] as const;
        const { text } = renderFamily(family, { system: 'Say no more! Y', turns });
        expect(await measure(sidecar, text, prompt)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
      }
    },
  );
});

describe('a prompt whose beginning was cut off by a limit of tokens', () => {
  const PLAIN = `Here are the minutes of a meeting. ${'They agreed on nothing. '.repeat(4)}Summary:`;
  const GREEK = `Διάβασε την αναφορά. ${'Συμφώνησαν για το νερό 💧. '.repeat(4)}Περίληψη:`;
  /** What decoding leaves of the bytes from here on. */
  const cutAt = (prompt: string, byte: number) => Buffer.from(prompt).subarray(byte).toString('utf8');

  test.each([
    ['at a word', PLAIN, 40],
    ['within a word', PLAIN, 43],
    ['between characters of two bytes', GREEK, 38],
    ['within a character of two bytes', GREEK, 39],
    // The first drop stands at byte 80.
    ['within a character of four bytes', GREEK, 81],
    ['before its last byte', GREEK, 83],
  ])('%s', async (_, prompt, byte) => {
    const sidecar = await startSidecar('openrlhf');
    const text = `${cutAt(prompt, byte)}${ANSWER}</s>`;
    expect(await measure(sidecar, text, prompt)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt-tail' });
  });
});

describe("an upstream's settings decide a response's place", () => {
  /** A template whose marks have no usual shape. */
  const HOUSE_TEMPLATE =
    "{% for message in messages %}@@{{ message['role'] }} says {{ message['content'] }} @@over\n{% endfor %}" +
    '{% if add_generation_prompt %}@@assistant says {% endif %}';
  const PROMPT = `@@system says ${SYSTEM} @@over\n@@user says ${QUESTION} @@over\n@@assistant says `;
  const TEXT = `${PROMPT}${ANSWER} @@over\n`;
  const WHOLE_LENGTH = [...TEXT].length;

  test('none: the whole text is measured', async () => {
    const sidecar = await startSidecar('openrlhf');
    expect(await measure(sidecar, TEXT)).toEqual({ length: WHOLE_LENGTH, rule: 'whole' });
  });

  test('chat_template, inline: in all three forms', async () => {
    const sidecar = await startSidecar('openrlhf', { upstream: { chat_template: HOUSE_TEMPLATE } });
    expect(await measure(sidecar, TEXT)).toEqual({ length: ANSWER_LENGTH, rule: 'template' });
    expect(await measure(sidecar, TEXT, PROMPT)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
    expect(await measure(sidecar, TEXT, QUESTION)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
  });

  test('response_marker and special_tokens', async () => {
    const upstream = { response_marker: '@@assistant says ', special_tokens: [' @@over'] };
    const sidecar = await startSidecar('openrlhf', { upstream });
    expect(await measure(sidecar, TEXT)).toEqual({ length: ANSWER_LENGTH, rule: 'marker' });
    expect(await measure(sidecar, TEXT, PROMPT)).toEqual({ length: ANSWER_LENGTH, rule: 'prompt' });
  });

  test('count_thinking: thoughts count unless it is false', async () => {
    const thoughts = '<think>\nWhich river? The Tiber.\n</think>\n\n';
    const text = `<|im_start|>user\n${QUESTION}<|im_end|>\n<|im_start|>assistant\n${thoughts}${ANSWER}<|im_end|>\n`;
    const counting = await startSidecar('openrlhf');
    expect(await measure(counting, text)).toEqual({
      length: thoughts.length + ANSWER_LENGTH,
      rule: 'marker',
    });
    const not = await startSidecar('openrlhf', { upstream: { count_thinking: false } });
    expect(await measure(not, text)).toEqual({ length: ANSWER_LENGTH, rule: 'marker' });
  });
});

interface TemplateCases {
  readonly question: string;
  readonly response: string;
  readonly cases: readonly {
    readonly template: string;
    readonly prompt: string;
    readonly text: string;
    readonly with_think?: number;
  }[];
}

interface PromptCase {
  readonly name: string;
  readonly query: string;
  readonly prompt: string;
  readonly response: string;
}

const templates = sharedCases<TemplateCases>('chat-templates.json');
const bare = sharedCases<PromptCase[]>('short-bare-prompts.json');
const truncated = sharedCases<PromptCase[]>('left-truncated.json');

const isShared = [templates, bare, truncated].every((cases) => cases !== undefined);

describe.skipIf(!isShared)('inputs of other programs, from ../shared', () => {
  test.each(templates?.cases ?? [])('chat-templates: $template', async ({ text, prompt, with_think }) => {
    const { question, response } = templates ?? { question: '', response: '' };
    const length = with_think ?? [...response].length;
    const sidecar = await startSidecar('openrlhf');
    const alone = await measure(sidecar, text);
    expect(alone.length).toBe(length);
    expect(alone.rule).toMatch(/^(?:marker|generic)$/);
    expect(await measure(sidecar, text, prompt)).toEqual({ length, rule: 'prompt' });
    expect(await measure(sidecar, text, question)).toEqual({ length, rule: 'prompt' });
  });

  test.each([
    ...(bare ?? []).map((one) => ({ ...one, rule: 'prompt' })),
    ...(truncated ?? []).map((one) => ({ ...one, rule: 'prompt-tail' })),
  ])('$rule: $name', async ({ query, prompt, response, rule }) => {
    const sidecar = await startSidecar('openrlhf');
    expect(await measure(sidecar, query, prompt)).toEqual({ length: [...response].length, rule });
  });
});
