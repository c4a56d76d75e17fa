import type { GuardedOutcome } from '../../../core/webhooks/guard/index.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';

/** What a receiver gets, whatever kind it is. */
export interface Shipment {
  /** The stored bytes of the event. A destination that is no web server passes them on unchanged, so that they can be verified. */
  readonly body: Uint8Array;
  /** Content type, custom headers, and those of Standard Webhooks; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What came of it, in the words of HTTP: a destination of another kind answers 200 when the event is with the tenant, 429 when it is
 * throttled, 403 when the role of the tenant does not let Wharf in, 410 when the queue or bus is gone. A failure with the blame `ours` says
 * nothing about the side of the tenant and is not charged to it.
 */
export type SendOutcome = GuardedOutcome;

/**
 * Takes one event to one receiver, once. Ends within 15.5 s and never rejects for what the other side does; a rejection is a fault of
 * ours, and the same try is made again.
 *
 * @example const outcome = await send(webhook, { body, headers });
 */
export type SendToDestination = (webhook: Webhook, shipment: Shipment) => Promise<SendOutcome>;
