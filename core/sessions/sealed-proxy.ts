import type { Sealer } from '../sealing/sealer.ts';
import type { Session } from './session.ts';

/** The place that a session's sealed proxy is for. */
function context({ sessionId }: Pick<Session, 'sessionId'>): string {
  return `session-proxy/${sessionId}`;
}

/** Seals the whole address: with or without a password, it is stored in one way. */
export function sealProxyUrl(
  session: Pick<Session, 'tenantId' | 'sessionId'>,
  url: string,
  sealer: Pick<Sealer, 'seal'>,
): Promise<Uint8Array> {
  return sealer.seal(session.tenantId, Buffer.from(url), context(session));
}

/** The address with its password, for who dials it; undefined for a session without a proxy. Throws when it does not open. */
export async function openProxyUrl(session: Session, sealer: Pick<Sealer, 'open'>): Promise<string | undefined> {
  const { tenantId, sealedProxyUrl } = session;
  if (sealedProxyUrl === undefined) return undefined;
  return Buffer.from(await sealer.open(tenantId, sealedProxyUrl, context(session))).toString();
}
