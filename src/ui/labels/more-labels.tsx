import { useState } from 'preact/hooks';
import type { Audit } from '../api-types.js';
import { Progress } from '../file/progress.js';
import { Problem } from '../parts/problem.js';
import { useAbort } from '../parts/use-abort.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { findMorePairs, type Subject } from './find-pairs.js';
import { labelsOf } from './label-state.js';
import type { Session } from './session.js';
import { moreWords } from './verdict-words.js';

/** Goes on labelling: the pairs that are still open, and then further ones. */
export function MoreLabels({
  subject,
  session,
  audit,
  onChange,
}: {
  subject: Subject;
  session: Session;
  audit: Audit;
  onChange: (session: Session) => void;
}) {
  const api = useApi();
  const [sent, setSent] = useState<readonly [number, number]>();
  const searching = useAbort();
  const { labelling, found, verdict, ...searched } = session;
  const open = labelling.pairs.length - labelsOf(labelling).length;
  const isAll = found.disputed <= labelling.pairs.length;
  const { run, isRunning, error } = useAction(async () => {
    try {
      onChange(
        await findMorePairs(api, subject, session, {
          signal: searching.begin(),
          onProgress: (_, done, total) => setSent([done, total]),
        }),
      );
    } finally {
      setSent(undefined);
    }
  });
  return (
    <>
      <p>
        {moreWords(audit.more_labels)}{' '}
        {open === 0 && isAll && 'Every pair that calibration turns round in this file has its label.'}
      </p>
      {open > 0 && (
        <button
          type="button"
          onClick={() => {
            const at = labelling.pairs.findIndex(({ id }) => !labelling.answers.has(id));
            onChange({ ...searched, found, labelling: { ...labelling, at } });
          }}
        >
          Go on with the {open} open {open === 1 ? 'pair' : 'pairs'}
        </button>
      )}
      {open === 0 && !isAll && (
        <button type="button" disabled={isRunning} onClick={() => run()}>
          Label more pairs
        </button>
      )}
      {sent && (
        <Progress
          what={sent[0] < sent[1] ? 'Sending' : 'Looking for pairs'}
          done={sent[0]}
          total={sent[1]}
          onCancel={searching.end}
        />
      )}
      <Problem error={error} />
    </>
  );
}
