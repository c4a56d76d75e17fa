import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '../e2e/support/local-stack.ts';
import { waitFor } from '../support/wait-for.ts';
import type { FaultKind, KillForm } from './form.ts';
import { pick, type Random } from './random.ts';
import type { StruckFault } from './socket-times.ts';

/** A fleet that has not settled by then is told of, and the next fault strikes all the same. */
const settleMsMax = 90_000;
/** Each look counts rows of every table and lists every device, on the processors that the fleet works with. */
const lookMs = 500;

export interface StrikeOptions {
  readonly stack: LocalStack;
  readonly form: Pick<KillForm, 'workers' | 'frozenMs'>;
  readonly random: Random;
  /** Phones of the linked sessions. */
  readonly phones: readonly string[];
}

/** Lets one fault strike and waits until all sessions have sockets at as many workers as before. `endMs` is that moment. */
export async function strike(kind: FaultKind, options: StrikeOptions): Promise<StruckFault> {
  const { stack, random } = options;
  // Of those that hold sessions: an accident of an idle one shows nothing.
  const { before, worker, atMs } = await waitFor(`a worker with sessions for ${kind}`, async () => {
    const { workers } = await stack.control.status();
    const holding = workers.filter(({ sessions }) => sessions > 0);
    if (holding.length === 0) return undefined;
    const chosen = pick(holding, random);
    const path = kind === 'deploy' ? '/deploy' : `/workers/${chosen.id}/${kind}`;
    const struckMs = Date.now();
    // In a fleet that has not settled yet the worker may be gone since it was listed.
    return (await stack.control.post(path)) && { before: workers, worker: chosen, atMs: struckMs };
  });
  if (kind === 'freeze') {
    await sleep(options.form.frozenMs);
    await stack.control.post(`/workers/${worker.id}/thaw`);
  }
  const gone = new Set((kind === 'deploy' ? before : [worker]).map(({ pid }) => pid));
  const settled = await settles(options, gone);
  return { kind, workerId: worker.id, atMs, endMs: Date.now(), settled };
}

/** `gone`: processes that must not be there any more. */
export async function settles({ stack, form, phones }: StrikeOptions, gone: ReadonlySet<number>): Promise<boolean> {
  try {
    await waitFor(
      'the fleet to settle',
      async () => {
        const [{ workers }, { devices }] = await Promise.all([stack.control.status(), stack.simulator.devices()]);
        const online = new Set(devices.filter((device) => device.online).map(({ phone }) => phone));
        const owned = workers.reduce((sum, worker) => sum + worker.sessions, 0);
        return (
          workers.length === form.workers &&
          workers.every(({ pid }) => !gone.has(pid)) &&
          owned === phones.length &&
          phones.every((phone) => online.has(phone))
        );
      },
      settleMsMax,
      lookMs,
    );
    return true;
  } catch (error) {
    console.info(String(error));
    return false;
  }
}
