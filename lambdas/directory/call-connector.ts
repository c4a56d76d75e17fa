import type { Call, CallFailure, CallKind, CallRow } from '../../core/calls/call.ts';
import type { CallRepository } from '../../core/calls/call-repository.ts';
import type { CallResults } from '../../core/calls/call-result.ts';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import type { ErrorCode } from '../../core/error-catalogue.ts';
import { notFound } from '../../core/http/not-found.ts';
import { newId } from '../../core/ids.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type Pauses, waitUntil } from '../shared/wait-until.ts';

export interface CallParts extends Pauses {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly calls: CallRepository;
  readonly sendCommand: SendCommand;
}

export interface CallRequest {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly requestId: string;
  /** The same in each attempt at one `Idempotency-Key`, so that a group is created once. */
  readonly callId?: string;
}

/** The caller waits this long; what the connector has not begun by then it does not begin. */
const waitMs = 5_000;
/** The answer stays for a repeat under the same id. */
const keptSeconds = 15 * 60;

const failures: Record<CallFailure, { readonly code: ErrorCode; readonly detail: string }> = {
  not_connected: { code: 'SESSION_NOT_CONNECTED', detail: 'The session lost its connection.' },
  not_found: { code: 'NOT_FOUND', detail: 'WhatsApp knows no such group, contact or invite.' },
  not_allowed: {
    code: 'CALL_NOT_ALLOWED',
    detail: 'The linked account is not allowed to do this, for example because it is no administrator of the group.',
  },
  invalid: { code: 'CALL_REFUSED', detail: 'WhatsApp does not take these values.' },
  rate_limited: { code: 'CALL_RATE_LIMITED', detail: 'WhatsApp asks to wait before more of these.' },
  timed_out: { code: 'CONNECTOR_TIMEOUT', detail: 'WhatsApp did not answer in time.' },
  refused: { code: 'CALL_REFUSED', detail: 'WhatsApp refused it.' },
};

/**
 * Asks the connector that holds the session's socket, and waits for the answer for five seconds. Throws `NOT_FOUND`,
 * `SESSION_NOT_CONNECTED`, `CALL_NOT_ALLOWED`, `CALL_REFUSED`, `CALL_RATE_LIMITED`, and `CONNECTOR_TIMEOUT` when no answer came; then the
 * call may still have been done.
 *
 * @example const group = await callConnector(request, { kind: 'group.info', groupId }, parts)
 */
export async function callConnector<K extends CallKind>(
  { tenantId, sessionId, requestId, callId = newId('call') }: CallRequest,
  call: Extract<Call, { readonly kind: K }>,
  parts: CallParts,
): Promise<CallResults[K]> {
  const session = await parts.sessions.find(tenantId, sessionId);
  if (session === undefined) throw notFound('session');
  const earlier = await parts.calls.find(tenantId, sessionId, callId);
  if (earlier === undefined) {
    if (session.status !== 'connected') {
      throw new WharfError('SESSION_NOT_CONNECTED', {
        detail: `The session is ${session.status}.`,
        extra: { sessionStatus: session.status },
      });
    }
    const nowMs = parts.now();
    const createdAt = new Date(nowMs).toISOString();
    const expiresAtSeconds = Math.ceil(nowMs / 1_000) + keptSeconds;
    await parts.calls.ask({ tenantId, sessionId, callId, call, status: 'asked', createdAt, expiresAtSeconds });
    const deadlineAt = new Date(nowMs + waitMs).toISOString();
    const command = {
      version: 1,
      kind: 'call',
      commandId: callId,
      callId,
      tenantId,
      sessionId,
      requestId,
      deadlineAt,
    } as const;
    await parts.sendCommand(session.shard, command);
  }
  const answered = await waitUntil(
    async () => {
      const row = await parts.calls.find(tenantId, sessionId, callId);
      return row === undefined || row.status === 'asked' ? undefined : row;
    },
    { milliseconds: waitMs, ...parts },
  );
  return resultOf(answered) as CallResults[K];
}

function resultOf(row: CallRow | undefined): unknown {
  if (row?.status === 'done') return row.result;
  const { code, detail } = failures[row?.failure ?? 'timed_out'];
  throw new WharfError(code, { detail, ...(code === 'CONNECTOR_TIMEOUT' ? { extra: { retryAfterSeconds: 1 } } : {}) });
}
