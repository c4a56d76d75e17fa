import { beforeAll, describe, expect, it } from 'vitest';
import { createKeyedLock } from '../../../connector/concurrency/keyed-lock.ts';
import { durableRepository } from '../../../connector/engine/baileys/durable-repository.ts';
import { silenceConsole } from '../../../connector/silent-console.ts';
import { Contact, hasAdvanced, shippedRepository, Tenant } from '../support/signal-harness.ts';

const jid = '4915200000001@s.whatsapp.net';
const address = '4915200000001.0';

async function meeting() {
  const trace: string[] = [];
  const publishing = { fail: false, repeat: undefined as Buffer | undefined };
  const tenant = new Tenant(
    '4915300000001',
    durableRepository({
      makeRepository: shippedRepository,
      addressLock: createKeyedLock(),
      publish: async (_ciphertext, plaintext) => {
        if (publishing.fail) throw new Error('The queue is away.');
        trace.push(`publish ${Buffer.from(plaintext)}`);
      },
      recallRepeat: async () => publishing.repeat,
    }),
  );
  tenant.store.onWritten = (keys) =>
    trace.push(
      `write ${keys
        .map((key) => key.split('/')[0])
        .sort()
        .join(' ')}`,
    );
  const contact = new Contact();
  await contact.meet(tenant);
  trace.length = 0;
  return { tenant, contact, trace, publishing };
}

describe('durable repository', () => {
  beforeAll(() => {
    silenceConsole();
  });

  it('publishes first, then writes session, identity and used pre-key together', async () => {
    const { tenant, contact, trace } = await meeting();
    await tenant.receive(jid, await contact.encrypt(tenant, 'hello'));
    expect(trace).toEqual(['publish hello', 'write identity-key pre-key session']);
  });

  it('publishes a message once when it is delivered again after the commit', async () => {
    const { tenant, contact, trace, publishing } = await meeting();
    await tenant.receive(jid, await contact.encrypt(tenant, 'first'));
    await contact.decrypt(tenant, await tenant.send(jid, 'answer'));
    const message = await contact.encrypt(tenant, 'second');
    await tenant.receive(jid, message);
    tenant.restart();
    await expect(tenant.receive(jid, message)).rejects.toThrow(/No matching sessions/);
    const writes = trace.length;
    publishing.repeat = Buffer.from('nothing new');
    expect(Buffer.from(await tenant.receive(jid, message)).toString()).toBe('nothing new');
    expect(trace).toHaveLength(writes);
    expect(trace.filter((line) => line === 'publish second')).toHaveLength(1);
  });

  it('publishes a message again when the process died before the commit', async () => {
    const { tenant, contact, trace } = await meeting();
    const message = await contact.encrypt(tenant, 'hello');
    tenant.store.beforeWrite = () => {
      throw new Error('The process is gone.');
    };
    await expect(tenant.receive(jid, message)).rejects.toThrow(/gone/);
    tenant.store.beforeWrite = () => undefined;
    tenant.restart();
    expect(Buffer.from(await tenant.receive(jid, message)).toString()).toBe('hello');
    expect(trace.filter((line) => line === 'publish hello')).toHaveLength(2);
  });

  it('writes nothing when publishing fails', async () => {
    const { tenant, contact, trace, publishing } = await meeting();
    const message = await contact.encrypt(tenant, 'hello');
    publishing.fail = true;
    await expect(tenant.receive(jid, message)).rejects.toThrow(/away/);
    expect(trace).toEqual([]);
    publishing.fail = false;
    await tenant.receive(jid, message);
    expect(trace[0]).toBe('publish hello');
  });

  it('resolves a decryption only after its write, also while a send of the same contact runs', async () => {
    const { tenant, contact } = await meeting();
    await tenant.receive(jid, await contact.encrypt(tenant, 'first'));
    await contact.decrypt(tenant, await tenant.send(jid, 'answer'));
    let turn = 0;
    // Each store call takes a few turns of the event loop, so that send and decryption really overlap.
    tenant.store.delay = async () => {
      for (let n = 0; n < 3 + (turn++ % 5); n++) await new Promise(setImmediate);
    };
    for (let round = 0; round < 20; round++) {
      const message = await contact.encrypt(tenant, `in ${round}`);
      const received = tenant.receive(jid, message).then(() => hasAdvanced(tenant, address, message));
      const [advanced, sent] = await Promise.all([received, tenant.send(jid, `out ${round}`)]);
      expect(advanced).toBe(true);
      expect(await contact.decrypt(tenant, sent)).toBe(`out ${round}`);
    }
  });
});
