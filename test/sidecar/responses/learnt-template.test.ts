import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ResponseRecovery } from '../../../src/sidecar/responses/response-recovery.js';
import { learnTemplate } from '../../../src/sidecar/upstream/learn-template.js';

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A template whose marks have no shape that could be guessed. */
const ODD = `{{ bos_token }}{% for m in messages %}{{ '@@' + {'system': 'S', 'user': 'Q', 'assistant': 'R'}[m['role']] + '@@' + m['content'] + '##' }}{% endfor %}{% if add_generation_prompt %}{{ '@@R@@' }}{% endif %}`;

async function recoveryBy(setting: string): Promise<ResponseRecovery> {
  const template = await learnTemplate('rm', setting);
  return new ResponseRecovery({ specialTokens: [], countThinking: true, template });
}

const TEXT = '<s>@@S@@Think.##@@Q@@more##@@R@@No more.##@@Q@@hi##@@R@@Hello.##';

describe('a chat template', () => {
  test('shows where the last answer begins and ends', async () => {
    const recovery = await recoveryBy(ODD);
    expect(recovery.recover({ text: TEXT })).toEqual({ response: 'Hello.', rule: 'template' });
    expect(recovery.recover({ text: TEXT, prompt: 'hi' })).toEqual({ response: 'Hello.', rule: 'prompt' });
    const prompt = TEXT.slice(0, -'Hello.##'.length);
    expect(recovery.recover({ text: TEXT, prompt })).toEqual({ response: 'Hello.', rule: 'prompt' });
    expect(recovery.recover({ text: TEXT, prompt: 'elsewhere' }).rule).toBe('template');
    expect(recovery.recover({ text: 'no template at all' }).rule).toBe('whole');
  });

  test('passes over the prompt for a next answer, and keeps an answer that is empty', async () => {
    const recovery = await recoveryBy(ODD);
    expect(recovery.recover({ text: `${TEXT}@@R@@` }).response).toBe('Hello.');
    expect(recovery.recover({ text: TEXT.slice(0, -'Hello.##'.length) })).toEqual({
      response: '',
      rule: 'template',
    });
  });

  test('may refuse a system prompt, or take parts alone', async () => {
    const strict = `{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}@@{{ m['role'] }}@@{{ m['content'] }}##{% endfor %}{% if add_generation_prompt %}@@assistant@@{% endif %}`;
    const text = '@@user@@hi##@@assistant@@Hello.##';
    expect((await recoveryBy(strict)).recover({ text })).toEqual({ response: 'Hello.', rule: 'template' });
    const parts = `{% for m in messages %}@@{{ m['role'] }}@@{% for part in m['content'] %}{{ part.text }}{% endfor %}##{% endfor %}{% if add_generation_prompt %}@@assistant@@{% endif %}`;
    expect((await recoveryBy(parts)).recover({ text })).toEqual({ response: 'Hello.', rule: 'template' });
  });

  test('may begin an answer with a mark of thoughts, in one rendering or in both', async () => {
    const think = (answered: string, prompted: string) =>
      `{% for m in messages %}@@{{ m['role'] }}@@{% if loop.last and m['role'] == 'assistant' %}${answered}{% endif %}{{ m['content'] }}##{% endfor %}{% if add_generation_prompt %}@@assistant@@${prompted}{% endif %}`;
    for (const [answered, prompted] of [
      ['', '<think>\\n'],
      ['<think>\\n\\n</think>\\n\\n', ''],
      ['<think></think>', '<think>'],
      ['</think>', '</think>'],
    ] as const) {
      const jinja = (text: string) => `{{ '${text}' }}`;
      const recovery = await recoveryBy(think(jinja(answered), jinja(prompted)));
      expect(recovery.recover({ text: '@@user@@hi##@@assistant@@Hello.##' }).response).toBe('Hello.');
    }
  });

  test('may end an answer that nothing follows in another way', async () => {
    const recovery = await recoveryBy(
      `{% for m in messages %}@@{{ m['role'] }}@@{{ m['content'] }}{{ '!!' if loop.last and not add_generation_prompt and m['role'] == 'assistant' else '##' }}{% endfor %}{% if add_generation_prompt %}@@assistant@@{% endif %}`,
    );
    for (const end of ['!!', '##'])
      expect(recovery.recover({ text: `@@user@@hi##@@assistant@@Hello.${end}` }).response).toBe('Hello.');
  });
});

const CHATML = `{% for m in messages %}<|im_start|>{{ m['role'] }}
{{ m['content'] }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

describe('the last answer of a template', () => {
  test('is that behind the output of a tool, as without the template', async () => {
    const recovery = await recoveryBy(CHATML);
    const prompt =
      '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n<tool_call>f</tool_call><|im_end|>\n<|im_start|>tool\nlong<|im_end|>\n<|im_start|>assistant\n';
    for (const given of [undefined, prompt])
      expect(recovery.recover({ text: `${prompt}Hello.<|im_end|>\n`, prompt: given }).response).toBe(
        'Hello.',
      );
  });

  test('is found although its end of text is not known', async () => {
    const llama = `{% for m in messages %}{% if m['role'] == 'user' %}{{ bos_token + '[INST] ' + m['content'] + ' [/INST]' }}{% elif m['role'] == 'assistant' %}{{ ' ' + m['content'] + ' ' + eos_token }}{% endif %}{% endfor %}`;
    const recovery = await recoveryBy(llama);
    const text = '<s>[INST] a [/INST] Blue. </s><s>[INST] b [/INST] Hello.</s>';
    expect(recovery.recover({ text })).toEqual({ response: 'Hello.', rule: 'template' });
  });

  test('is several messages of harmony, and the first where a prompt for another follows', async () => {
    const harmony = `{% for m in messages %}<|start|>{{ m['role'] }}{% if m['role'] == 'assistant' %}<|channel|>final{% endif %}<|message|>{{ m['content'] }}<|end|>{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}`;
    const recovery = await recoveryBy(harmony);
    const text =
      '<|start|>user<|message|>hi<|end|><|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|end|>';
    expect(recovery.recover({ text })).toEqual({ response: 'Hm.Hello.', rule: 'template' });
    expect(recovery.recover({ text: `${text}<|start|>assistant` }).response).toBe('Hm.Hello.');
    const chat = await recoveryBy(CHATML);
    const answered =
      '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>assistant\n';
    for (const opened of ['', '<think>\n', '<think>\n\n</think>\n\n'])
      expect(chat.recover({ text: answered + opened }).response).toBe('Hello.');
  });

  test('keeps a token of its own at its beginning', async () => {
    const recovery = await recoveryBy(CHATML);
    const text = '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n<|python_tag|>print(1)<|im_end|>\n';
    for (const prompt of [undefined, 'hi'])
      expect(recovery.recover({ text, prompt }).response).toBe('<|python_tag|>print(1)');
  });
});

describe('the setting', () => {
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test.each([
    ['a text', (template: string) => ({ chat_template: template })],
    [
      'a list of named ones',
      (template: string) => ({
        chat_template: [
          { name: 'tool_use', template: '{{ 1 }}' },
          { name: 'default', template },
        ],
      }),
    ],
  ])("is a tokenizer's configuration with %s", async (_, config) => {
    const tokens = { bos_token: { content: '<s>', lstrip: false }, eos_token: '<over>', pad_token: null };
    const path = write('tokenizer_config.json', JSON.stringify({ ...config(ODD), ...tokens }));
    const recovery = await recoveryBy(path);
    expect(recovery.recover({ text: `${TEXT}<over>` })).toEqual({ response: 'Hello.', rule: 'template' });
  });

  test('is a Jinja file, with or without the configuration beside it', async () => {
    const path = write('chat_template.jinja', ODD);
    expect((await recoveryBy(path)).recover({ text: `${TEXT}<over>` }).response).toBe('Hello.');
    write('tokenizer_config.json', JSON.stringify({ eos_token: '<over>' }));
    expect(
      (await recoveryBy(join(folder, 'tokenizer_config.json'))).recover({ text: `${TEXT}<over>` }).rule,
    ).toBe('template');
  });

  test.each([
    ['a file that is not there', '/nowhere/chat_template.jinja', 'cannot be read (ENOENT)'],
    ['what is no Jinja', '{% for %}', 'it is no Jinja template'],
    ['a template that refuses all', "{{ raise_exception('never') }}", 'it renders no conversation: never'],
    ['a template that leaves messages out', '{{ messages[0].role }}', 'it leaves out a message'],
    [
      'no mark between question and answer',
      `{% for m in messages %}{{ m['content'] }} {% endfor %}`,
      'it writes nothing between a question and its answer',
    ],
    [
      'an opening that depends on the system prompt',
      `{% for m in messages %}@@{{ 'X' if messages[0].role == 'system' and m.role == 'assistant' else m.role }}@@{{ m['content'] }}##{% endfor %}{% if add_generation_prompt %}@@{{ 'X' if messages[0].role == 'system' else 'assistant' }}@@{% endif %}`,
      'what stands before the last answer differs with the system prompt or the number of turns: "##@@assistant@@", "##@@X@@"',
    ],
    [
      'a prompt for an answer that differs where there is a system prompt',
      `{% for m in messages %}@@{{ m.role }}@@{{ m['content'] }}##{% endfor %}{% if add_generation_prompt %}{{ '%%now%%' if messages[0].role == 'system' else '@@assistant@@' }}{% endif %}`,
      'begin differently',
    ],
    [
      'an end that depends on the number of turns',
      `{% for m in messages %}@@{{ m.role }}@@{{ m['content'] }}{{ '##' if m.role == 'user' or messages | length > 3 else '!!' }}{% endfor %}{% if add_generation_prompt %}@@assistant@@{% endif %}`,
      'differs with the system prompt or the number of turns',
    ],
    [
      'a prompt for an answer unlike the answer',
      `{% for m in messages %}@@{{ m.role }}@@{{ m['content'] }}##{% endfor %}{% if add_generation_prompt %}%%now%%{% endif %}`,
      'begin differently',
    ],
  ])('refuses %s in one line', async (_, setting, message) => {
    const refused = await learnTemplate('rm', setting).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    expect(String(refused)).toContain(`upstream "rm": chat_template: `);
    expect(String(refused)).toContain(message);
    expect(String(refused)).not.toContain('\n');
  });
});
