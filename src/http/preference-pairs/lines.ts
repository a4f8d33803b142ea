import { returningWarnings } from '../../calibration/audit/dispute-warnings.js';
import { brokenRule, ServiceError } from '../../calibration/errors.js';
import { PairTally } from '../../calibration/preference/pair-tally.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { LineAnswers, WrongLine } from '../bodies/line-answers.js';
import type { Line } from '../bodies/ndjson.js';
import { tryEach } from '../bodies/try-each.js';
import { ReturningPrompts } from '../disputed-pairs/prompt-names.js';
import { identityOf } from '../schemas/chat-message.js';
import { describeLineError } from '../schemas/describe-error.js';
import type { Services } from '../services.js';
import { type GatheredGroup, gatherGroups } from './gather-groups.js';
import {
  choosePairs,
  type PairedGroup,
  pairRows,
  readyGroup,
  type ScoredGroup,
  scoreGroups,
} from './pairs-of-groups.js';
import { type PairLine, toPairSummary } from './schema.js';
import type { PairOptions } from './types.js';

/**
 * Lines are sent together until they have this many characters, so that short lines are not sent one at a
 * time.
 */
const TOGETHER = 65_536;

/**
 * Answers groups as they arrive with the text of their pairs, errors in their place, and the summary at the
 * end.
 */
export async function* pairLines(
  services: Services,
  curve: VersionedCurve | undefined,
  lines: AsyncIterable<readonly Line[]>,
  options: PairOptions,
): AsyncGenerator<LineAnswers> {
  const tally = new PairTally();
  let wrongLines = 0;
  let paired = 0;
  let groups = 0;
  let last = 0;
  const returning = new ReturningPrompts();
  for await (const { groups: gathered, isGrowing } of gatherGroups(lines, services.limits.lineLimit)) {
    let text = '';
    const wrong: WrongLine[] = [];
    for (const answer of answerGathered(services, curve, gathered, groups, options)) {
      if ('error' in answer) {
        wrong.push(answer);
        wrongLines++;
      } else {
        tally.add(answer);
        paired++;
      }
      for (const line of answerLines(answer, options)) {
        text += `${JSON.stringify(line)}\n`;
        if (text.length < TOGETHER) continue;
        yield { text, hasRight: paired > 0, wrong: wrong.splice(0) };
        text = '';
      }
    }
    for (const line of gathered) if ('group' in line) returning.add(identityOf(line.group.prompt));
    last = gathered.at(-1)?.number ?? last;
    groups += gathered.filter((line) => 'group' in line).length;
    // A group that grows may turn out right: unless those before it were all refused.
    yield { text, hasRight: paired > 0 || (isGrowing && groups === 0), wrong };
  }
  const warnings = returningWarnings(returning.count);
  if (!options.withSummary) {
    const errors = warnings.map(({ message }) => describeLineError(brokenRule(['prompt'], message), last));
    for (const error of errors) yield { text: `${JSON.stringify({ error })}\n`, hasRight: false, wrong: [] };
    return;
  }
  const summary: PairLine = {
    summary: { ...toPairSummary(tally.summary()), wrong_lines: wrongLines, warnings },
  };
  yield { text: `${JSON.stringify(summary)}\n`, hasRight: false, wrong: [] };
}

function* answerLines(answer: PairedGroup | WrongLine, options: PairOptions): Generator<PairLine> {
  if ('error' in answer) yield { error: describeLineError(answer.error, answer.number) };
  else yield* pairRows(answer, options);
}

/** The answers to groups and wrong lines, in order; `first` is the number of the first group. */
function* answerGathered(
  services: Services,
  curve: VersionedCurve | undefined,
  gathered: readonly GatheredGroup[],
  first: number,
  options: PairOptions,
): Generator<PairedGroup | WrongLine> {
  const groups = gathered.flatMap((line) => ('group' in line ? [readyGroup(line.group)] : []));
  const scored = tryEach(groups, (together) => scoreGroups(services, curve, together, options, () => []));
  let next = 0;
  for (const line of gathered) {
    if ('error' in line) yield line;
    else {
      const answer = pairOf(scored[next], first + next, options);
      next++;
      yield answer instanceof ServiceError ? { number: line.number, error: answer } : answer;
    }
  }
}

function pairOf(
  scored: ScoredGroup | ServiceError | undefined,
  number: number,
  options: PairOptions,
): PairedGroup | ServiceError {
  if (scored === undefined) throw new RangeError('a group was not scored');
  if (scored instanceof ServiceError) return scored;
  try {
    return choosePairs(scored, number, options, []);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}
