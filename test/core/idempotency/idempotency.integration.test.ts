import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createIdempotencyStore,
  type IdempotentAnswer,
  type IdempotentRequest,
  replayedHeader,
  requestFingerprint,
  runIdempotently,
} from '../../../core/idempotency/index.ts';
import { newId, newMessageId } from '../../../core/ids.ts';
import { openBox, sealBox } from '../../../core/sealing/sealed-box.ts';
import type { Sealer } from '../../../core/sealing/sealer.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { WharfError } from '../../../core/wharf-error.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

const dataKey = Buffer.alloc(32, 7);
const sealer: Sealer = {
  seal: async (_tenantId, plaintext, context) => sealBox(dataKey, plaintext, context),
  open: async (_tenantId, sealed, context) => openBox(dataKey, sealed, context),
};

let table: ControlTable;
beforeAll(async () => {
  table = await startControlTable();
});
afterAll(() => table.stop());

function makeStore(now: () => number = Date.now) {
  return createIdempotencyStore({ ...table, sealer, now, leaseMs: 30_000 });
}

function someRequest(body: unknown = { to: '+4915112345678', text: 'hello' }): IdempotentRequest {
  return {
    tenantId: newId('usr'),
    route: 'POST /sessions/{sessionId}/messages',
    key: 'order-7',
    fingerprint: requestFingerprint({ method: 'POST', path: '/sessions/ses_a/messages', body }),
  };
}

function answerWith(messageId: string): IdempotentAnswer {
  const headers = { 'content-type': 'application/json', 'x-request-id': newId('req') };
  return { status: 202, headers, body: JSON.stringify({ success: true, data: { messageId } }) };
}

describe('runIdempotently', () => {
  it('gives 50 parallel identical requests one piece of work and 50 equal bodies', async () => {
    const request = someRequest();
    const done: string[] = [];
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        runIdempotently({
          store: makeStore(),
          request,
          reserveId: newMessageId,
          work: async (messageId) => {
            done.push(messageId);
            return answerWith(messageId);
          },
        }),
      ),
    );
    expect(done).toHaveLength(1);
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body}`)).size).toBe(1);
    const replays = answers.filter((answer) => answer.headers[replayedHeader] === 'true');
    expect(replays).toHaveLength(49);
    expect(replays[0]?.headers).toEqual({ 'content-type': 'application/json', [replayedHeader]: 'true' });
  });

  it('refuses the key for another body or path, running or done', async () => {
    const store = makeStore();
    const request = someRequest();
    const other = { ...request, fingerprint: someRequest({ text: 'other' }).fingerprint };
    const run = (r: IdempotentRequest) =>
      runIdempotently({ store, request: r, reserveId: newMessageId, work: async (id) => answerWith(id) });
    const mismatch = expect.objectContaining({ code: 'IDEMPOTENCY_MISMATCH', status: 422 });
    await runIdempotently({
      store,
      request,
      reserveId: newMessageId,
      work: async (id) => {
        await expect(run(other)).rejects.toEqual(mismatch);
        return answerWith(id);
      },
    });
    await expect(run(other)).rejects.toEqual(mismatch);
    expect((await run(request)).headers[replayedHeader]).toBe('true');
  });

  it('sends a waiting request away after its time, while the first one still works', async () => {
    const store = makeStore();
    const request = someRequest();
    await runIdempotently({
      store,
      request,
      reserveId: newMessageId,
      work: async (id) => {
        const second = runIdempotently({
          store,
          request,
          reserveId: newMessageId,
          work: async () => answerWith('never'),
          waitMs: 50,
        });
        await expect(second).rejects.toEqual(expect.objectContaining({ code: 'IDEMPOTENCY_IN_PROGRESS', status: 409 }));
        return answerWith(id);
      },
    });
  });

  it('keeps no refusal: the key can be used again, with another body too', async () => {
    const store = makeStore();
    const request = someRequest();
    const refuse = async (): Promise<IdempotentAnswer> => {
      throw new WharfError('SESSION_NOT_CONNECTED');
    };
    await expect(runIdempotently({ store, request, reserveId: newMessageId, work: refuse })).rejects.toThrow();
    const changed = { ...request, fingerprint: someRequest({ text: 'changed' }).fingerprint };
    const answer = await runIdempotently({
      store,
      request: changed,
      reserveId: newMessageId,
      work: async (id) => answerWith(id),
    });
    expect(answer.status).toBe(202);
  });

  it('goes on under the same id after an attempt that broke off', async () => {
    const store = makeStore();
    const request = someRequest();
    const ids: string[] = [];
    const work = async (id: string): Promise<IdempotentAnswer> => {
      ids.push(id);
      if (ids.length === 1) throw new Error('the queue did not answer');
      if (ids.length === 2) return { status: 503, headers: {}, body: '' };
      return answerWith(id);
    };
    const run = () => runIdempotently({ store, request, reserveId: newMessageId, work });
    await expect(run()).rejects.toThrow('the queue did not answer');
    expect((await run()).status).toBe(503);
    expect((await run()).status).toBe(202);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(3);
  });
});

describe('idempotency store', () => {
  it('lets one of 20 take over when the lease of a dead attempt has ended, under the reserved id', async () => {
    let now = Date.UTC(2026, 10, 22);
    const store = makeStore(() => now);
    const request = someRequest();
    const dead = await store.begin(request, newMessageId);
    if (dead.kind !== 'proceed') throw new Error('The first attempt was refused.');
    now += 29_999;
    expect((await store.begin(request, newMessageId)).kind).toBe('in_progress');
    now += 1;
    const results = await Promise.all(Array.from({ length: 20 }, () => store.begin(request, newMessageId)));
    const claims = results.flatMap((result) => (result.kind === 'proceed' ? [result.claim] : []));
    expect(claims).toHaveLength(1);
    expect(claims[0]?.reservedId).toBe(dead.claim.reservedId);

    expect(await store.complete(dead.claim, answerWith('late'))).toBe(false);
    await store.release(dead.claim);
    await store.forget(dead.claim);
    expect((await store.look(request)).kind).toBe('in_progress');
    if (claims[0] !== undefined) expect(await store.complete(claims[0], answerWith('in time'))).toBe(true);
    expect(await store.look(request)).toMatchObject({ answer: { body: answerWith('in time').body } });
  });

  it('forgets after 24 hours although the row is still there', async () => {
    let now = Date.UTC(2026, 10, 22);
    const store = makeStore(() => now);
    const request = someRequest();
    const first = await store.begin(request, newMessageId);
    if (first.kind === 'proceed') await store.complete(first.claim, answerWith(first.claim.reservedId));
    now += 24 * 3_600_000 - 1;
    expect((await store.begin(request, newMessageId)).kind).toBe('replay');
    now += 1;
    const again = await store.begin(request, newMessageId);
    expect(again.kind).toBe('proceed');
    expect(again).not.toMatchObject({ claim: { reservedId: first.kind === 'proceed' && first.claim.reservedId } });
  });

  it('keeps tenants and routes apart', async () => {
    const store = makeStore();
    const request = someRequest();
    for (const other of [request, { ...request, tenantId: newId('usr') }, { ...request, route: 'POST /webhooks' }]) {
      expect((await store.begin(other, newMessageId)).kind).toBe('proceed');
    }
  });

  it('stores no readable body and no header of one exchange', async () => {
    const store = makeStore();
    const request = someRequest();
    const begun = await store.begin(request, newMessageId);
    if (begun.kind !== 'proceed') throw new Error('The first attempt was refused.');
    const secret = { status: 201, headers: { 'x-request-id': 'req_planted' }, body: 'wharf_sk_planted' };
    await store.complete(begun.claim, secret);
    const { pk } = tableKeys.idempotency(request.tenantId, '');
    const rows = await rowsBeginningWith(pk);
    expect(rows).toHaveLength(1);
    expect(rows[0]).not.toMatch(/planted/);
    expect(await store.look(request)).toMatchObject({ kind: 'replay', answer: { body: 'wharf_sk_planted' } });
  });

  it('refuses to keep an answer that is too large', async () => {
    const store = makeStore();
    const begun = await store.begin(someRequest(), newMessageId);
    if (begun.kind !== 'proceed') throw new Error('The first attempt was refused.');
    const large = { status: 200, headers: {}, body: 'x'.repeat(256 * 1_024 + 1) };
    await expect(store.complete(begun.claim, large)).rejects.toThrow(RangeError);
  });
});

async function rowsBeginningWith(pkStart: string): Promise<string[]> {
  const { Items = [] } = await table.dynamodb.send(new ScanCommand({ TableName: table.tableName }));
  return Items.filter((item) => String(item.pk).startsWith(pkStart)).map((item) =>
    Object.values(item)
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value)))
      .concat(Buffer.from(item.answer?.body ?? []).toString('latin1'))
      .join(' '),
  );
}
