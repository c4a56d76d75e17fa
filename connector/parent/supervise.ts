import type { ChildProcess } from 'node:child_process';
import { wrongConfigurationExitCode } from './child-environment.ts';

export interface SuperviseOptions {
  readonly start: () => ChildProcess;
  /** The connector that ended will have no successor soon: others shall take its shards. */
  readonly onAway: () => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: (fields: Record<string, unknown>, message: string) => void;
}

export interface Supervisor {
  /** Passes a signal on; the connector's end is then the end. */
  stop(signal: NodeJS.Signals): void;
  /** Exit code for the container. */
  readonly finished: Promise<number>;
}

const firstRestartMs = 100;
const longestRestartMs = 10_000;
/** A connector that ran this long did not die of what killed the one before. */
const stableMs = 60_000;
/** After so many quick deaths the container ends: perhaps another host does better, and the deployment must see it. */
const failuresMax = 10;
/** A longer pause is worth a take-over by others; a shorter one is over before they would have connected. */
const awayMs = 1_500;

/**
 * Milliseconds until the next start.
 *
 * @example restartDelayMs(3) // 800
 */
export function restartDelayMs(failures: number): number {
  return Math.min(longestRestartMs, firstRestartMs * 2 ** Math.min(failures, 20));
}

/**
 * Keeps one connector running: starts it again in place when it dies, with growing pauses, until it is asked to stop, ends by itself
 * without an error, or has died too often. A new one is started only after the old one is gone, which is what lets it take its shards
 * back at once: its registration replaces the row of the dead. Only when no new one follows soon is the dead one marked.
 */
export function supervise({ start, onAway, now, log }: SuperviseOptions): Supervisor {
  const { promise: finished, resolve: finish } = Promise.withResolvers<number>();
  let child: ChildProcess | undefined;
  let stopSignal: NodeJS.Signals | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const markAway = async () => {
    // Without the mark its silence tells the others, a few seconds later.
    await onAway().catch((error: unknown) => log({ reason: String(error) }, 'The dead connector could not be marked'));
  };
  const run = () => {
    const startedAtMs = now();
    child = start();
    child.once('exit', (code, signal) => {
      child = undefined;
      if (now() - startedAtMs > stableMs) failures = 0;
      // A connector that had not finished starting dies of the very signal, and has nothing to give back.
      if (stopSignal !== undefined && signal === stopSignal) return finish(0);
      if (stopSignal !== undefined || code === 0 || code === wrongConfigurationExitCode) return finish(code ?? 1);
      if (failures === failuresMax) {
        log({ code, signal, failures }, 'The connector died too often; the container ends');
        return void markAway().then(() => finish(code || 1));
      }
      const delayMs = restartDelayMs(failures);
      failures += 1;
      log({ code, signal, delayMs }, 'The connector ended and is started again');
      if (delayMs > awayMs) void markAway();
      timer = setTimeout(run, delayMs);
    });
  };
  run();
  return {
    finished,
    stop: (signal) => {
      stopSignal = signal;
      clearTimeout(timer);
      if (child === undefined) finish(0);
      else child.kill(signal);
    },
  };
}
