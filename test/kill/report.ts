import { percentile } from '../bench/report.ts';
import { faultKinds } from './form.ts';
import type { KillResult } from './run-kill-test.ts';

export interface Row {
  readonly name: string;
  readonly value: number;
  /** A number that has no bound is only told. */
  readonly mustBeZero: boolean;
  readonly details: readonly string[];
}

/** Goals for the times; nothing fails by them, since they depend on the machine. */
const goals: Readonly<Record<(typeof faultKinds)[number], string>> = {
  kill: 'p50 ≤ 3 s',
  'kill-task': 'p50 ≤ 12 s',
  restart: 'p99 ≤ 2 s',
  freeze: 'p50 ≤ 12 s',
  deploy: 'p99 ≤ 2 s',
};

/** The counts of a run, each with what must be looked at when it is not nought. */
export function countRows({ counts, conflicts, faults }: KillResult): readonly Row[] {
  const told = (name: string, value: number): Row => ({ name, value, mustBeZero: false, details: [] });
  const zero = (name: string, details: readonly string[]): Row => ({
    ...{ name, value: details.length, mustBeZero: true, details },
  });
  return [
    told('inbound messages sent', counts.inboundSent),
    told('seconds until nothing was on its way any more', Math.round(counts.backlogMs / 1_000)),
    zero('inbound lost', counts.inboundLost),
    zero('inbound as two events', counts.inboundTwice),
    told('outbound messages accepted', counts.outboundAccepted),
    zero(
      'outbound lost',
      counts.outboundLost.map(({ messageId, to }) => `${messageId} to ${to}`),
    ),
    zero('shown twice on a phone', counts.shownTwice),
    told('copies under the same id, which a phone drops', counts.copiesDropped),
    zero('undecryptable left', counts.undecryptable),
    told('webhooks repeated, each with the same webhook-id', counts.repeatedWebhooks),
    zero('webhooks with a false signature', counts.falseSignatures),
    told('440s explained by a frozen worker', conflicts.filter(({ explanation }) => explanation !== undefined).length),
    zero(
      '440s that nothing explains',
      conflicts
        .filter(({ explanation }) => explanation === undefined)
        .map(({ phone, atMs }) => `${phone} at ${new Date(atMs).toISOString()}, ${nearest(faults, atMs)}`),
    ),
    zero('dead letters', counts.deadLetters),
    zero('sessions not connected at the end', counts.notConnected),
    zero('requests refused', counts.refused),
    told('faults after which the fleet did not settle in time', faults.filter(({ settled }) => !settled).length),
  ];
}

function nearest(faults: KillResult['faults'], atMs: number): string {
  const fault = faults.find((each) => each.atMs <= atMs && atMs < each.endMs);
  return fault === undefined ? 'during no fault' : `${atMs - fault.atMs} ms after ${fault.kind}`;
}

/** Time without a socket, for each kind of fault. */
export function timeRows({ gaps, faults }: KillResult): readonly string[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(2)} s`.padStart(9);
  return faultKinds.map((kind) => {
    const times = gaps.filter((gap) => gap.kind === kind).map(({ milliseconds }) => milliseconds);
    const struck = String(faults.filter((fault) => fault.kind === kind).length).padStart(4);
    const name = `${kind.padEnd(10)}${struck} times ${String(times.length).padStart(5)} gaps`;
    if (times.length === 0) return name;
    const [p50, p99, max] = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)];
    return `${name}  p50 ${seconds(p50)}  p99 ${seconds(p99)}  max ${seconds(max)}   goal ${goals[kind]}`;
  });
}

const detailsMax = 10;

/** Prints the tables; whether every count is as it must be. */
export function printResult(result: KillResult, say: (line: string) => void): boolean {
  const rows = countRows(result);
  say(`\nSeed ${result.seed}`);
  for (const { name, value, mustBeZero, details } of rows) {
    const verdict = mustBeZero ? (value === 0 ? 'ok' : 'FAILED') : '';
    say(`  ${name.padEnd(54)}${String(value).padStart(7)}  ${verdict}`);
    for (const detail of details.slice(0, detailsMax)) say(`      ${detail}`);
  }
  say('\nTime without a socket, per session');
  for (const row of timeRows(result)) say(`  ${row}`);
  for (const { phone, explanation } of result.conflicts)
    if (explanation !== undefined) say(`  440 of ${phone}: ${explanation}`);
  return rows.every(({ mustBeZero, value }) => !mustBeZero || value === 0);
}
