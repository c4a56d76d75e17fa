import type { Sealer } from '../sealing/sealer.ts';
import type { SealedHeaders, Webhook } from './webhook.ts';

export type WebhookHeaders = Readonly<Record<string, string>>;

const headersMax = 10;
const charactersMax = 4_096;

/** What Wharf, HTTP or a proxy on the way sets. `authorization` is not among them: many receivers stand behind a gateway that asks for it. */
const forbiddenNames = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'date',
  'cookie',
  'user-agent',
  'accept-encoding',
  'forwarded',
  'via',
]);
const forbiddenFamilies = ['webhook-', 'content-', 'proxy-', 'x-wharf-', 'x-forwarded-', 'x-amz-', 'x-amzn-', 'sec-'];
/** A token of RFC 9110. */
const namePattern = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Printable ASCII that neither begins nor ends with a blank: nothing that could begin a header of its own. */
const valuePattern = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Why custom headers are refused, or undefined. At most ten with 4,096 characters in all.
 *
 * @example judgeHeaders({ Host: 'internal' }) // 'The header host cannot be set'
 */
export function judgeHeaders(headers: WebhookHeaders): string | undefined {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  if (entries.length > headersMax) return `At most ${headersMax} headers are allowed`;
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (characters > charactersMax) return `The headers have more than ${charactersMax} characters together`;
  if (new Set(entries.map(([name]) => name)).size < entries.length) return 'A header is named twice';
  for (const [name, value] of entries) {
    if (!namePattern.test(name)) return 'A header has a name that HTTP does not know';
    if (forbiddenNames.has(name) || forbiddenFamilies.some((family) => name.startsWith(family))) {
      return `The header ${name} cannot be set`;
    }
    if (!valuePattern.test(value)) return `The value of the header ${name} is not printable ASCII`;
  }
  return undefined;
}

/** Seals headers that `judgeHeaders` took; undefined when there are none. */
export async function sealHeaders(
  headers: WebhookHeaders,
  { tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>,
  sealer: Pick<Sealer, 'seal'>,
): Promise<SealedHeaders | undefined> {
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const names = Object.keys(lowerCase);
  if (names.length === 0) return undefined;
  const sealed = await sealer.seal(tenantId, Buffer.from(JSON.stringify(lowerCase)), headersContext(webhookId));
  return { names, sealed };
}

/**
 * The custom headers of a webhook, names in lower case.
 *
 * @example const headers = { ...(await openHeaders(webhook, sealer)), 'webhook-id': id };
 */
export async function openHeaders(webhook: Webhook, sealer: Pick<Sealer, 'open'>): Promise<WebhookHeaders> {
  const { tenantId, webhookId, headers } = webhook;
  if (headers === undefined) return {};
  const opened = await sealer.open(tenantId, headers.sealed, headersContext(webhookId));
  return JSON.parse(Buffer.from(opened).toString()) as WebhookHeaders;
}

function headersContext(webhookId: string): string {
  return `webhook-headers/${webhookId}`;
}
