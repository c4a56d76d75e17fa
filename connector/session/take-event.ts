import type { DirectoryEvent } from '../engine/directory-event.ts';
import type { EngineEvent } from '../engine/port.ts';
import { comeToRest } from './come-to-rest.ts';
import { cameFromConnected, onClosed } from './connect.ts';
import type { SessionCore } from './session-core.ts';

/** Events that change a session; receipts, locks and what the directory notes go another way, past the queue of its steps. */
export type SessionEvent = Exclude<EngineEvent, { type: 'receipt' | 'reach_out_lock' } | DirectoryEvent>;

/** Does what an event of the present socket asks for. */
export async function takeEvent(core: SessionCore, event: SessionEvent): Promise<void> {
  const { record, desk } = core;
  if (record === undefined || desk === undefined) return;
  switch (event.type) {
    case 'qr':
    case 'pairing_code':
    case 'pairing_failed':
    case 'linked':
      return desk.take(event);
    case 'open':
      return onOpen(core, event);
    case 'account':
      if (event.account.name === undefined || event.account.name === record.row.pushName) return;
      return record.update({ pushName: event.account.name });
    case 'passkey_required':
      return comeToRest(core, { status: 'passkey_required', reason: 'passkey_required', forgetKeys: false });
    case 'closed':
      return onClosed(core, event.closure);
  }
}

async function onOpen(core: SessionCore, { account }: Extract<EngineEvent, { type: 'open' }>): Promise<void> {
  const { status } = core.record?.row ?? {};
  await core.desk?.clear();
  await core.record?.setStatus('connected', {
    change: {
      ...(account.phone === undefined ? {} : { phone: account.phone }),
      ...(account.lid === undefined ? {} : { lid: account.lid }),
      ...(account.name === undefined ? {} : { pushName: account.name }),
    },
  });
  if (core.hasEnded) return;
  core.enter('open');
  if (status !== undefined && cameFromConnected.has(status)) core.ramp.returned();
  core.waiters.settle(core.socket.connection);
  core.reconnects.opened();
}
