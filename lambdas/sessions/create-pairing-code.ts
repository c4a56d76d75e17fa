import type * as z from 'zod/mini';
import { parsePhone } from '../../core/phone.ts';
import { codeMayCome, isLinked } from '../../core/sessions/linking-progress.ts';
import type { SessionLinking } from '../../core/sessions/session.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { waitUntil } from '../shared/wait-until.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { existing, requireSession, type SessionPlace } from './require-session.ts';
import type { pairingCode } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';

const waitMs = 15_000;

type PairingAnswer = Pick<SessionLinking, 'pairingCode' | 'pairingCodeExpiresAt' | 'pairingError'>;

/**
 * Asks WhatsApp for a code that is typed into the phone instead of a scan, and waits for it. Throws `NOT_FOUND`, `VALIDATION_FAILED`
 * for a number that is none, `SESSION_ALREADY_LINKED`, `SESSION_NOT_CONNECTED` for a banned account, `PAIRING_FAILED` when WhatsApp
 * refused, `CONNECTOR_TIMEOUT`.
 */
export async function createPairingCode(
  request: SessionPlace & { readonly phone: string; readonly requestId: string },
  parts: Pick<SessionParts, 'sessions' | 'sendCommand' | 'wakeFleet' | 'logger' | 'now' | 'sleep'>,
): Promise<z.output<typeof pairingCode>> {
  const { tenantId, sessionId, requestId } = request;
  const phone = requirePhone(request.phone);
  const before = await requireSession(request, parts);
  const extra = { sessionStatus: before.status };
  if (before.status === 'banned') throw new WharfError('SESSION_NOT_CONNECTED', { extra });
  if (isLinked(before)) throw new WharfError('SESSION_ALREADY_LINKED', { extra });
  const restart = before.desired !== 'connected' || !codeMayCome(before);
  const session = existing(await parts.sessions.requestPairing(tenantId, sessionId, { phone, restart }));
  await askToReconcile(session, requestId, parts);
  const answer = await waitUntil(() => readAnswer(request, parts), { milliseconds: waitMs, ...parts });
  if (answer?.pairingCode === undefined) throw noCode(answer);
  return { code: answer.pairingCode, expiresAt: answer.pairingCodeExpiresAt ?? null, phone: `+${phone}` };
}

function requirePhone(text: string): string {
  const phone = parsePhone(text);
  if (phone !== undefined) return phone;
  const message = 'Write a phone number with its country code.';
  throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/phone', message }] });
}

async function readAnswer(
  { tenantId, sessionId }: SessionPlace,
  { sessions }: Pick<SessionParts, 'sessions'>,
): Promise<PairingAnswer | undefined> {
  const linking = await sessions.findLinking(tenantId, sessionId);
  return linking?.pairingCode === undefined && linking?.pairingError === undefined ? undefined : linking;
}

function noCode(answer: PairingAnswer | undefined): WharfError {
  return answer?.pairingError === undefined
    ? new WharfError('CONNECTOR_TIMEOUT', { detail: 'No code came in time; ask again.' })
    : new WharfError('PAIRING_FAILED', { extra: { reason: answer.pairingError } });
}
