import type { AutoReply } from '../auto-reply/auto-reply.ts';
import type { DesiredState, SessionStatus } from './session-status.ts';

export interface StatusChange {
  readonly status: SessionStatus;
  readonly reason?: string;
  /** ISO 8601. */
  readonly at: string;
}

/** One linked (or to be linked) WhatsApp account. The API writes intent, the owning connector writes what is. */
export interface Session {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly name: string;
  /** Recorded at creation and never recomputed, so that the number of shards can grow. */
  readonly shard: number;
  readonly desired: DesiredState;
  /** Grows with each change of `desired`, so that a `restart` is seen although `desired` stays the same. */
  readonly desiredRev: number;
  /** The `desiredRev` that the connector acted on last, whatever came of it. */
  readonly handledRev?: number;
  readonly status: SessionStatus;
  /** Grows with each change of `status`; part of the id of the `status.change` event. */
  readonly statusRev: number;
  readonly statusReason?: string;
  readonly statusSince: string;
  /** End of a restriction, ISO 8601. */
  readonly until?: string;
  /** The last three, newest first. */
  readonly statusHistory: readonly StatusChange[];
  readonly phone?: string;
  readonly lid?: string;
  readonly pushName?: string;
  /** Number (E.164 digits) that asked for a pairing code, and when; the connector answers on the linking row. */
  readonly pairingPhone?: string;
  readonly pairingRequestedAt?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The address of the session's own proxy, sealed with the tenant's data key of `control`; `settings.proxyUrl` shows it without password. */
  readonly sealedProxyUrl?: Uint8Array;
  readonly autoReply: AutoReply;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When the account was linked last, ISO 8601; missing on rows that are older than the field. */
  readonly linkedAt?: string;
  /** What keeps messages back, for who looks at the session; missing while nothing does. */
  readonly sending?: SendingState;
  readonly lastReceivedAt?: string;
  readonly lastSentAt?: string;
  /** The newest pulse of a connected session. */
  readonly lastProbe?: Probe;
  readonly owner?: SessionOwner;
}

/** A sign of life that was asked of WhatsApp. */
export interface Probe {
  /** When, ISO 8601. */
  readonly at: string;
  readonly answered: boolean;
  readonly roundTripMs: number | null;
}

export interface SendingState {
  /** New chats wait: WhatsApp refuses them. `until` is null when WhatsApp named no end. */
  readonly restriction: { readonly since: string; readonly until: string | null } | null;
  /** Messages that wait. */
  readonly waiting: number;
}

/** Which process holds the socket, and the epoch of its shard: the fence of every write of a connector. */
export interface SessionOwner {
  readonly workerId: string;
  readonly incarnation: string;
  readonly epoch: number;
}

/** What a person needs to link: kept in a row of its own, deleted once linked, so that session rows stay small and hold no secret. */
export interface SessionLinking {
  readonly tenantId: string;
  readonly sessionId: string;
  /** Text inside the QR picture. Secret: whoever has it can link. */
  readonly qr?: string;
  /** PNG of the QR, rendered once by the connector so that no API function carries a QR library. */
  readonly qrPng?: Uint8Array;
  readonly qrSvg?: string;
  readonly qrExpiresAt?: string;
  readonly pairingCode?: string;
  readonly pairingCodeExpiresAt?: string;
  /** Why the last request for a pairing code failed. */
  readonly pairingError?: string;
}
