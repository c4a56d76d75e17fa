import { createDataKeyStore, type DataKeyStoreOptions } from './data-key-store.ts';
import { openBox, sealBox } from './sealed-box.ts';

/** Seals small secrets (webhook secrets, creds, Signal keys) under the tenant's own data key. */
export interface Sealer {
  /** `context` names the place the value is for, for example `webhook/wh_…`; it must be the same at `open`. */
  seal(tenantId: string, plaintext: Uint8Array, context: string): Promise<Uint8Array>;
  open(tenantId: string, sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

/**
 * A sealer over KMS and one table.
 *
 * @example
 * const sealer = createSealer({ kms, keyId, dynamodb, tableName: 'wharf-control' });
 * const sealed = await sealer.seal(tenantId, Buffer.from(secret), `webhook/${webhookId}`);
 */
export function createSealer(options: DataKeyStoreOptions): Sealer {
  const dataKey = createDataKeyStore(options);
  return {
    seal: async (tenantId, plaintext, context) =>
      sealBox(await dataKey(tenantId), plaintext, authenticated(tenantId, context)),
    open: async (tenantId, sealed, context) =>
      openBox(await dataKey(tenantId), sealed, authenticated(tenantId, context)),
  };
}

function authenticated(tenantId: string, context: string): string {
  return `${tenantId}/${context}`;
}
