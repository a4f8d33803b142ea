import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { Conflict, type Place, ServiceError, Unavailable } from '../../calibration/errors.js';
import { isBuiltIn } from '../../calibration/samples/characteristics.js';
import type { SampleRow } from '../../calibration/samples/samples.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import {
  type CalibrateOptions,
  type CheckedCalibration,
  checkedCalibration,
  countCalibrated,
  type KeepingDependencies,
  keepObserved,
  namesToMeasure,
} from '../../service/calibrate-samples.js';
import { checkCount } from '../../service/check-size.js';
import { type CurveChoice, chooseCurve } from '../../service/choose-curve.js';
import { measureAhead } from '../../service/measure-ahead.js';
import type { Departure } from '../gathering/departure.js';
import type { RecoveryRule } from '../responses/response-recovery.js';
import { withoutAddedBos } from '../servers/leading-bos.js';
import type { RawReward, TextToScore } from '../servers/reward-server.js';
import type { ScoreParameters } from '../servers/score-parameters.js';
import type { ConnectedUpstream } from '../upstream/connected-upstream.js';
import type { Upstream } from '../upstream/upstream.js';
import { BadGateway, GatewayTimeout, UPSTREAM_REFUSED } from '../upstream-errors.js';
import { type FoundResponse, findResponses, type SentSample } from './find-responses.js';
import type { ResponseRuleLog } from './response-rule-log.js';
import type { SelfCalibration } from './self-calibration.js';
import type { ShadowLog } from './shadow-log.js';

/** The samples of a request: one text or several, as the contracts allow. */
export interface SentSamples {
  readonly samples: readonly SentSample[];
  /** The field of the body that holds the texts. */
  readonly place: string;
  /** Whether the request has one text, not a list of one. */
  readonly isSingle: boolean;
  /** What else the request says that changes the scores. */
  readonly parameters?: ScoreParameters | undefined;
}

/** The client of a request, and a signal, aborted when it goes away. */
export interface Caller {
  readonly client: string;
  readonly signal: Departure;
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
  /** The version that calibrated; undefined where the raw rewards pass through. */
  readonly version: number | undefined;
  readonly upstream: Upstream;
  /** How many texts left their BOS here because the server adds one. */
  readonly bosStripped: number;
}

/** The dependencies of scoring. */
export interface ScoringDependencies extends KeepingDependencies {
  readonly limits: { readonly maxBatch: number };
  readonly selfCalibration: SelfCalibration;
  readonly shadowLog: ShadowLog;
  readonly responseRuleLog: ResponseRuleLog;
}

/** What calibrating takes and gives, a sample each. */
interface CalibratedReward {
  readonly reward: number | null;
  readonly bias: number | null;
}

const NOT_CALIBRATED: CalibratedReward = { reward: null, bias: null };

/**
 * Asks the upstream for the rewards of a request and calibrates them with the curve of its reward model.
 *
 * @throws as `chooseCurve`, before the upstream is asked; Conflict `curve-needs-numbers`;
 *   InvalidInput `too-many-samples`; errors of the upstream's client and gatherer; BadGateway
 *   `no-reward` naming the sample.
 */
export async function scoreSamples(
  dependencies: ScoringDependencies,
  upstream: ConnectedUpstream,
  sent: SentSamples,
  caller: Caller,
): Promise<ScoredSamples> {
  const { configured } = upstream;
  const options = optionsOf(configured);
  checkCount(sent.samples.length, dependencies.limits.maxBatch, 'MAX_BATCH', 'samples');
  const curve = curveOf(dependencies, configured, options);
  const texts = textsToScore(sent, upstream);
  const rawRewards = await ask(upstream, texts, sent, caller);
  const finding = findResponses(sent.samples, upstream.recovery);
  const responses = finding instanceof Promise ? await finding : finding;
  const rules = responses.map(({ rule }) => rule);
  dependencies.metrics.upstreams.rules(configured.name, rules);
  dependencies.responseRuleLog.add(configured, rules);
  const calibrated = await calibrateFinite(dependencies, curve, rawRewards, responses, configured, options);
  const samples = rawRewards.map(({ entry, answer, reward: rawReward = null }, i): ScoredSample => {
    const { reward, bias } = calibrated[i] ?? NOT_CALIBRATED;
    const length = responses[i]?.length ?? 0;
    const rule = responses[i]?.rule ?? 'whole';
    return { reward, rawReward, bias, length, rule, entry, answer };
  });
  const version = isShadow(configured) ? undefined : curve?.version;
  const bosStripped = texts.filter(({ text }, i) => text !== sent.samples[i]?.text).length;
  return { samples, isSingle: sent.isSingle, version, upstream: configured, bosStripped };
}

/** The samples as they go to the server; responses are measured in the samples themselves. */
function textsToScore(
  { samples, parameters }: SentSamples,
  { configured, template }: ConnectedUpstream,
): TextToScore[] {
  return samples.map(({ text, prompt, label }) =>
    withoutAddedBos({ text, prompt, label, parameters }, configured, template?.addedBos),
  );
}

/** How an upstream's samples are calibrated. */
type UpstreamOptions = CurveChoice & CalibrateOptions;

function optionsOf(upstream: Upstream): UpstreamOptions {
  return {
    rewardModel: upstream.rewardModel,
    version: upstream.version,
    keepMean: false,
    observe: upstream.observe,
    onMissingCurve: isShadow(upstream) ? 'passthrough' : upstream.onMissingCurve,
    isShadow: isShadow(upstream),
  };
}

function isShadow({ mode }: Upstream): boolean {
  return mode === 'shadow';
}

/**
 * The curve that calibrates. In shadow mode only a missing pinned version refuses a request: an unreadable
 * curve does not change raw rewards, and is logged.
 */
function curveOf(
  dependencies: ScoringDependencies,
  upstream: Upstream,
  options: UpstreamOptions,
): VersionedCurve | undefined {
  if (isShadow(upstream) && !dependencies.registry.isReadable(upstream.rewardModel)) {
    dependencies.shadowLog.unreadable(upstream.name);
    return undefined;
  }
  const curve = chooseCurve(dependencies, options);
  const unmeasurable = curve === undefined ? [] : unmeasurableOf(curve);
  if (unmeasurable.length === 0) return curve;
  if (isShadow(upstream)) return undefined;
  const message = `this curve needs ${unmeasurable.join(', ')}, which the sidecar cannot measure from text`;
  throw new Conflict('curve-needs-numbers', message);
}

/** The characteristics of a curve that cannot be measured: trainers send text alone. */
function unmeasurableOf({ curves }: VersionedCurve): string[] {
  return characteristicsOf(curves).filter((name) => !isBuiltIn(name));
}

const NO_REWARD: RawReward = { reward: undefined, entry: undefined };

/**
 * The raw rewards; some may be missing only where the configuration and the form of the request allow null.
 */
async function ask(
  upstream: ConnectedUpstream,
  texts: readonly TextToScore[],
  { place, isSingle }: SentSamples,
  { client, signal }: Caller,
): Promise<readonly RawReward[]> {
  if (texts.length === 0) return [];
  if (upstream.configured.onUpstreamFailure === 'null' && !isSingle) {
    const outcomes = await upstream.scoreEach(texts, client, signal);
    return outcomes.map((outcome) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      if (isUpstreamFailure(outcome.reason)) return NO_REWARD;
      throw outcome.reason;
    });
  }
  const rawRewards = await upstream.scoreAll(texts, client, signal).catch((error: unknown) => {
    throw error instanceof BadGateway && error.code === UPSTREAM_REFUSED
      ? refusedAt(error, place, isSingle)
      : error;
  });
  rawRewards.forEach(({ reward }, i) => {
    if (reward === undefined) throw noReward(upstream.configured.name, i, isSingle ? [place] : [place, i]);
  });
  return rawRewards;
}

/**
 * The service's own state (a full queue, closing) is no failure of the upstream: the same
 * request may succeed later.
 */
function isUpstreamFailure(error: unknown): boolean {
  if (error instanceof Unavailable) return error.code === 'upstream-unavailable';
  return error instanceof BadGateway || error instanceof GatewayTimeout;
}

/** A refusal that names the index of a text names its place in the request. */
function refusedAt(error: BadGateway, place: string, isSingle: boolean): BadGateway {
  const { message } = error;
  return isSingle ? error.saying(message, [{ path: [place], message }]) : error.at([place]);
}

function noReward(name: string, index: number, path: Place): BadGateway {
  const message = `the reward-model server "${name}" gave no finite reward for sample ${index}`;
  return new BadGateway('no-reward', message, [{ path, message: 'has no reward' }]);
}

/** The rewards to answer for the samples with a raw one, at their places in the request. */
async function calibrateFinite(
  dependencies: ScoringDependencies,
  curve: VersionedCurve | undefined,
  rawRewards: readonly RawReward[],
  responses: readonly FoundResponse[],
  upstream: Upstream,
  options: UpstreamOptions,
): Promise<readonly CalibratedReward[]> {
  const rows: (SampleRow & { readonly index: number })[] = [];
  rawRewards.forEach(({ reward }, index) => {
    if (reward !== undefined) rows.push({ index, reward, response: responses[index]?.response });
  });
  if (rows.length === 0) return [];
  const measuring = measureAhead({ rows }, () => namesToMeasure(curve, { rows }, options));
  const samples = measuring instanceof Promise ? await measuring : measuring;
  const checked = checkedCalibration(curve, samples, options);
  const { rewards, biases, batch } = checked;
  const isKept = options.observe && observe(dependencies, checked, upstream, options);
  countCalibrated(dependencies, checked, options);
  dependencies.metrics.batch(rows.length);
  if (batch !== undefined) dependencies.metrics.requested(upstream.rewardModel, batch.version);
  const kept = isKept ? rows.flatMap(({ index }) => responses[index]?.rule ?? []) : [];
  dependencies.selfCalibration.observed(upstream, batch, kept);
  const answered = new Array<CalibratedReward>(rawRewards.length).fill(NOT_CALIBRATED);
  if (isShadow(upstream)) {
    if (batch !== undefined) dependencies.shadowLog.add(upstream.name, batch);
    for (const { index, reward } of rows) answered[index] = { reward, bias: 0 };
  } else {
    rows.forEach(({ index, reward }, k) => {
      answered[index] = { reward: rewards[k] ?? reward, bias: biases[k] ?? 0 };
    });
  }
  return answered;
}

/** Keeps the samples if it can: a trainer's rewards do not depend on what others had observed. */
function observe(
  dependencies: ScoringDependencies,
  checked: CheckedCalibration,
  upstream: Upstream,
  options: UpstreamOptions,
): boolean {
  try {
    keepObserved(dependencies, checked, options);
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    dependencies.metrics.samples(upstream.rewardModel, 'unobserved', checked.rewards.length);
    dependencies.selfCalibration.unobserved(upstream, error);
    return false;
  }
}
