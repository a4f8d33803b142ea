import { setImmediate } from 'node:timers/promises';
import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { isBuiltIn } from '../../calibration/samples/characteristics.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { CurveRegistry } from '../../curves/registry.js';
import { checkedCalibration } from '../../service/calibrate-samples.js';
import { findResponses } from '../../sidecar/scoring/find-responses.js';
import type { ConnectedUpstream } from '../../sidecar/upstream/connected-upstream.js';
import { openRehearsal } from '../../sidecar/upstream/rehearsal.js';
import type { Upstream } from '../../sidecar/upstream/upstream.js';
import { compileCheck } from '../schemas/check-body.js';
import { openrlhfContract } from './openrlhf-contract.js';
import { readParameters } from './request-form.js';

/** Samples of a rehearsal: what runs for each is then compiled. */
const SAMPLES = 200;

const PROMPT = '<|im_start|>user\nWhich of both is better?<|im_end|>\n<|im_start|>assistant\n';
const TEXT = `${PROMPT}${'Both say the same, the second in fewer words.\n'.repeat(40)}<|im_end|>`;

/**
 * Scores samples of its own, so that the first ones of a trainer find compiled code: cold, they take ten
 * times as long. An upstream of each kind is asked in this process; nothing is kept, counted or logged.
 *
 * @param signal ends it between two samples.
 */
export async function rehearse(
  registry: CurveRegistry,
  upstreams: readonly Upstream[],
  signal: AbortSignal,
): Promise<void> {
  const ofKinds = new Map(upstreams.map((upstream) => [upstream.kind, upstream]));
  for (const configured of ofKinds.values()) {
    const curve = curveOf(registry, configured);
    const { upstream, close } = await openRehearsal(configured);
    try {
      for (let sample = 0; sample < SAMPLES && !signal.aborted; sample++) {
        await scoreOne(upstream, curve, signal);
        // Requests go first.
        await setImmediate();
      }
    } finally {
      await close();
    }
  }
}

/** The curve that will calibrate, where it can. */
function curveOf(registry: CurveRegistry, { rewardModel }: Upstream): VersionedCurve | undefined {
  const curve = registry.isReadable(rewardModel) ? registry.current(rewardModel) : undefined;
  return curve !== undefined && characteristicsOf(curve.curves).every(isBuiltIn) ? curve : undefined;
}

const checkBody = compileCheck(openrlhfContract.body);

async function scoreOne(
  upstream: ConnectedUpstream,
  curve: VersionedCurve | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { configured, recovery } = upstream;
  const body = { query: [TEXT], prompts: [PROMPT], labels: [null] };
  const checked = checkBody(body);
  if ('error' in checked) throw checked.error;
  const parameters = readParameters(openrlhfContract.form(checked.value), body, configured);
  const { samples: sent } = openrlhfContract.read(checked.value);
  const raw = await upstream.scoreAll(
    sent.map((sample) => ({ ...sample, parameters })),
    'rehearsal',
    signal,
  );
  const found = await findResponses(sent, recovery);
  const rows = raw.map(({ reward = 0 }, i) => ({ reward, response: found[i]?.response }));
  const { rewards, biases } = checkedCalibration(curve, { rows }, { observe: true, keepMean: false });
  const samples = raw.map(({ reward = 0, entry, answer }, i) => ({
    reward: rewards[i] ?? reward,
    rawReward: reward,
    bias: biases[i] ?? 0,
    length: found[i]?.length ?? 0,
    rule: found[i]?.rule ?? 'whole',
    entry,
    answer,
  }));
  const scored = { samples, isSingle: false, version: curve?.version, upstream: configured, bosStripped: 0 };
  JSON.stringify(openrlhfContract.write(scored, checked.value, undefined));
}
