import { availableParallelism, cpus, totalmem } from 'node:os';

/** One measured figure beside the goal it is held against. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly goal?: string;
  readonly met?: boolean;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A figure with an upper bound as its goal. */
export function atMost(what: string, value: number, unit: string, goal?: number): Figure {
  const text = `${value >= 100 ? value.toFixed(0) : value.toFixed(2)} ${unit}`;
  return goal === undefined
    ? { what, value: text }
    : { what, value: text, goal: `<= ${goal} ${unit}`, met: value <= goal };
}

export function printConditions(): void {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  console.log(
    `Conditions: ${availableParallelism()} x ${model}, ${memory}, Node ${process.version}, ${process.platform}-${process.arch}.`,
  );
  console.log('Everything (stack, simulator, receiver, load) shares this one machine.\n');
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(title);
  const width = Math.max(...figures.map((figure) => figure.what.length));
  for (const figure of figures) {
    const goal = figure.goal === undefined ? '' : `   goal ${figure.goal}${figure.met ? '' : '   (missed)'}`;
    console.log(`  ${figure.what.padEnd(width)}   ${figure.value.padStart(12)}${goal}`);
  }
  console.log('');
}
