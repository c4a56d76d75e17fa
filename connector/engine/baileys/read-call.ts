import type { BinaryNode } from '@whiskeysockets/baileys';
import type { DirectoryEvent } from '../directory-event.ts';
import { identityOfJid } from './identity-of-jid.ts';

type CallEvent = Extract<DirectoryEvent, { type: 'call' }>;

const statuses: Readonly<Record<string, CallEvent['status']>> = {
  offer: 'ringing',
  offer_notice: 'ringing',
  accept: 'accepted',
  reject: 'rejected',
  terminate: 'ended',
};

/**
 * Reads a call stanza; `undefined` for what is only between devices.
 *
 * @example readCall(node, Date.now())?.status // 'ringing'
 */
export function readCall(node: BinaryNode, nowMs: number): CallEvent | undefined {
  const [info] = Array.isArray(node.content) ? node.content : [];
  const status = statuses[info?.tag ?? ''];
  const callId = info?.attrs['call-id'];
  const caller = info?.attrs['call-creator'] ?? node.attrs.from;
  if (info === undefined || status === undefined || !callId || !caller) return undefined;
  const { caller_pn, caller_lid } = info.attrs;
  const children = Array.isArray(info.content) ? info.content : [];
  const seconds = Number(node.attrs.t);
  return {
    type: 'call',
    callId: callId.slice(0, 128),
    from: identityOfJid(caller, caller.endsWith('lid') ? caller_pn : caller_lid, node.attrs.notify),
    rawCallerId: node.attrs.from ?? caller,
    status,
    isVideo: children.some(({ tag }) => tag === 'video') || info.attrs.media === 'video',
    groupId: info.attrs['group-jid'] ?? null,
    at: new Date(Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1000 : nowMs).toISOString(),
  };
}
