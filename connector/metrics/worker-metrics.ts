import type { PublishEvent } from '../../core/events/publish-event.ts';
import { emfLine, type MetricValues } from '../../core/metrics/emf-line.ts';
import { MetricCounter } from '../../core/metrics/metric-counter.ts';
import { metricNames } from '../../core/metrics/metric-names.ts';
import type { Health } from '../health.ts';
import type { Logger } from '../logger.ts';
import { metricsOfEvent } from './metrics-of-event.ts';

export interface WorkerMetricsOptions {
  readonly stage: string;
  readonly logger: Pick<Logger, 'info'>;
  readonly now: () => number;
  readonly gauges: () => { readonly sessions: number; readonly shards: number; readonly health: Health };
}

const reportMs = 60_000;

/** Counts what a worker does, and writes it once a minute as one log line that CloudWatch reads as metrics. */
export class WorkerMetrics {
  readonly #counter = new MetricCounter();
  readonly #options: WorkerMetricsOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: WorkerMetricsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.report(), reportMs);
    this.#timer.unref();
  }

  /** The same way out, counted. */
  countEvents(publish: PublishEvent): PublishEvent {
    return async (event) => {
      try {
        await publish(event);
      } catch (error) {
        this.#counter.count(metricNames.publishesFailed);
        throw error;
      }
      for (const name of metricsOfEvent(event)) this.#counter.count(name);
    };
  }

  fenced(): void {
    this.#counter.count(metricNames.workersFenced);
    this.report();
  }

  report(): void {
    const { stage, logger, now, gauges } = this.#options;
    const { sessions, shards, health } = gauges();
    const values: MetricValues = {
      ...this.#counter.take(),
      [metricNames.sessionsConnected]: sessions,
      [metricNames.shardsOwned]: shards,
      [metricNames.memoryUsedPercent]: Math.round((100 * health.memoryBytes) / health.memoryLimitBytes),
      [metricNames.eventLoopDelayP99Ms]: health.eventLoopDelayP99Ms,
    };
    logger.info(emfLine(values, { stage, atMs: now() }), 'metrics');
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
