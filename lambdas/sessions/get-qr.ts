import type * as z from 'zod/mini';
import { codeMayCome } from '../../core/sessions/linking-progress.ts';
import type { Session, SessionLinking } from '../../core/sessions/session.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { Answer } from '../shared/operation.ts';
import { waitUntil } from '../shared/wait-until.ts';
import { existing, type SessionPlace } from './require-session.ts';
import type { qr, qrQuery } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';

type QrAnswer = z.output<typeof qr>;
type QrLinking = SessionLinking & { readonly qr: string; readonly qrPng: Uint8Array; readonly qrExpiresAt: string };
type QrState = { readonly session: Session; readonly linking: QrLinking | undefined };

/** A code with less time than this cannot be scanned any more; who waits gets the next one. */
const usefulMs = 1_500;

/**
 * The QR to scan. With `wait` it holds the answer back until there is a code, or until none can come by itself. Without a code the
 * JSON says why; the other formats throw `QR_NOT_AVAILABLE`, because a picture cannot say it. Throws `NOT_FOUND`.
 */
export async function getQr(
  request: SessionPlace & { readonly query: z.output<typeof qrQuery> },
  parts: Pick<SessionParts, 'sessions' | 'now' | 'sleep'>,
): Promise<Answer<QrAnswer>> {
  const { query } = request;
  let state: QrState | undefined;
  await waitUntil(
    async () => {
      state = await readState(request, parts, query.wait === 0 ? 0 : usefulMs);
      return state.linking !== undefined || !codeMayCome(state.session) ? state : undefined;
    },
    { milliseconds: query.wait * 1_000, ...parts },
  );
  const { session, linking } = state as QrState;
  return query.format === 'json' ? { data: presentQr(session, linking) } : content(query.format, session, linking);
}

async function readState(
  { tenantId, sessionId }: SessionPlace,
  { sessions, now }: Pick<SessionParts, 'sessions' | 'now'>,
  minimumMs: number,
): Promise<QrState> {
  const [session, linking] = await Promise.all([
    sessions.find(tenantId, sessionId),
    sessions.findLinking(tenantId, sessionId),
  ]);
  const found = existing(session);
  const showable = codeMayCome(found) && hasQr(linking) && Date.parse(linking.qrExpiresAt) - now() > minimumMs;
  return { session: found, linking: showable ? linking : undefined };
}

function hasQr(linking: SessionLinking | undefined): linking is QrLinking {
  return linking?.qr !== undefined && linking.qrPng !== undefined && linking.qrExpiresAt !== undefined;
}

/** The row of the code may be there a moment before the status says so. */
function presentQr(session: Session, linking: QrLinking | undefined): QrAnswer {
  if (linking === undefined) {
    return { status: session.status, reason: whyNoCode(session), qrCode: null, qr: null, expiresAt: null };
  }
  const qrCode = `data:image/png;base64,${Buffer.from(linking.qrPng).toString('base64')}`;
  return { status: 'scan_qr', reason: null, qrCode, qr: linking.qr, expiresAt: linking.qrExpiresAt };
}

/** Between two codes and before the first one the session is on its way to a code. */
function whyNoCode(session: Session): string {
  return session.status === 'scan_qr' || (session.status !== 'connecting' && codeMayCome(session))
    ? 'starting'
    : session.status;
}

function content(format: 'png' | 'svg' | 'raw', session: Session, linking: QrLinking | undefined): Answer<QrAnswer> {
  if (linking === undefined) {
    throw new WharfError('QR_NOT_AVAILABLE', {
      detail: 'Ask without a format to learn more.',
      extra: { sessionStatus: session.status, reason: whyNoCode(session) },
    });
  }
  if (format === 'raw') return { content: linking.qr, contentType: 'text/plain; charset=utf-8' };
  if (format === 'png') return { content: linking.qrPng, contentType: 'image/png' };
  if (linking.qrSvg === undefined) throw new Error('The linking row has no SVG.');
  return { content: linking.qrSvg, contentType: 'image/svg+xml' };
}
