import { totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How a worker does, as its row and its metrics carry it. */
export interface Health {
  /** Resident memory of this process. */
  readonly memoryBytes: number;
  /** What the container may use, or the machine when nothing limits it. */
  readonly memoryLimitBytes: number;
  /** How late the event loop ran in the slowest hundredth of the last minute or so. */
  readonly eventLoopDelayP99Ms: number;
}

const resolutionMs = 20;
/** Two windows are looked at, so that the figure covers at least this long and forgets after twice as long. */
const windowMs = 30_000;
const nanosecondsPerMillisecond = 1e6;

export interface HealthMonitor {
  read(): Health;
  stop(): void;
}

/**
 * Watches this process: one timer of 50 Hz in native code, and nothing else until it is asked.
 *
 * @param monotonicNow milliseconds
 * @example const monitor = monitorHealth(() => performance.now()); const { eventLoopDelayP99Ms } = monitor.read();
 */
export function monitorHealth(monotonicNow: () => number): HealthMonitor {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let startedAtMs = monotonicNow();
  let previousP99Ms = 0;
  return {
    read: () => {
      const p99Ms = delayOf(histogram);
      const eventLoopDelayP99Ms = Math.max(p99Ms, previousP99Ms);
      if (monotonicNow() - startedAtMs >= windowMs) {
        startedAtMs = monotonicNow();
        previousP99Ms = p99Ms;
        histogram.reset();
      }
      return {
        memoryBytes: process.memoryUsage.rss(),
        memoryLimitBytes: memoryLimit(process.constrainedMemory(), totalmem()),
        eventLoopDelayP99Ms,
      };
    },
    stop: () => {
      histogram.disable();
    },
  };
}

/** The histogram counts from one tick of its timer to the next, so the timer's own interval is no delay. */
function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>): number {
  if (histogram.count === 0) return 0;
  const lateMs = histogram.percentile(99) / nanosecondsPerMillisecond - resolutionMs;
  return Math.round(Math.max(0, lateMs) * 10) / 10;
}

/**
 * Without a limit Node answers 0, or a number beyond any machine.
 *
 * @example memoryLimit(0, 8 * 2 ** 30) // 8 GiB
 */
export function memoryLimit(constrainedBytes: number, machineBytes: number): number {
  return constrainedBytes > 0 && constrainedBytes < machineBytes ? constrainedBytes : machineBytes;
}
