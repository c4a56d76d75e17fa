import { describe, expect, it } from 'vitest';
import { readClosure } from '../../../connector/engine/baileys/read-closure.ts';
import { readReceipt } from '../../../connector/engine/baileys/read-receipt.ts';

const receipt = (attrs: Record<string, string>, items: string[] = []) =>
  readReceipt(
    {
      tag: 'receipt',
      attrs: { id: 'A', from: '1@s.whatsapp.net', t: '1700000000', ...attrs },
      ...(items.length === 0
        ? {}
        : { content: [{ tag: 'list', attrs: {}, content: items.map((id) => ({ tag: 'item', attrs: { id } })) }] }),
    },
    0,
  );

describe('readReceipt', () => {
  it('reads delivered, read and played, with all their ids', () => {
    expect(receipt({})).toEqual({
      type: 'receipt',
      status: 'delivered',
      messageIds: ['A'],
      at: '2023-11-14T22:13:20.000Z',
    });
    expect(receipt({ type: 'read' }, ['B', 'C'])).toMatchObject({ status: 'read', messageIds: ['A', 'B', 'C'] });
    expect(receipt({ type: 'played' })).toMatchObject({ status: 'played' });
  });

  it.each(['retry', 'sender', 'inactive', 'read-self', 'peer_msg', 'hist_sync'])('ignores %s', (type) => {
    expect(receipt({ type })).toBeUndefined();
  });

  it("ignores what another of the account's devices read", () => {
    expect(receipt({ type: 'read', recipient: '2@s.whatsapp.net' })).toBeUndefined();
  });
});

describe('readClosure', () => {
  const boom = (message: string, statusCode: number, data?: unknown) => ({ message, output: { statusCode }, data });

  it('tells an unused QR from a lost connection', () => {
    expect(readClosure(boom('QR refs attempts ended', 408), 0)).toMatchObject({ code: 408, qrEnded: true });
    expect(readClosure(boom('Connection was lost', 408), 0)).not.toHaveProperty('qrEnded');
  });

  it('reads the reason and the end of a ban', () => {
    const closure = readClosure(boom('Connection Failure', 402, { code: '101', expire: '3600' }), 0);
    expect(closure).toMatchObject({ banReason: '101', restrictedUntil: '1970-01-01T01:00:00.000Z' });
    expect(readClosure(boom('Connection Failure', 402), 0).restrictedUntil).toBe('1970-01-02T00:00:00.000Z');
  });

  it('takes an unknown error as 500 and none as a closed connection', () => {
    expect(readClosure(new Error('odd'), 0)).toEqual({ code: 500, reason: 'odd' });
    expect(readClosure(undefined, 0).code).toBe(428);
  });
});
