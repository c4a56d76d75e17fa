import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncomingMessage } from '../../connector/engine/port.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { waitFor } from '../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from './support/simulated-world.ts';

const friend = '491570000009';
let phones = 491_570_000_010;

describe('a session whose things go wrong', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
    await world.control('POST', '/phones', { phone: friend });
  });
  afterAll(() => world?.stop());

  /** A healthy session, and what it received. */
  async function neighbour() {
    const received: string[] = [];
    const phone = String(++phones);
    const takeIncoming = async ({ content }: IncomingMessage) => {
      if (content.type === 'text') received.push(content.text);
    };
    const linked = await world.link(phone, { takeIncoming });
    return { ...linked, phone, received };
  }
  const write = (to: string, text: string) => world.control('POST', `/phones/${friend}/messages`, { to, text });
  const works = async ({ phone, received, row }: Awaited<ReturnType<typeof neighbour>>, text: string) => {
    await write(phone, text);
    await waitFor('the neighbour to get its message', () => received.includes(text));
    expect((await row()).status).toBe('connected');
  };

  it('keeps its failing work to itself: messages, receipts, events', async () => {
    const other = await neighbour();
    const phone = String(++phones);
    let failed = 0;
    const fail = () => {
      failed += 1;
      throw new Error('This session is broken.');
    };
    const broken = await world.link(phone, { takeIncoming: fail, takeReceipt: fail });
    await write(phone, 'poison');
    await waitFor('the failure', () => failed > 0);
    await works(other, 'still here');
    await other.machine.stop();
    await broken.machine.stop();
  });

  it('keeps a row of keys that nobody can read to itself', async () => {
    const other = await neighbour();
    const warnings: string[] = [];
    const nothing = () => undefined;
    const warn = (_fields: unknown, sentence: string) => void warnings.push(sentence);
    const broken = await world.session({ logger: { debug: nothing, info: nothing, error: nothing, warn } });
    const { tenantId, sessionId } = broken.machine.name;
    const key = tableKeys.credentials(tenantId, sessionId);
    const { dynamodb, names } = world.tables;
    const Item = { ...key, value: Buffer.from('not sealed'), rev: 1, opening: 1, epoch: 1 };
    await dynamodb.send(new PutCommand({ TableName: names.keys, Item }));
    await broken.machine.reconcile();
    expect(warnings).toContain('The keys could not be opened');
    expect(broken.machine.isActive).toBe(true);
    await works(other, 'still here too');
    await broken.machine.stop();
    await other.machine.stop();
  });
});
