/** Where a tenant wants events sent. `scope` is one session or the whole account. */
export interface Webhook {
  readonly tenantId: string;
  readonly webhookId: string;
  /** Session id, or `*` for every session of the account. */
  readonly scope: string;
  /** What is called: an https URL, or for another destination the queue's URL or the bus's ARN. */
  readonly url: string;
  /** Absent: https to `url`. */
  readonly destination?: AwsDestination;
  readonly events: readonly string[];
  /** Only of a webhook of the account: events of these sessions alone. */
  readonly sessions?: readonly string[];
  /** Sent along with every request, see `openHeaders`. */
  readonly headers?: SealedHeaders;
  /** One delivery at a time for each session, in the order of `sequence`. */
  readonly ordered?: boolean;
  readonly description?: string;
  readonly status: 'enabled' | 'disabled';
  /** Set by deliver while its receiver is slow or fails, so that fan-out sends there by the lane for such. */
  readonly lane?: 'slow';
  readonly disabledReason?: string;
  /** `v1` when absent. Which secrets sign follows from `secrets` alone. */
  readonly signature?: SignatureScheme;
  /** Signing secrets (`whsec_…`, `whsk_…`), sealed, newest first; all of them sign while a rotation overlaps. */
  readonly secrets: readonly SealedSecret[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `v1` is HMAC-SHA256 with a shared secret, `v1a` Ed25519 with a public key that the receiver may read at any time. */
export const signatureSchemes = ['v1', 'v1a', 'both'] as const;

export type SignatureScheme = (typeof signatureSchemes)[number];

export interface SealedSecret {
  /** AES-256-GCM under the tenant's data key. */
  readonly sealed: Uint8Array;
  readonly createdAt: string;
  /** After this moment it no longer signs. */
  readonly expiresAt?: string;
  /** `whpk_…`, of an Ed25519 key only. */
  readonly publicKey?: string;
}

/** Header values are often credentials of the receiver, so that they are sealed like secrets; only names are shown. */
export interface SealedHeaders {
  /** In lower case. */
  readonly names: readonly string[];
  readonly sealed: Uint8Array;
}

/** A queue or bus in the tenant's own AWS account, reached through a role that the tenant lets Wharf assume. */
export type AwsDestination =
  | { readonly type: 'sqs'; readonly queueUrl: string; readonly roleArn: string }
  | { readonly type: 'eventbridge'; readonly busArn: string; readonly roleArn: string };
