import { Problem } from '../parts/problem.js';
import { FitResult } from './fit-result.js';
import { IssueList } from './issue-list.js';
import { type KeptFile, sendAsIs } from './kept-file.js';
import { isOfLines } from './line-places.js';
import { Progress } from './progress.js';
import type { FitPlan, useFit } from './use-fit.js';

/** How a fit stands: its progress, what it needs to know, or what it came to. */
export function FitRunView({
  fit,
  plan,
  file,
  onKeep,
  onChange,
}: {
  fit: ReturnType<typeof useFit>;
  plan: FitPlan;
  file: KeptFile;
  onKeep: (file: KeptFile) => void;
  /** Begins anew with another choice. */
  onChange: (file: KeptFile) => void;
}) {
  const { run, cancel } = fit;
  switch (run.kind) {
    case 'idle':
      return null;
    case 'reading':
      return <Progress what="Reading the file" done={run.done} total={run.total} onCancel={cancel} />;
    case 'sending':
      return <Progress what="Sending" done={run.done} total={run.total} onCancel={cancel} />;
    case 'fitting':
      return <Progress what="Fitting the curve" onCancel={cancel} />;
    case 'asking':
      return (
        <IssueList
          issues={run.samples.issues}
          usable={run.samples.count}
          action="Fit the others"
          onLeaveOut={() => {
            onKeep({ ...file, leavesOut: true });
            fit.leaveOut(plan, run.samples);
          }}
        />
      );
    case 'failed':
      return (
        <>
          <Problem error={run.error} title="This file cannot be read" />
          {plan.columns === undefined && isOfLines(run.error) && (
            <p>
              <button type="button" onClick={() => onChange(sendAsIs(file, false))}>
                Read the file in this tab, to see all wrong lines or leave them out
              </button>
            </p>
          )}
        </>
      );
    case 'done':
      return <FitResult curve={run.curve} leftOut={run.leftOut} canLabel={canLabel(file)} />;
  }
}

function canLabel({ isSentAsIs, table: { asIs }, choice }: KeptFile): boolean {
  if (isSentAsIs) return asIs.fits && asIs.hasResponses && asIs.hasPrompts;
  return choice.response !== undefined && choice.prompt !== undefined;
}
