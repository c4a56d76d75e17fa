import type { MetricValues } from './emf-line.ts';
import type { MetricName } from './metric-names.ts';

/** Counts one or more of something that happened. */
export type CountMetric = (name: MetricName, by?: number) => void;

/**
 * Sums between two reports.
 *
 * @example const counter = new MetricCounter(); counter.count('MessagesSent'); counter.take() // { MessagesSent: 1 }
 */
export class MetricCounter {
  #sums = new Map<MetricName, number>();

  readonly count: CountMetric = (name, by = 1) => {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + by);
  };

  /** The sums since the call before. */
  take(): MetricValues {
    const values = Object.fromEntries(this.#sums);
    this.#sums = new Map();
    return values;
  }
}
