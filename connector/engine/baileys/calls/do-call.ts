import type { WASocket } from '@whiskeysockets/baileys';
import type { Call, CallKind } from '../../../../core/calls/call.ts';
import type { CallResults } from '../../../../core/calls/call-result.ts';
import type { Identity } from '../../../../core/identity.ts';
import type { CallOutcome } from '../../call-outcome.ts';
import type { DirectoryEvent } from '../../directory-event.ts';
import { failureOfError } from './failure-of-error.ts';
import { groupCalls } from './group-calls.ts';
import { personCalls } from './person-calls.ts';

/** What the answers to calls are made with. */
export interface CallParts {
  readonly socket: WASocket;
  readonly now: () => number;
  /** Both addresses behind one, as far as they are known without asking anybody. */
  readonly identify: (jids: readonly string[]) => Promise<(jid: string) => Identity>;
  readonly findAccount: (phone: string) => Promise<Identity | null | undefined>;
  /** What was learned on the way keeps the directory fresh. */
  readonly emit: (event: DirectoryEvent) => void;
}

export type CallDoers = {
  readonly [Kind in CallKind]: (call: Extract<Call, { kind: Kind }>, parts: CallParts) => Promise<CallResults[Kind]>;
};

const doers: CallDoers = { ...groupCalls, ...personCalls };

/**
 * Does a call on an open socket. Never throws: what WhatsApp refuses, and what it does not answer, is a failure with a name.
 *
 * @example await doCall({ kind: 'group.info', groupId }, parts) // { kind: 'done', result: { groupId, subject, … } }
 */
export async function doCall(call: Call, parts: CallParts): Promise<CallOutcome> {
  try {
    const work = doers[call.kind] as (call: Call, parts: CallParts) => Promise<unknown>;
    return { kind: 'done', result: await work(call, parts) };
  } catch (error) {
    return { kind: 'failed', failure: failureOfError(error) };
  }
}
