import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSessionStateStore } from '../../../connector/storage/session-state.ts';
import { noAutoReply } from '../../../core/auto-reply/auto-reply.ts';
import type { WorkerRow } from '../../../core/fleet/fleet-rows.ts';
import { createWakeFleet } from '../../../core/fleet/wake-fleet.ts';
import { newId } from '../../../core/ids.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { createSessionRepository, sessionDeletion, sessionPut } from '../../../core/sessions/session-repository.ts';
import { runTransaction } from '../../../core/storage/run-transaction.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { countInShard } from '../../../lambdas/scaler/count-needed.ts';
import { createFleetTable } from '../../../lambdas/scaler/fleet-table.ts';
import { type ScaleOptions, scale } from '../../../lambdas/scaler/scale.ts';
import { startTestAws, type TestAws } from '../../support/aws.ts';

const tenantId = newId('usr');
const owner = { workerId: 'w', incarnation: 'inc-w', epoch: 1 };

let aws: TestAws;
let control: { dynamodb: TestAws['clients']['document']; tableName: string };
let fleet: typeof control;
let tasks: { desired: number; running: number };
let options: ScaleOptions;
let nowMs: number;

beforeAll(async () => {
  aws = await startTestAws();
});

afterAll(() => aws.stop());

beforeEach(async () => {
  control = { dynamodb: aws.clients.document, tableName: aws.tables.control };
  fleet = { dynamodb: aws.clients.document, tableName: aws.tables.fleet };
  tasks = { desired: 0, running: 0 };
  nowMs = Date.parse('2026-11-22T00:00:00Z');
  options = {
    fleet: createFleetTable(fleet),
    service: {
      counts: async () => tasks,
      setDesiredCount: async (desired) => {
        tasks = { ...tasks, desired };
      },
    },
    shardCount: 300,
    countInShard: (shard) => countInShard(control, shard),
    capacity: 10,
    workersMin: 1,
    workersMax: 5,
    zeroAfterMs: 60_000,
    now: () => nowMs,
  };
});

async function newSession(shard: number): Promise<Session> {
  const at = new Date(nowMs).toISOString();
  const session: Session = {
    ...{ tenantId, sessionId: newId('ses'), name: 'n', shard, desired: 'connected', desiredRev: 1 },
    ...{ status: 'starting', statusRev: 0, statusSince: at, statusHistory: [], metadata: {}, settings: {} },
    ...{ autoReply: noAutoReply, createdAt: at, updatedAt: at },
  };
  await runTransaction(control.dynamodb, [sessionPut(control.tableName, session)]);
  return session;
}

const worker = (some: Partial<WorkerRow> = {}): WorkerRow => ({
  ...{ workerId: 'w', incarnation: 'inc-w', beat: 1, generation: 1, capacity: 10, sessions: 0, shards: 1 },
  ...{ draining: false, startedAt: '2026-11-22T00:00:00.000Z', processId: 1 },
  ...some,
});
const putWorker = (row: WorkerRow) =>
  fleet.dynamodb.send(
    new PutCommand({ TableName: fleet.tableName, Item: { ...tableKeys.worker(row.workerId), ...row } }),
  );

it('needs a connector from each wish until the session has come to rest for that very wish', async () => {
  const shard = 7;
  const session = await newSession(shard);
  const states = createSessionStateStore(control);
  const sessions = createSessionRepository(control);
  const needed = () => countInShard(control, shard);
  await states.takeOver(session, owner);
  expect(await needed()).toBe(1);

  await states.write(session, owner, { status: 'connected', handledRev: 1 });
  expect(await needed()).toBe(1);
  await states.write(session, owner, { status: 'restricted', handledRev: 1 });
  expect(await needed()).toBe(1);
  await states.write(session, owner, { status: 'qr_expired', handledRev: 1 });
  expect(await needed()).toBe(0);

  await sessions.setDesired(tenantId, session.sessionId, 'connected');
  expect(await needed()).toBe(1);
  // The connector had not seen the second wish yet.
  expect(await states.write(session, owner, { status: 'failed', handledRev: 1 })).toBe(true);
  expect(await needed()).toBe(1);
  expect((await sessions.find(tenantId, session.sessionId))?.status).toBe('failed');
  await states.write(session, owner, { status: 'stopped', handledRev: 2 });
  expect(await needed()).toBe(0);
  expect(await states.write(session, { ...owner, incarnation: 'other' }, { status: 'stopped', handledRev: 2 })).toBe(
    false,
  );

  await runTransaction(control.dynamodb, [sessionDeletion(control.tableName, session, session.createdAt)]);
  expect(await needed()).toBe(1);
  await states.remove(session, owner);
  expect(await needed()).toBe(0);
});

it('goes up for what nobody holds, down when nobody needs it, tells the worker, and wakes for the next', async () => {
  const wake = createWakeFleet({ fleet, sqs: aws.clients.sqs, queueUrl: aws.queues.wakeUrl });
  const waiting = () => aws.engines.sqs.statistics().find(({ name }) => name === 'wharf-test-wake')?.depth;
  expect(await wake()).toBe(false);
  expect(waiting()).toBe(1);

  const made = await Promise.all([299, 0, 3, 3, 3, 3, 3].map(newSession));
  expect(await scale({ woken: false }, options)).toMatchObject({ needed: 7, before: 0, desired: 2 });
  tasks.running = 2;
  expect(await wake()).toBe(true);
  expect(waiting()).toBe(2);

  await putWorker(worker({ sessions: 5 }));
  await fleet.dynamodb.send(
    new PutCommand({
      TableName: fleet.tableName,
      Item: { ...tableKeys.shard(3), shard: 3, epoch: 1, owner: 'w', incarnation: 'inc-w' },
    }),
  );
  expect(await scale({ woken: false }, options)).toMatchObject({ needed: 7, liveWorkers: 1, reason: 'enough' });
  expect(await wake()).toBe(false);
  expect(waiting()).toBe(2);

  const states = createSessionStateStore(control);
  for (const session of made) {
    await states.takeOver(session, owner);
    await states.write(session, owner, { status: 'stopped', handledRev: 1 });
  }
  await putWorker(worker({ beat: 2 }));
  expect(await scale({ woken: false }, options)).toMatchObject({ needed: 0, desired: 2, reason: 'waits_to_lower' });
  nowMs += 60_000;
  await putWorker(worker({ beat: 3 }));
  expect(await scale({ woken: true }, options)).toMatchObject({ desired: 2 });
  expect(await scale({ woken: false }, options)).toMatchObject({ desired: 2, reason: 'waits_to_lower' });
  nowMs += 60_000;
  await putWorker(worker({ beat: 4 }));
  expect(await scale({ woken: false }, options)).toMatchObject({ desired: 0, reason: 'nobody' });
  expect(tasks.desired).toBe(0);
  expect((await createFleetTable(fleet).workers())[0]).toMatchObject({ retiring: true });
  expect(await wake()).toBe(true);
});
