import { formatNumber } from '../../chart/number-words.js';
import type { Audit } from '../api-types.js';
import { formatPercent } from '../parts/numbers.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { WarningText } from '../parts/warning-text.js';
import { AnotherFile } from './another-file.js';
import type { Subject } from './find-pairs.js';
import { isThrough, type Labelling, labelsOf } from './label-state.js';
import { PairView } from './pair-view.js';
import type { Session } from './session.js';
import { VerdictView } from './verdict-view.js';

/** The pairs of a session one after another, and the verdict after the last. */
export function LabelPairs({
  subject,
  session,
  onChange,
}: {
  subject: Subject;
  session: Session;
  onChange: (session: Session | undefined) => void;
}) {
  const api = useApi();
  const { found, labelling, verdict } = session;
  const judge = useAction(async (labelled: Labelling) => {
    const labels = labelsOf(labelled);
    const json = { key: found.key, labels };
    const audit = await api.request<Audit>('v1/verdict', { method: 'POST', json });
    onChange({ ...session, labelling: labelled, verdict: { audit, labels: labels.length } });
  });
  const change = (next: Labelling) => {
    onChange({ ...session, labelling: next, verdict: undefined });
    if (isThrough(next) && !isThrough(labelling)) judge.run(next);
  };
  const another = <AnotherFile labels={labelling.answers.size} onForget={() => onChange(undefined)} />;
  if (found.ask.length === 0)
    return (
      <>
        <NothingDisputed session={session} />
        {another}
      </>
    );
  if (verdict !== undefined)
    return (
      <VerdictView subject={subject} session={session} audit={verdict.audit} onChange={onChange}>
        {another}
      </VerdictView>
    );
  return (
    <>
      {labelling.answers.size === 0 && labelling.at === 0 && <Found session={session} />}
      {isThrough(labelling) ? (
        <>
          <h2>All {labelling.pairs.length} pairs are labelled</h2>
          <p role="status">{judge.isRunning ? 'Asking for the verdict …' : ''}</p>
          <div class="buttons">
            <button
              type="button"
              class="primary"
              disabled={judge.isRunning}
              onClick={() => judge.run(labelling)}
            >
              Get the verdict
            </button>
            <button type="button" onClick={() => change({ ...labelling, at: labelling.pairs.length - 1 })}>
              Back to the last pair
            </button>
          </div>
        </>
      ) : (
        <PairView
          labelling={labelling}
          isBusy={judge.isRunning}
          onChange={change}
          onFinish={() => judge.run(labelling)}
        />
      )}
      <Problem error={judge.error} />
      {another}
    </>
  );
}

/** What was found, before the first label. */
function Found({ session: { found, fileName, leftOut, count } }: { session: Session }) {
  const { pairs, disputed, ask } = found;
  return (
    <div class="notice found">
      <p>
        In {fileName}, calibration turns {formatNumber(disputed)} of {formatNumber(pairs)} pairs round (
        {formatPercent(found.share_disputed)}).{' '}
        {ask.length < count
          ? `These are all that can be labelled: ${ask.length}.`
          : `${ask.length} of them were drawn at random.`}
        {leftOut > 0 && ` ${formatNumber(leftOut)} lines of the file were left out.`}
      </p>
      <Warnings session={found} />
    </div>
  );
}

function Warnings({ session: { warnings } }: { session: Session['found'] }) {
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning.code}>
          <WarningText warning={warning} />
        </p>
      ))}
    </>
  );
}

function NothingDisputed({ session: { found, fileName } }: { session: Session }) {
  const { pairs } = found;
  return (
    <div class="notice found">
      <h2>There is nothing to label</h2>
      <p>
        {pairs === 0
          ? `No prompt in ${fileName} has two responses, so there are no pairs.`
          : `Calibration turns none of the ${formatNumber(pairs)} pairs in ${fileName} round: it leaves their order as it is, so labels could not tell one from the other.`}
      </p>
      <Warnings session={found} />
    </div>
  );
}
