import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { Call } from '../accounts/call-log.ts';
import type { AddressForm } from '../wire/jid.ts';
import { type Node, node } from '../wire/node.ts';
import { nowSeconds } from './message-stanza.ts';

export interface CallToMake {
  readonly caller: Account;
  readonly callee: Account;
  readonly isVideo: boolean;
  readonly addressing: AddressForm;
}

/** A phone calls somebody, whose linked devices ring. */
export function callSomeone({ caller, callee, isVideo, addressing }: CallToMake): Call {
  const id = randomBytes(16).toString('hex').toUpperCase();
  const call: Call = { id, to: callee.phone, video: isVideo, at: new Date().toISOString(), state: 'ringing' };
  caller.calls.add(call);
  tell(caller, callee, addressing, {
    tag: 'offer',
    attrs: {
      'call-id': id,
      'call-creator': caller.jid(addressing),
      ...(addressing === 'lid' && !caller.state.hidesNumber ? { caller_pn: caller.jid('pn') } : {}),
    },
    content: [node(isVideo ? 'video' : 'audio', { enc: 'opus', rate: '16000' })],
  });
  return call;
}

/** The caller hangs up, or nobody has answered in time. */
export function endCall(
  call: Call,
  { caller, callee, addressing, isMissed }: Omit<CallToMake, 'isVideo'> & { readonly isMissed: boolean },
): void {
  call.state = isMissed ? 'missed' : 'ended';
  const attributes = {
    'call-id': call.id,
    'call-creator': caller.jid(addressing),
    reason: isMissed ? 'timeout' : undefined,
  };
  tell(caller, callee, addressing, node('terminate', attributes));
}

function tell(caller: Account, callee: Account, addressing: AddressForm, what: Node): void {
  for (const companion of callee.companions.values()) {
    const id = randomBytes(8).toString('hex').toUpperCase();
    companion.deliver(node('call', { from: caller.jid(addressing), id, t: nowSeconds() }, [what]));
  }
}
