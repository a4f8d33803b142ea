import { Counter, Gauge, type Registry } from 'prom-client';
import { PlainCounter } from './plain-counter.js';
import { PlainHistogram } from './plain-histogram.js';
import { type MonotonicClock, RecentSlices } from './recent-slices.js';

/** Reward models score a batch in ten milliseconds to a minute. */
const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Powers of two up to the usual sizes, powers of four beyond. */
const SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 256, 1_024, 4_096];

/** An upstream, as the metrics see it. */
export interface WatchedUpstream {
  readonly name: string;
  /** Texts that wait to be sent, now. */
  readonly waiting: number;
}

/** Whether an upstream is asked: `open` is not, `half-open` is tried once. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What happened at an upstream in the last minutes. */
export interface UpstreamActivity {
  readonly state: BreakerState;
  /** Requests that it answered, and that were given up. */
  readonly answered: number;
  readonly failed: number;
  /** Texts in answered requests. */
  readonly texts: number;
  /** Mean time of the answered tries; null without one. */
  readonly meanSeconds: number | null;
}

/** The counts of a slice of time. */
const newSlice = () => ({ answered: 0, failed: 0, texts: 0, seconds: 0 });

/**
 * The outcome of a fit that the service began itself; `mixed-rules`: its lengths were measured in two ways.
 */
export type SelfCalibrationOutcome = 'fitted' | 'failed' | 'mixed-rules';

/**
 * The Prometheus metrics of the reward-model servers behind the sidecar. The configuration bounds the labels.
 */
export class UpstreamMetrics {
  readonly #registry: Registry;
  readonly #prefix: string;
  readonly #clock: MonotonicClock;
  readonly #states = new Map<string, BreakerState>();
  readonly #recent = new Map<string, RecentSlices<ReturnType<typeof newSlice>>>();
  #watched: readonly WatchedUpstream[] = [];

  readonly #duration: PlainHistogram;
  readonly #batchSize: PlainHistogram;
  readonly #failures: Counter;
  readonly #breakerOpen: Gauge;
  readonly #rules: PlainCounter;
  readonly #fits: Counter;

  constructor(registry: Registry, prefix: string, clock: MonotonicClock) {
    this.#clock = clock;
    this.#registry = registry;
    this.#prefix = prefix;
    this.#duration = this.#histogram('upstream_duration_seconds', 'Time of answered tries', SECONDS_BUCKETS);
    this.#batchSize = this.#histogram('upstream_batch_size', 'Texts per answered request', SIZE_BUCKETS);
    this.#failures = this.#counter('upstream_failures_total', 'Requests given up, by the error', 'code');
    this.#rules = new PlainCounter({
      name: `${prefix}response_rule_total`,
      help: 'Samples by how the response was found',
      labelNames: ['upstream', 'rule'],
      registry,
    });
    const fits = 'Fits that the service began by itself';
    this.#fits = this.#counter('self_calibration_fits_total', fits, 'outcome');
    this.#breakerOpen = this.#gauge(
      'upstream_breaker_open',
      '1 from a breaker opening to its closing, else 0',
    );
    this.#gauge('upstream_waiting', 'Texts that wait to be sent', (gauge) => {
      for (const { name, waiting } of this.#watched) gauge.labels(name).set(waiting);
    });
  }

  /** Shows these upstreams from now on, even before their first request. */
  watch(upstreams: readonly WatchedUpstream[]): void {
    this.#watched = upstreams;
    for (const { name } of upstreams) this.breaker(name, 'closed');
  }

  /** A request that was answered; the time is that of its last try. */
  answered(upstream: string, seconds: number, texts: number): void {
    this.#duration.observe(seconds, upstream);
    this.#batchSize.observe(texts, upstream);
    const slice = this.#recentOf(upstream).current;
    slice.answered++;
    slice.texts += texts;
    slice.seconds += seconds;
  }

  /** A request that was given up. */
  failed(upstream: string, code: string): void {
    this.#failures.labels(upstream, code).inc();
    this.#recentOf(upstream).current.failed++;
  }

  breaker(upstream: string, state: BreakerState): void {
    this.#states.set(upstream, state);
    this.#breakerOpen.labels(upstream).set(state === 'closed' ? 0 : 1);
  }

  /** What happened at an upstream in the last minutes. */
  activityOf(upstream: string): UpstreamActivity {
    const sum = newSlice();
    for (const slice of this.#recentOf(upstream).kept()) {
      sum.answered += slice.answered;
      sum.failed += slice.failed;
      sum.texts += slice.texts;
      sum.seconds += slice.seconds;
    }
    const { answered, failed, texts, seconds } = sum;
    const meanSeconds = answered === 0 ? null : seconds / answered;
    return { state: this.#states.get(upstream) ?? 'closed', answered, failed, texts, meanSeconds };
  }

  /** How the responses of a request were found, one rule per sample. */
  rules(upstream: string, rules: readonly string[]): void {
    for (let begin = 0, end = 0; begin < rules.length; begin = end) {
      const rule = rules[begin] ?? '';
      while (end < rules.length && rules[end] === rule) end++;
      this.#rules.add(end - begin, upstream, rule);
    }
  }

  /** The end of a fit that the service began itself. */
  selfCalibrated(upstream: string, outcome: SelfCalibrationOutcome): void {
    this.#fits.labels(upstream, outcome).inc();
  }

  #recentOf(upstream: string): RecentSlices<ReturnType<typeof newSlice>> {
    const known = this.#recent.get(upstream);
    if (known !== undefined) return known;
    const recent = new RecentSlices(this.#clock, newSlice);
    this.#recent.set(upstream, recent);
    return recent;
  }

  #histogram(name: string, help: string, buckets: readonly number[]): PlainHistogram {
    const registry = this.#registry;
    return new PlainHistogram({
      name: `${this.#prefix}${name}`,
      help,
      labelNames: ['upstream'],
      buckets,
      registry,
    });
  }

  #counter(name: string, help: string, label: string): Counter {
    return new Counter({ ...this.#described(name, help), labelNames: ['upstream', label] });
  }

  #gauge(name: string, help: string, collect?: (gauge: Gauge) => void): Gauge {
    const gauge: Gauge = new Gauge({
      ...this.#described(name, help),
      labelNames: ['upstream'],
      ...(collect && { collect: () => collect(gauge) }),
    });
    return gauge;
  }

  #described(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: `${this.#prefix}${name}`, help, registers: [this.#registry] };
  }
}
