import { characteristicsOf } from '../../calibration/bias-curve.js';
import { countCodePoints, isBuiltIn } from '../../calibration/characteristics.js';
import {
  BadGateway,
  Conflict,
  GatewayTimeout,
  type Place,
  ServiceError,
  Unavailable,
} from '../../calibration/errors.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { ConnectedUpstream } from '../../sidecar/connected-upstream.js';
import type { RecoveredResponse, RecoveryRule, ResponseRecovery } from '../../sidecar/response-recovery.js';
import type { RawReward, TextToScore } from '../../sidecar/reward-server.js';
import type { Upstream } from '../../sidecar/upstream.js';
import {
  type CalibrateOptions,
  type CheckedCalibration,
  checkedCalibration,
  chooseCurve,
  countCalibrated,
  keepObserved,
  namesToMeasure,
} from '../calibrate-batch.js';
import { checkSize } from '../check-size.js';
import { measureAhead } from '../measure-ahead.js';
import type { Services } from '../services.js';
import { Slices } from '../slices.js';

/** A sample as a trainer sent it. */
export interface SentSample extends TextToScore {
  /** The response alone, where the contract has it. */
  readonly response?: string | undefined;
}

/** The samples of a request, in either of the forms that the contracts have for one text and for several. */
export interface SentSamples {
  readonly samples: readonly SentSample[];
  /** The field of the body that holds the texts. */
  readonly place: string;
  /** One text on its own, not a list of one. */
  readonly isSingle: boolean;
}

/** Whose request it is, and whether anybody still waits for the answer. */
export interface Caller {
  readonly client: string;
  readonly signal: AbortSignal;
}

/** A sample with its rewards; null where the upstream gave none. */
export interface ScoredSample {
  readonly reward: number | null;
  readonly rawReward: number | null;
  readonly bias: number | null;
  /** Code points of the response. */
  readonly length: number;
  readonly rule: RecoveryRule;
  /** Of the upstream's answer. */
  readonly entry: unknown;
  readonly answer: unknown;
}

/** Scored samples, in the order in which they were sent. */
export interface ScoredSamples {
  readonly samples: readonly ScoredSample[];
  readonly isSingle: boolean;
  /** The version that calibrated; undefined where none did and the raw rewards pass through. */
  readonly version: number | undefined;
  readonly upstream: Upstream;
}

/** What calibrating takes and gives, a sample each. */
interface CalibratedReward {
  readonly reward: number;
  readonly bias: number;
}

/**
 * Asks the upstream for the rewards of a request and calibrates them by the curve of its reward model.
 *
 * @throws as `chooseCurve`, before the upstream is asked; Conflict `curve-needs-numbers`; InvalidInput `too-many-samples`; what
 *   the upstream's client and gatherer throw; BadGateway `no-reward` naming the sample.
 */
export async function scoreSamples(
  services: Services,
  upstream: ConnectedUpstream,
  sent: SentSamples,
  caller: Caller,
): Promise<ScoredSamples> {
  const { configured } = upstream;
  checkSize({ rows: sent.samples }, services.limits.maxBatch, 'MAX_BATCH');
  const curve = curveOf(services, configured);
  const rawRewards = await ask(upstream, sent, caller);
  const responses = await recoverResponses(sent.samples, upstream.recovery);
  services.metrics.upstreams.rules(
    configured.name,
    responses.map(({ rule }) => rule),
  );
  const calibrated = await calibrateFinite(services, curve, rawRewards, responses, configured);
  const samples = rawRewards.map((raw, i): ScoredSample => {
    const { length = 0, rule = 'whole' } = responses[i] ?? {};
    const { reward = null, bias = null } = calibrated.get(i) ?? {};
    const { entry, answer, reward: rawReward = null } = raw;
    return { reward, rawReward, bias, length, rule, entry, answer };
  });
  const version = isShadow(configured) ? undefined : curve?.version;
  return { samples, isSingle: sent.isSingle, version, upstream: configured };
}

function optionsOf(upstream: Upstream): CalibrateOptions {
  return {
    rewardModel: upstream.reward_model,
    version: upstream.version,
    keepMean: false,
    observe: upstream.observe,
    onMissingCurve: isShadow(upstream) ? 'passthrough' : upstream.on_missing_curve,
    includeBiases: false,
    isShadow: isShadow(upstream),
  };
}

function isShadow({ mode }: Upstream): boolean {
  return mode === 'shadow';
}

/**
 * The curve that calibrates. A shadow never refuses for the curve's sake, but for a pinned version that is not there: its answers
 * are raw rewards, which a curve that cannot be read does not change. The log says so.
 */
function curveOf(services: Services, upstream: Upstream): VersionedCurve | undefined {
  if (isShadow(upstream) && !services.registry.isReadable(upstream.reward_model)) {
    services.shadowLog.unreadable(upstream.name);
    return undefined;
  }
  const curve = chooseCurve(services, optionsOf(upstream));
  const unmeasurable = curve === undefined ? [] : unmeasurableOf(curve);
  if (unmeasurable.length === 0) return curve;
  if (isShadow(upstream)) return undefined;
  const message = `this curve needs ${unmeasurable.join(', ')}, which the sidecar cannot measure from text`;
  throw new Conflict('curve-needs-numbers', message);
}

/** Trainers send text alone, so nothing else can be calibrated by. */
function unmeasurableOf({ curves }: VersionedCurve): string[] {
  return characteristicsOf(curves).filter((name) => !isBuiltIn(name));
}

/** A response as it was found, and its length in code points. */
interface FoundResponse extends RecoveredResponse {
  readonly length: number;
}

/** Finds the responses in the texts; where there is much text, others get a turn in between. */
async function recoverResponses(
  samples: readonly SentSample[],
  recovery: ResponseRecovery,
): Promise<FoundResponse[]> {
  const slices = new Slices();
  const responses: FoundResponse[] = [];
  for (const sample of samples) {
    const recovered = responseOf(sample, recovery);
    responses.push({ ...recovered, length: countCodePoints(recovered.response) });
    const turn = slices.done(sample.text.length + (sample.prompt?.length ?? 0));
    if (turn) await turn;
  }
  return responses;
}

function responseOf({ response, text, prompt }: SentSample, recovery: ResponseRecovery): RecoveredResponse {
  return response === undefined ? recovery.recover({ text, prompt }) : recovery.given(response);
}

const NO_REWARD: RawReward = { reward: undefined, entry: undefined };

/** The raw rewards; those missing only where the configuration and the form of the request let null stand for them. */
async function ask(
  upstream: ConnectedUpstream,
  { samples, place, isSingle }: SentSamples,
  { client, signal }: Caller,
): Promise<readonly RawReward[]> {
  if (samples.length === 0) return [];
  const texts = samples.map(({ text, prompt, label }) => ({ text, prompt, label }));
  if (upstream.configured.on_upstream_failure === 'null' && !isSingle) {
    const outcomes = await upstream.scoreEach(texts, client, signal);
    return outcomes.map((outcome) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      if (isUpstreamFailure(outcome.reason)) return NO_REWARD;
      throw outcome.reason;
    });
  }
  const rawRewards = await upstream.scoreAll(texts, client, signal);
  rawRewards.forEach(({ reward }, i) => {
    if (reward === undefined) throw noReward(upstream.configured.name, i, isSingle ? [place] : [place, i]);
  });
  return rawRewards;
}

/** The service's own state (a full queue, closing) is no failure of the upstream: the same request may succeed later. */
function isUpstreamFailure(error: unknown): boolean {
  if (error instanceof Unavailable) return error.code === 'upstream-unavailable';
  return error instanceof BadGateway || error instanceof GatewayTimeout;
}

function noReward(name: string, index: number, path: Place): BadGateway {
  const message = `the reward-model server "${name}" gave no finite reward for sample ${index}`;
  return new BadGateway('no-reward', message, [{ path, message: 'has no reward' }]);
}

/** The rewards to answer of the samples that have a raw one, by their place in the request. */
async function calibrateFinite(
  services: Services,
  curve: VersionedCurve | undefined,
  rawRewards: readonly RawReward[],
  responses: readonly { readonly response: string }[],
  upstream: Upstream,
): Promise<ReadonlyMap<number, CalibratedReward>> {
  const rows = rawRewards.flatMap(({ reward }, index) =>
    reward === undefined ? [] : [{ index, reward, response: responses[index]?.response }],
  );
  if (rows.length === 0) return new Map();
  const options = optionsOf(upstream);
  const samples = await measureAhead({ rows }, () => namesToMeasure(curve, { rows }, options));
  const checked = checkedCalibration(curve, samples, options);
  const { rewards, biases, batch } = checked;
  if (options.observe) observe(services, checked, upstream);
  countCalibrated(services, checked, options);
  services.metrics.batch(rows.length);
  services.selfCalibration.observed(upstream, batch);
  if (isShadow(upstream)) {
    if (batch !== undefined) services.shadowLog.add(upstream.name, batch);
    return new Map(rows.map(({ index, reward }) => [index, { reward, bias: 0 }]));
  }
  return new Map(
    rows.map(({ index, reward }, k) => [index, { reward: rewards[k] ?? reward, bias: biases[k] ?? 0 }]),
  );
}

/** Keeps what can be kept: a trainer's rewards do not depend on what others had observed. */
function observe(services: Services, checked: CheckedCalibration, upstream: Upstream): void {
  try {
    keepObserved(services, checked, optionsOf(upstream));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    services.metrics.samples(upstream.reward_model, 'unobserved', checked.rewards.length);
    services.selfCalibration.unobserved(upstream, error);
  }
}
