import { useState } from 'preact/hooks';
import { ChooseFile } from '../file/choose-file.js';
import { IssueList } from '../file/issue-list.js';
import type { KeptFile } from '../file/kept-file.js';
import { namingLines } from '../file/line-places.js';
import { Progress } from '../file/progress.js';
import { TableFacts } from '../file/table-facts.js';
import { useChosenFile } from '../file/use-chosen-file.js';
import { Problem } from '../parts/problem.js';
import { useAbort } from '../parts/use-abort.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { SAMPLE_MODEL, simulateSamples } from '../start/sample-data.js';
import { findPairs, goesAsIs, labelColumns, type Subject, type Unusable } from './find-pairs.js';
import { LabelColumnsPicker } from './label-columns-picker.js';
import type { Session } from './session.js';

/** What a search is doing. */
interface Doing {
  readonly what: 'reading' | 'sending';
  readonly done: number;
  readonly total: number;
}

/** Chooses a file, and seeks the pairs in it that the curve turns round. */
export function FindPairs({ subject, onFound }: { subject: Subject; onFound: (session: Session) => void }) {
  const api = useApi();
  const [doing, setDoing] = useState<Doing>();
  const [unusable, setUnusable] = useState<Unusable>();
  const searching = useAbort();
  // What was found belongs to the file before.
  const endSearch = () => {
    searching.end();
    setUnusable(undefined);
  };
  const { file, error, choose, keep: keepChoice } = useChosenFile(subject.name, endSearch);
  const keep = (next: KeptFile) => {
    keepChoice(next);
    setUnusable(undefined);
  };
  const search = useAction(async (searched: KeptFile) => {
    const signal = searching.begin();
    setUnusable(undefined);
    try {
      const found = await findPairs(api, subject, searched, {
        signal,
        onProgress: (what, done, total) => setDoing({ what, done, total }),
      });
      signal.throwIfAborted();
      if ('issues' in found) setUnusable(found);
      else onFound(found);
    } catch (error) {
      throw namingLines(error);
    } finally {
      setDoing(undefined);
    }
  });
  const isReady = file !== undefined && (goesAsIs(file) || labelColumns(file, subject) !== undefined);
  return (
    <>
      <Introduction />
      <ChooseFile
        label={file ? 'Choose another file …' : 'Choose a file …'}
        hint="Several scored responses to each prompt, with their texts: JSON lines, CSV or TSV in UTF-8. The texts go to the service for this search, which keeps none of them."
        onFile={choose}
      />
      {subject.name === SAMPLE_MODEL && !file && (
        <p>
          <button type="button" onClick={() => choose(sampleFile())}>
            Use the sample data
          </button>
        </p>
      )}
      <Problem error={error} title="This file cannot be read" />
      {file && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) search.run(file);
          }}
        >
          <TableFacts table={file.table} choice={goesAsIs(file) ? {} : usedColumns(file, subject)} />
          {!goesAsIs(file) && <LabelColumnsPicker file={file} subject={subject} onChange={keep} />}
          <div class="buttons">
            <button type="submit" class="primary" disabled={!isReady} aria-disabled={search.isRunning}>
              Find pairs to label
            </button>
          </div>
        </form>
      )}
      {doing && <SearchProgress doing={doing} onCancel={searching.end} />}
      {file && unusable && (
        <IssueList
          issues={unusable.issues}
          usable={unusable.usable}
          action="Search the others"
          onLeaveOut={() => {
            const next = { ...file, leavesOut: true };
            keep(next);
            search.run(next);
          }}
        />
      )}
      <Problem error={search.error} title="This file cannot be searched" />
    </>
  );
}

function usedColumns({ choice }: KeptFile, { given }: Subject): KeptFile['choice'] {
  return given === undefined ? { ...choice, length: undefined } : choice;
}

function SearchProgress({ doing: { what, done, total }, onCancel }: { doing: Doing; onCancel: () => void }) {
  if (what === 'reading')
    return <Progress what="Reading the file" done={done} total={total} onCancel={onCancel} />;
  if (done < total) return <Progress what="Sending" done={done} total={total} onCancel={onCancel} />;
  return <Progress what="Looking for pairs" onCancel={onCancel} />;
}

function Introduction() {
  return (
    <>
      <p>
        Calibration turns some pairs of responses round: the one that had the lower reward gets the higher
        one. Only those can make the order better or worse, so a few labels of them say most. You see up to
        twenty such pairs, without rewards and in random order, and say which response is better. Ten labels
        give a first look, and you may stop at any time.
      </p>
      <p>
        Judge what the reward is for: whether an answer is right and useful, not how long it is. Calibration
        nearly always picks the shorter response, so a taste for long or short answers would decide the
        verdict.
      </p>
    </>
  );
}

function sampleFile(): File {
  const lines = simulateSamples().map((row) => `${JSON.stringify(row)}\n`);
  return new File(lines, 'simulated-samples.jsonl');
}
