import type { Reaction } from './close-codes.ts';
import type { SessionCore } from './session-core.ts';

type Rest = Omit<Extract<Reaction, { kind: 'rest' }>, 'kind'>;

/** Waits for a person; a restriction also ends by itself, which the regular look notices. */
export async function comeToRest(core: SessionCore, { status, reason, forgetKeys, until }: Rest): Promise<void> {
  core.letGo();
  await core.desk?.clear();
  const change = forgetKeys ? { phone: null, lid: null, pushName: null } : {};
  await core.record?.setStatus(status, { reason, change, ...(until === undefined ? {} : { until }) });
  if (forgetKeys) {
    const items = await core.socket.forgetKeys();
    core.dependencies.logger.info({ ...core.fields(), items }, 'Keys deleted after the log-out');
  }
  core.waiters.settle(undefined);
}
