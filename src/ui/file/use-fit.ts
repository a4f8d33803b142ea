import { useState } from 'preact/hooks';
import type { CurveSummary } from '../api-types.js';
import { useAbort } from '../parts/use-abort.js';
import { useApi } from '../parts/use-api.js';
import { bodyOf, keepFor } from './kept-file.js';
import { namingLines } from './line-places.js';
import { readSamples, type SampleColumns, type Samples } from './read-samples.js';
import { columnsBody, type FitForm, settingsQuery } from './settings.js';
import type { Table } from './table.js';
import { type Upload, upload } from './upload.js';

/** What to fit, and how. */
export interface FitPlan {
  readonly table: Table;
  readonly form: FitForm;
  readonly characteristic: string;
  /** Undefined where the file goes as it is. */
  readonly columns: SampleColumns | undefined;
}

/** How a fit stands. */
export type FitRun =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' | 'sending'; readonly done: number; readonly total: number }
  /** Lines cannot be used: the reader decides. */
  | { readonly kind: 'asking'; readonly samples: Samples }
  | { readonly kind: 'fitting' }
  | { readonly kind: 'done'; readonly curve: CurveSummary; readonly leftOut: number }
  | { readonly kind: 'failed'; readonly error: unknown };

const IDLE: FitRun = { kind: 'idle' };

/** Fits from a file, and can be cancelled at any moment; leaving the view cancels, too. */
export function useFit() {
  const api = useApi();
  const [run, setRun] = useState<FitRun>(IDLE);
  const { begin, end } = useAbort();

  const attempt = (work: (signal: AbortSignal) => Promise<FitRun>) => {
    const signal = begin();
    work(signal)
      .catch((error: unknown): FitRun => ({ kind: 'failed', error: namingLines(error) }))
      .then((result) => {
        if (signal.aborted) return;
        if (result.kind === 'done') keepFor(result.curve.reward_model);
        setRun(result);
      });
  };

  const send = (asked: Omit<Upload, 'onProgress' | 'path'>) =>
    upload<CurveSummary>(api, {
      ...asked,
      path: 'v1/fit',
      onProgress: (done, total) =>
        setRun(done < total ? { kind: 'sending', done, total } : { kind: 'fitting' }),
    });

  const sendSamples = async (
    { form, characteristic }: FitPlan,
    samples: Samples,
    signal: AbortSignal,
  ): Promise<FitRun> => {
    const body = columnsBody(form, characteristic, samples);
    setRun({ kind: 'sending', done: 0, total: body.size });
    const curve = await send({ body, type: 'application/json', signal });
    return { kind: 'done', curve, leftOut: samples.issues.count };
  };

  const start = (plan: FitPlan) =>
    attempt(async (signal) => {
      const { table, form, characteristic, columns } = plan;
      const total = table.file.size;
      if (columns === undefined) {
        setRun({ kind: 'sending', done: 0, total });
        const query = settingsQuery(form, characteristic);
        const curve = await send({ query, body: bodyOf(table), type: 'application/x-ndjson', signal });
        return { kind: 'done', curve, leftOut: 0 };
      }
      const onProgress = (done: number) => setRun({ kind: 'reading', done, total });
      onProgress(0);
      const samples = await readSamples(table, columns, { signal, onProgress });
      return samples.issues.count > 0 ? { kind: 'asking', samples } : sendSamples(plan, samples, signal);
    });

  return {
    run,
    start,
    /** Fits the samples without the lines that cannot be used. */
    leaveOut: (plan: FitPlan, samples: Samples) => attempt((signal) => sendSamples(plan, samples, signal)),
    cancel: () => {
      end();
      setRun(IDLE);
    },
  };
}
