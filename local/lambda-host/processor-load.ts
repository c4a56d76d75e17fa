import { cpus } from 'node:os';

/** How long one look at the processors counts. */
const sampleMs = 500;

export interface ProcessorTimes {
  readonly idleMs: number;
  readonly allMs: number;
}

/** The share of time between two looks in which the machine's processors worked, 0 to 1; 0 when no time has passed. */
export function busyShare(before: ProcessorTimes, after: ProcessorTimes): number {
  const allMs = after.allMs - before.allMs;
  return allMs <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (after.idleMs - before.idleMs) / allMs));
}

/**
 * Tells how busy the whole machine is, by its last half second or the one before; looks only when asked, so that an idle runner does nothing.
 *
 * @example const load = createProcessorLoad(); load() // 0.93
 */
export function createProcessorLoad(read: () => ProcessorTimes = readProcessors, now = () => performance.now()) {
  let before = read();
  let beforeAt = now();
  let share = 0;
  return (): number => {
    const at = now();
    if (at - beforeAt < sampleMs) return share;
    const after = read();
    share = busyShare(before, after);
    before = after;
    beforeAt = at;
    return share;
  };
}

function readProcessors(): ProcessorTimes {
  const times = cpus().map((processor) => processor.times);
  const sum = (of: (each: (typeof times)[number]) => number) => times.reduce((total, each) => total + of(each), 0);
  return {
    idleMs: sum(({ idle }) => idle),
    allMs: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
  };
}
