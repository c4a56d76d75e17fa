import { comeToRest } from './come-to-rest.ts';
import { openVault } from './connect.ts';
import { personalOptions } from './personal-options.ts';
import type { SessionCore } from './session-core.ts';
import type { SessionRecord } from './session-record.ts';

/** Unlinks the device at WhatsApp and deletes the keys; with `remove` the session goes altogether. */
export async function logOut(core: SessionCore, record: SessionRecord, remove: boolean): Promise<void> {
  core.reconnects.cancelTimers();
  if (!(await openVault(core))) return;
  const wasOpen = core.phase === 'open';
  core.enter('idle');
  await core.socket.unlink(wasOpen, () => personalOptions(core));
  await comeToRest(core, {
    status: 'logged_out',
    reason: remove ? 'session_deleted' : 'requested',
    forgetKeys: true,
  });
  if (!remove || record.lost) return;
  await record.remove();
  core.endGone();
  // Nobody waits for it; what a crash leaves behind ends with its time to live.
  core.dependencies
    .deleteMessages(core.name)
    .catch((error: unknown) => core.warn('The messages of a deleted session could not be deleted', error));
}
