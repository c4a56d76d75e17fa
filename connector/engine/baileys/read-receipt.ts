import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from '@whiskeysockets/baileys';
import type { EngineEvent, ReceiptStatus } from '../port.ts';

type ReceiptEvent = Extract<EngineEvent, { type: 'receipt' }>;

/** Receipt types that tell about a message of ours; the others speak of our own devices, retries and peer messages. */
const statusOfType: Readonly<Record<string, ReceiptStatus>> = { '': 'delivered', read: 'read', played: 'played' };

/**
 * Reads a receipt stanza. The stanza is the truth here: within 100 ms of a send rc14 folds receipts into the own message and emits
 * no update. `undefined` for receipts that say nothing about a message that this account sent.
 *
 * @example readReceipt(node, Date.now()) // { type: 'receipt', status: 'read', messageIds: ['3EB0…'], at: '…Z' }
 */
export function readReceipt(node: BinaryNode, nowMs: number): ReceiptEvent | undefined {
  const { id, type, recipient, t } = node.attrs;
  const status = statusOfType[type ?? ''];
  // With a recipient it is another device of this account that read or played what others wrote.
  if (status === undefined || id === undefined || recipient !== undefined) return undefined;
  const list = getBinaryNodeChild(node, 'list');
  const more = getBinaryNodeChildren(list, 'item').map((item) => item.attrs.id);
  return {
    type: 'receipt',
    status,
    messageIds: [id, ...more].filter((each): each is string => each !== undefined),
    at: new Date(t === undefined ? nowMs : Number(t) * 1000).toISOString(),
  };
}
