import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultIdentity } from '../../../../local/engines/identity.ts';
import { Broker } from '../../../../local/engines/sqs/broker.ts';
import {
  changeMessageVisibility,
  deleteMessage,
  purgeQueue,
  sendMessage,
} from '../../../../local/engines/sqs/message-actions.ts';
import { receiveMessages } from '../../../../local/engines/sqs/receive-messages.ts';
import { openJournalFile, readJournalFile } from '../../../../local/engines/sqs/storage/journal-file.ts';
import { noJournal } from '../../../../local/engines/sqs/storage/journal-record.ts';
import { restore, snapshot } from '../../../../local/engines/sqs/storage/snapshot.ts';
import { FakeClock } from '../fake-clock.ts';

describe('the journal', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-test-journal-'));
    path = join(folder, 'sqs.journal');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** As a start of the engine does; the one before is left as a kill would leave it. */
  const open = (clock: FakeClock): Broker => {
    const broker = new Broker({ clock, identity: defaultIdentity, journal: noJournal });
    restore(broker, readJournalFile(path));
    broker.journal = openJournalFile(path, () => snapshot(broker));
    return broker;
  };
  const state = (broker: Broker) =>
    broker.queues().map(({ queue, attributes, tags, owner }) => {
      owner.refresh();
      const messages = [...queue.messages()].map(({ heapIndex: _, readyOrder: __, ...message }) => message);
      return {
        name: queue.name,
        attributes,
        tags,
        lastSequence: queue.lastSequence,
        counts: queue.counts,
        messages: JSON.parse(JSON.stringify(messages.sort((a, b) => a.sequence - b.sequence))),
        remembered: [...queue.deduplication.entries()],
      };
    });

  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom('send', 'send', 'receive', 'delete', 'hide', 'wait', 'purge', 'redo' as const),
      queue: fc.constantFrom('plain', 'ordered.fifo'),
      number: fc.nat(40),
    }),
    { maxLength: 60 },
  );

  it('gives back the very queues after a kill at any point', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        rmSync(path, { force: true });
        const clock = new FakeClock();
        let broker = open(clock);
        for (const name of ['plain', 'ordered.fifo']) {
          const dead = name.replace(/^/, 'dead-');
          broker.create(dead, {}, {});
          const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: broker.arn(dead), maxReceiveCount: 2 });
          broker.create(name, { RedrivePolicy }, { made: 'here' });
        }
        const held: { queue: string; handle: string }[] = [];
        for (const { kind, queue, number } of sequence) {
          const one = held[number % Math.max(1, held.length)];
          if (kind === 'send') {
            const fifo = queue.endsWith('.fifo');
            sendMessage(broker, queue, {
              body: `ü${number}`,
              groupId: `g${number % 3}`,
              ...(fifo ? { deduplicationId: `${number}` } : { delaySeconds: number }),
            });
          } else if (kind === 'receive') {
            for (const { receiptHandle } of await receiveMessages(broker, queue, { max: 3 })) {
              held.push({ queue, handle: receiptHandle });
            }
          } else if (kind === 'wait') clock.seconds(number);
          else if (kind === 'purge' && number === 0) purgeQueue(broker, queue);
          else if (kind === 'redo') {
            const before = state(broker);
            broker = open(clock);
            expect(state(broker)).toEqual(before);
          } else if (one !== undefined) {
            try {
              if (kind === 'delete') deleteMessage(broker, one.queue, one.handle);
              else changeMessageVisibility(broker, one.queue, one.handle, number);
            } catch (error) {
              // Old handles are refused, with what AWS says; anything else is a fault.
              expect(error).toMatchObject({ name: 'AwsError' });
            }
          }
        }
        const before = state(broker);
        expect(state(open(clock))).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('shows a message that was in flight again when its visibility ends', async () => {
    const clock = new FakeClock();
    const first = open(clock);
    first.create('q.fifo', {}, {});
    for (const id of ['1', '2']) sendMessage(first, 'q.fifo', { body: id, groupId: 'g', deduplicationId: id });
    await receiveMessages(first, 'q.fifo', { max: 1 });
    const second = open(clock);
    expect(await receiveMessages(second, 'q.fifo', { max: 10 })).toEqual([]);
    clock.seconds(30);
    const again = await receiveMessages(second, 'q.fifo', { max: 10 });
    expect(again.map(({ body }) => body)).toEqual(['1', '2']);
    expect(again[0]?.systemAttributes.ApproximateReceiveCount).toBe('2');
  });

  it('leaves out a last line that was not finished', () => {
    const clock = new FakeClock();
    const broker = open(clock);
    broker.create('q', {}, {});
    sendMessage(broker, 'q', { body: 'acknowledged' });
    appendFileSync(path, readFileSync(path, 'utf8').split('\n').at(-2)!.slice(0, -1));
    const again = open(clock);
    expect([...again.get('q').queue.messages()].map(({ body }) => body)).toEqual(['acknowledged']);
    sendMessage(again, 'q', { body: 'more' });
    expect(open(clock).get('q').queue.counts.ready).toBe(2);
  });

  it.each([
    ['a changed character', (text: string) => text.replace('precious', 'precioux'), /line 3: its checksum/],
    ['a lost line', (text: string) => text.replace(/\n.*"kind":"queue".*\n/, '\n'), /line 2: it speaks of the unknown/],
    ['another file', () => 'something else\n', /line 1: it does not begin as a journal/],
  ])('says in one sentence that it is damaged by %s, and changes nothing', (_name, damage, reason) => {
    const broker = open(new FakeClock());
    broker.create('q', {}, {});
    sendMessage(broker, 'q', { body: 'precious' });
    const damaged = damage(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    expect(() => open(new FakeClock())).toThrow(
      /^The queue journal .* is damaged \(.*\)\. Restore it or start with --fresh\.$/,
    );
    expect(() => open(new FakeClock())).toThrow(reason);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
  });

  it('stays small however much goes through it', async () => {
    const broker = open(new FakeClock());
    broker.create('q', {}, {});
    sendMessage(broker, 'q', { body: 'stays', delaySeconds: 900 });
    for (let index = 0; index < 200; index += 1) {
      sendMessage(broker, 'q', { body: 'x'.repeat(200_000) });
      const [message] = await receiveMessages(broker, 'q');
      deleteMessage(broker, 'q', message?.receiptHandle);
    }
    expect(statSync(path).size).toBeLessThan(17 * 1024 * 1024);
    expect(open(new FakeClock()).get('q').queue.counts).toEqual({ delayed: 1, ready: 0, 'in-flight': 0 });
  });
});
