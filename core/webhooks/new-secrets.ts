import type { Sealer } from '../sealing/sealer.ts';
import { newWebhookKeyPair, newWebhookSecret, webhookSecretContext } from './secret.ts';
import type { SealedSecret, SignatureScheme, Webhook } from './webhook.ts';

export interface NewSecrets {
  readonly secrets: readonly SealedSecret[];
  /** `whsec_…`, to be shown now; null when only a key pair was made. */
  readonly secret: string | null;
}

/** Live secrets of one kind: the newest, and two that still overlap. Each makes a signature of its own in the header. */
export const liveSecretsMax = 3;

export function hasHmac(scheme: SignatureScheme): boolean {
  return scheme !== 'v1a';
}

export function hasEd25519(scheme: SignatureScheme): boolean {
  return scheme !== 'v1';
}

/** Makes and seals what a scheme signs with: a secret, a key pair, or one of each. */
export async function newSecrets(
  scheme: SignatureScheme,
  { tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>,
  { at, sealer }: { readonly at: string; readonly sealer: Pick<Sealer, 'seal'> },
): Promise<NewSecrets> {
  const seal = (text: string) => sealer.seal(tenantId, Buffer.from(text), webhookSecretContext(webhookId));
  const secret = hasHmac(scheme) ? newWebhookSecret() : null;
  const pair = hasEd25519(scheme) ? newWebhookKeyPair() : null;
  return {
    secret,
    secrets: [
      ...(secret === null ? [] : [{ sealed: await seal(secret), createdAt: at }]),
      ...(pair === null ? [] : [{ sealed: await seal(pair.signingKey), createdAt: at, publicKey: pair.publicKey }]),
    ],
  };
}

/**
 * The secrets after a rotation: the new ones first, and those before them until the overlap ends. Of each kind at most three live, so
 * that the oldest goes when rotations follow each other within the overlap. Expired ones are dropped.
 *
 * @example rotated(webhook.secrets, made.secrets, { nowMs: Date.now(), overlapMs: 24 * 3_600_000 })
 */
export function rotated(
  before: readonly SealedSecret[],
  made: readonly SealedSecret[],
  { nowMs, overlapMs }: { readonly nowMs: number; readonly overlapMs: number },
): readonly SealedSecret[] {
  const end = new Date(nowMs + overlapMs).toISOString();
  const kept = overlapMs === 0 ? [] : liveSecrets(before, nowMs).map((secret) => endAt(secret, end));
  const isKey = ({ publicKey }: SealedSecret) => publicKey !== undefined;
  const all = [...made, ...kept];
  return [
    ...all.filter((secret) => !isKey(secret)).slice(0, liveSecretsMax),
    ...all.filter(isKey).slice(0, liveSecretsMax),
  ];
}

/** The secrets that sign at a moment. */
export function liveSecrets(secrets: readonly SealedSecret[], nowMs: number): readonly SealedSecret[] {
  const now = new Date(nowMs).toISOString();
  return secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
}

/** A second rotation does not lengthen the life of what the first one ended. */
function endAt(secret: SealedSecret, end: string): SealedSecret {
  return secret.expiresAt !== undefined && secret.expiresAt < end ? secret : { ...secret, expiresAt: end };
}
