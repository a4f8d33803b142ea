import type { MeasuredSamples } from '../calibration/samples/samples.js';
import { SampleWindow } from './sample-window.js';

/** The windows of recent samples, one per reward model, each bounded by the same capacity. */
export class SampleWindows {
  readonly #capacity: number;
  readonly #windows = new Map<string, SampleWindow>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The reward models with observed samples. */
  get rewardModels(): string[] {
    return [...this.#windows.keys()];
  }

  /** Adds observed samples; see {@link SampleWindow.add}. */
  observe(rewardModel: string, samples: MeasuredSamples): void {
    const window = this.#windows.get(rewardModel) ?? new SampleWindow(this.#capacity);
    window.add(samples);
    this.#windows.set(rewardModel, window);
  }

  /** The window of a reward model, if anything was observed. */
  get(rewardModel: string): SampleWindow | undefined {
    return this.#windows.get(rewardModel);
  }

  /** Forgets the observed samples of a reward model. */
  forget(rewardModel: string): void {
    this.#windows.delete(rewardModel);
  }
}
