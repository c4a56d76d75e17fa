/** Where a tenant wants events sent. `scope` is one session or the whole account. */
export interface Webhook {
  readonly tenantId: string;
  readonly webhookId: string;
  /** Session id, or `*` for every session of the account. */
  readonly scope: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason?: string;
  /** Signing secrets (`whsec_…`), sealed, newest first; all of them sign while a rotation overlaps. */
  readonly secrets: readonly SealedSecret[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SealedSecret {
  /** AES-256-GCM under the tenant's data key. */
  readonly sealed: Uint8Array;
  readonly createdAt: string;
  /** After this moment it no longer signs. */
  readonly expiresAt?: string;
}
