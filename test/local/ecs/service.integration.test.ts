import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAgentServer } from '../../../local/ecs/agent-server.ts';
import { Service, type ServiceEvent } from '../../../local/ecs/service.ts';
import type { ServiceSpec } from '../../../local/ecs/service-spec.ts';
import { newTaskIdentity, startTask, type Task } from '../../../local/ecs/task.ts';
import { taskEnvironment } from '../../../local/ecs/task-environment.ts';
import { processAlive } from '../../../local/process/process-alive.ts';
import { type Reaper, startReaper } from '../../../local/process/reaper.ts';
import { waitUntil } from '../fixtures/wait-until.ts';

const place = { region: 'us-east-1', accountId: '000000000000' };

/** Prints its pid and that of a child; obeys SIGTERM only when told to. */
const program = `
  import { spawn } from 'node:child_process';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  process.on('SIGTERM', () => { if (process.env.STUBBORN !== 'yes') { console.log('draining'); process.exit(0); } });
  const task = await (await fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '/task')).json();
  console.log(JSON.stringify({ child: child.pid, task: task.TaskARN, family: task.Family, key: process.env.AWS_ACCESS_KEY_ID, leaked: process.env.RUNNER_SECRET ?? null }));
  setInterval(() => {}, 1000);`;

describe('a service', () => {
  let folder: string;
  let reaper: Reaper;
  let service: Service | undefined;
  let events: ServiceEvent[];
  let lines: Record<string, string[]>;
  let agent: Awaited<ReturnType<typeof startAgentServer>>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-service-'));
    writeFileSync(join(folder, 'main.mjs'), program);
    reaper = startReaper();
    events = [];
    lines = {};
    agent = await startAgentServer(
      ({ action, accessKeyId }) => (accessKeyId === 'allowed' ? undefined : `${action} is not allowed`),
      () => service?.reconcile(),
    );
  });

  afterEach(async () => {
    await service?.stop();
    await agent.stop();
    await reaper.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(desiredCount: number, environment: Record<string, string> = {}, accessKeyId = 'allowed'): Service {
    const spec: ServiceSpec = {
      logicalId: 'Service',
      arn: 'arn:aws:ecs:us-east-1:000000000000:service/cluster/connectors',
      name: 'connectors',
      clusterName: 'cluster',
      desiredCount,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      task: {
        logicalId: 'Task',
        family: 'connector',
        revision: '1',
        taskRoleArn: 'arn',
        executionRoleArn: undefined,
        container: {
          name: 'connector',
          folder,
          command: ['node', 'main.mjs'],
          environment,
          secrets: [],
          // Only who does not listen is waited for to the end; who listens has the time of a busy machine.
          stopTimeoutSeconds: environment.STUBBORN === 'yes' ? 0.5 : 30,
        },
      },
    };
    service = new Service({
      desiredCount,
      ...{ revision: 1, minimumHealthyPercent: 100, maximumPercent: 200 },
      newIdentity: (revision) => newTaskIdentity(spec, accessKeyId, place, revision),
      start: (identity) => {
        agent.add(identity);
        const printed: string[] = [];
        lines[identity.id] = printed;
        const all = taskEnvironment({
          identity,
          region: 'us-east-1',
          secrets: {},
          endpointVariables: {},
          agentEndpoint: agent.endpoint,
        });
        return startTask({ identity, environment: all, reaper, onLine: (line) => printed.push(line) });
      },
      onEvent: (event) => events.push(event),
    });
    return service;
  }

  const announced = (task: Task) =>
    waitUntil('the task to speak', () => lines[task.identity.id]?.[0]).then((line) => JSON.parse(line));

  it('starts the image in its folder, with metadata, its own key and nothing of the runner', async () => {
    process.env.RUNNER_SECRET = 'not for tasks';
    const [task] = start(1).tasks;
    const said = await announced(task as Task);
    delete process.env.RUNNER_SECRET;
    expect(said).toMatchObject({ task: task?.identity.arn, family: 'connector', key: 'allowed', leaked: null });
    expect(task?.identity.arn).toMatch(/^arn:aws:ecs:us-east-1:000000000000:task\/cluster\/[0-9a-f]{32}$/);
  });

  it('replaces a task that was killed', async () => {
    const [first] = start(1).tasks;
    const { child } = await announced(first as Task);
    process.kill(first?.pid ?? 0, 'SIGKILL');
    const second = await waitUntil('another task', () => service?.tasks.find((task) => task !== first));
    await announced(second);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'task-died', how: 'SIGKILL', restartMs: 250 }));
    await waitUntil('the end of what the dead one had started', () => !processAlive(child));
  });

  it('waits longer after each death', async () => {
    writeFileSync(join(folder, 'main.mjs'), 'process.exit(1);');
    start(1);
    const died = await waitUntil('three deaths', () => {
      const deaths = events.filter((event) => event.kind === 'task-died');
      return deaths.length >= 3 && deaths;
    });
    expect(died.slice(0, 3).map((event) => event.restartMs)).toEqual([250, 500, 1_000]);
  });

  it('stops with SIGTERM, and takes everything down that does not listen', async () => {
    const [polite] = start(1).tasks;
    await announced(polite as Task);
    await service?.stop();
    // The end of a process may be noticed before its last line was read.
    await waitUntil('its last line', () => lines[polite?.identity.id ?? '']?.includes('draining'));

    const [stubborn] = start(1, { STUBBORN: 'yes' }).tasks;
    const { child } = await announced(stubborn as Task);
    await service?.stop();
    expect(await stubborn?.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await waitUntil('the end of its child', () => !processAlive(child));
  });

  it('follows the desired count, and spares protected tasks', async () => {
    const running = start(2);
    const [older, younger] = running.tasks as [Task, Task];
    await Promise.all([announced(older), announced(younger)]);
    const url = `${agent.endpoint}/api/${younger.identity.id}/task-protection/v1/state`;
    const put = (body: object) => fetch(url, { method: 'PUT', body: JSON.stringify(body) });
    const answer = await (await put({ ProtectionEnabled: true, ExpiresInMinutes: 5 })).json();
    expect(answer).toMatchObject({ protection: { ProtectionEnabled: true, TaskArn: younger.identity.arn } });
    running.setDesiredCount(1);
    await older.ended;
    expect(running.tasks).toEqual([younger]);
    running.setDesiredCount(0);
    expect(running.tasks).toEqual([younger]);
    await put({ ProtectionEnabled: false });
    await younger.ended;
    expect(running.tasks).toEqual([]);
  });

  it('deploys a new revision: new tasks first, old ones when those run and are not protected', async () => {
    const running = start(2);
    const old = running.tasks as [Task, Task];
    await Promise.all(old.map(announced));
    const protect = (ProtectionEnabled: boolean) =>
      fetch(`${agent.endpoint}/api/${old[0].identity.id}/task-protection/v1/state`, {
        method: 'PUT',
        body: JSON.stringify({ ProtectionEnabled }),
      });
    await protect(true);
    expect(running.deploy()).toBe(2);
    expect(running.tasks).toHaveLength(4);
    const young = running.tasks.filter((task) => !old.includes(task));
    await Promise.all(young.map(announced));
    const metadata = await fetch(`${agent.endpoint}/v4/${young[0]?.identity.id}/task`);
    expect(await metadata.json()).toMatchObject({ Revision: '2' });
    await old[1].ended;
    expect(running.tasks).toEqual([old[0], ...young]);
    await protect(false);
    await old[0].ended;
    expect(running.tasks).toEqual(young);
  });

  it('takes a deployment back: what is left of the old revision stays, the failed one goes, and its number is not used again', async () => {
    const running = start(2);
    const old = running.tasks as [Task, Task];
    await Promise.all(old.map(announced));
    await Promise.all(
      old.map((task) =>
        fetch(`${agent.endpoint}/api/${task.identity.id}/task-protection/v1/state`, {
          method: 'PUT',
          body: JSON.stringify({ ProtectionEnabled: true }),
        }),
      ),
    );
    running.deploy();
    const failed = running.tasks.filter((task) => !old.includes(task));
    await Promise.all(failed.map(announced));
    expect(running.rollBack()).toBe(1);
    await Promise.all(failed.map((task) => task.ended));
    expect(running.tasks).toEqual(old);
    expect(running.rollBack()).toBe(1);
    expect(running.deploy()).toBe(3);
  });

  it('refuses protection to a role that may not have it, and nonsense to all', async () => {
    const state = (task: Task) => `${agent.endpoint}/api/${task.identity.id}/task-protection/v1/state`;
    const [stranger] = start(1, {}, 'stranger').tasks as [Task];
    expect(await (await fetch(state(stranger))).json()).toMatchObject({ error: { Code: 'AccessDeniedException' } });
    await service?.stop();
    const [task] = start(1).tasks as [Task];
    const invalid = await fetch(state(task), { method: 'PUT', body: '{"ProtectionEnabled":"yes"}' });
    expect(invalid.status).toBe(400);
    expect(await (await fetch(state(task))).json()).toMatchObject({ protection: { ProtectionEnabled: false } });
  });

  it('replaces a task on request: the new one starts while the old one drains', async () => {
    const running = start(1);
    const [first] = running.tasks as [Task];
    await announced(first);
    expect(running.restart('unknown')).toBe(false);
    expect(running.restart(first.identity.id)).toBe(true);
    expect(running.tasks).toHaveLength(1);
    expect(running.tasks[0]).not.toBe(first);
    await first.ended;
    expect(events.filter((event) => event.kind === 'task-died')).toEqual([]);
  });
});
