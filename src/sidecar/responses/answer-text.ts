/** What counts of an answer. */
export interface AnswerSettings {
  /** Whether blocks of thoughts count. */
  readonly countThinking: boolean;
  /** Whether the answer may begin within thoughts that its prompt opened: a response given on its own. */
  readonly mayContinueThoughts: boolean;
}

/**
 * The tokens around a block of thoughts: Qwen and DeepSeek, then Magistral, Command A, Seed, Gemma 4 and
 * Kimi-VL.
 */
const THOUGHTS: readonly (readonly [opening: string, closing: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['[THINK]', '[/THINK]'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<seed:think>', '</seed:think>'],
  ['<|channel>thought\n', '<channel|>'],
  ['◁think▷', '◁/think▷'],
];

/** The tokens of thoughts, opening and closing. */
export const THOUGHT_MARKS: readonly string[] = THOUGHTS.flat();

/** Code units of an empty block of thoughts with its white space: more is an answer. */
export const LONGEST_EMPTY_THOUGHTS = 64;

/** A message of harmony (gpt-oss) begins with this, behind its channel or recipient. */
const HARMONY_MESSAGE = '<|message|>';
const LONGEST_HARMONY_HEADER = 160;
const HARMONY_HEADER = /^(?: to=[^\s<]+)?(?:<\|channel\|>[^<]*)?(?:<\|constrain\|>[^<]*)?$/;
const HARMONY_ENDS: ReadonlySet<string> = new Set([
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|eom|>',
  '<|eot|>',
  '<|start|>',
]);

/**
 * The part of an answer that is measured. The answer of harmony is its messages without their markup. A
 * closing mark of thoughts at the very beginning is the template's (DeepSeek V3.1 writes it where nothing
 * is thought). Without `countThinking`, blocks of thoughts at the beginning do not count, nor do harmony's
 * analyses.
 */
export function measuredText(answer: string, { countThinking, mayContinueThoughts }: AnswerSettings): string {
  const messages = harmonyMessages(answer);
  if (messages !== undefined)
    return messages.flatMap(({ text, isThought }) => (isThought && !countThinking ? [] : [text])).join('');
  const own = withoutEmptyClosing(answer);
  return countThinking ? own : withoutThoughts(own, mayContinueThoughts);
}

/** The place where a prompt ends without the marks of thoughts that its template wrote at its end. */
export function endWithoutThoughtMarks(prompt: string): number {
  for (let end = prompt.length; ; ) {
    const trimmed = prompt.slice(0, end).trimEnd();
    const mark = THOUGHT_MARKS.find((one) => trimmed.endsWith(one.trimEnd()));
    if (mark === undefined) return end;
    end = trimmed.length - mark.trimEnd().length;
  }
}

function withoutEmptyClosing(answer: string): string {
  const closing = THOUGHTS.find(([, mark]) => answer.startsWith(mark))?.[1];
  return closing === undefined ? answer : answer.slice(closing.length);
}

/**
 * Without the blocks at the beginning; one whose opening stood in the prompt, and one that never closes,
 * too.
 */
function withoutThoughts(answer: string, mayContinue: boolean): string {
  let rest = answer;
  for (;;) {
    const begun = rest.trimStart();
    const block = THOUGHTS.find(([opening]) => begun.startsWith(opening));
    if (block === undefined) break;
    const closed = begun.indexOf(block[1]);
    if (closed < 0) return '';
    rest = begun.slice(closed + block[1].length).trimStart();
  }
  if (rest !== answer || !mayContinue) return rest;
  const places = THOUGHTS.flatMap(([opening, closing]) => {
    const closed = answer.indexOf(closing);
    const isOpened = closed >= 0 && answer.lastIndexOf(opening, closed) >= 0;
    return closed < 0 || isOpened ? [] : [{ closed, length: closing.length }];
  });
  const [first] = places.sort((a, b) => a.closed - b.closed);
  return first === undefined ? answer : answer.slice(first.closed + first.length).trimStart();
}

interface HarmonyMessage {
  readonly text: string;
  readonly isThought: boolean;
}

/**
 * The messages of an answer in the form of harmony; undefined where it does not begin with the header of
 * one.
 */
function harmonyMessages(answer: string): HarmonyMessage[] | undefined {
  const messages: HarmonyMessage[] = [];
  for (let index = 0; index < answer.length; ) {
    const head = answer.slice(index, index + LONGEST_HARMONY_HEADER);
    const behind = head.indexOf(HARMONY_MESSAGE);
    const header = behind < 0 ? undefined : head.slice(0, behind);
    const isHeader = header !== undefined && (messages.length > 0 || HARMONY_HEADER.test(header));
    const start = isHeader ? index + behind + HARMONY_MESSAGE.length : index;
    if (!isHeader && messages.length === 0) return undefined;
    const { end, next } = endOfHarmonyMessage(answer, start);
    const isThought = header !== undefined && /<\|channel\|>analysis|to=self/.test(header);
    messages.push({ text: answer.slice(start, end), isThought });
    index = next;
  }
  return messages;
}

/** Whether the header of one of harmony's messages stands at a place. */
export function beginsHarmonyMessage(text: string, start: number): boolean {
  const head = text.slice(start, start + LONGEST_HARMONY_HEADER);
  const behind = head.indexOf(HARMONY_MESSAGE);
  return behind >= 0 && HARMONY_HEADER.test(head.slice(0, behind));
}

/** Where a message ends, and where the header of the next one begins. */
function endOfHarmonyMessage(answer: string, start: number): { end: number; next: number } {
  for (let open = answer.indexOf('<|', start); open >= 0; open = answer.indexOf('<|', open + 2)) {
    const close = answer.slice(open, open + 12).indexOf('|>');
    const token = close < 0 ? '' : answer.slice(open, open + close + 2);
    if (!HARMONY_ENDS.has(token)) continue;
    let next = open + token.length;
    if (token !== '<|start|>' && answer.startsWith('<|start|>', next)) next += '<|start|>'.length;
    return { end: open, next };
  }
  return { end: answer.length, next: answer.length };
}
