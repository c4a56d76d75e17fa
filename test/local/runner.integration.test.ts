import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StackStatus } from '../../local/control/stack-status.ts';
import type { Endpoints } from '../../local/endpoints.ts';
import { type FixtureProject, makeFixtureProject } from './fixtures/fixture-project.ts';
import { leftBehind, processesOf, type StartedRunner, startRunner } from './fixtures/start-runner.ts';
import { waitUntil } from './fixtures/wait-until.ts';

let project: FixtureProject;
const started: StartedRunner[] = [];

beforeAll(() => {
  project = makeFixtureProject();
});

afterEach(async () => {
  for (const runner of started.splice(0)) {
    runner.process.kill('SIGKILL');
    await runner.ended();
  }
  await waitUntil('the end of all processes', () => processesOf(project.folder).length === 0);
});

afterAll(() => project.remove());

function start(data = 'data', ...flags: string[]): StartedRunner {
  const runner = startRunner(project.folder, join(project.folder, data), flags);
  started.push(runner);
  return runner;
}

async function item(endpoints: Endpoints, id: string): Promise<string | null> {
  return ((await (await fetch(`${endpoints.api}/items/${id}`)).json()) as { state: string | null }).state;
}

async function status(endpoints: Endpoints): Promise<StackStatus> {
  return (await (await fetch(`${endpoints.control}/status`)).json()) as StackStatus;
}

const post = (url: string) => fetch(url, { method: 'POST' });

describe('a booted stack', () => {
  it('does what the template says', async () => {
    const endpoints = await start().ready();
    const mode = await (await fetch(`${endpoints.api}/mode`)).json();
    expect(mode, 'a parameter given at deployment reaches the function').toEqual({ mode: 'open', runner: null });

    const made = await post(`${endpoints.api}/items/a`);
    expect([made.status, made.headers.getSetCookie()]).toEqual([202, ['a=1', 'b=2']]);
    await waitUntil('queue and worker', async () => (await item(endpoints, 'a')) === 'done');

    const refused = await fetch(`${endpoints.api}/forbidden`);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('is not authorized to perform: dynamodb:Scan');

    expect((await post(`${endpoints.control}/schedules/tick/fire`)).status).toBe(202);
    await waitUntil('the schedule', async () => (await item(endpoints, 'tick')) === 'Scheduled Event');
    expect((await post(`${endpoints.control}/schedules/tock/fire`)).status).toBe(404);
  });

  it('shows workers, queues, functions and tables, and moves dead letters back', async () => {
    const endpoints = await start('status').ready();
    await post(`${endpoints.api}/items/bad`);
    const shown = await waitUntil('worker row and dead letter', async () => {
      const now = await status(endpoints);
      return now.workers[0]?.sessions === 2 && now.queues.some((queue) => queue.dead === 1) && now;
    });
    expect(shown.workers).toEqual([
      { id: expect.stringMatching(/^[0-9a-f]{32}$/), pid: expect.any(Number), sessions: 2, shards: 8 },
    ]);
    expect(shown.functions).toContainEqual({ name: 'Fixture-ApiFunction', invocations: 1, errors: 0 });
    expect(shown.tables).toEqual([{ name: 'Fixture-Items', items: 2 }]);
    const before = shown.functions.find((each) => each.name === 'Fixture-WorkerFunction')?.invocations ?? 0;
    expect((await post(`${endpoints.control}/queues/Fixture-Dead/redrive`)).status).toBe(202);
    await waitUntil('another try', async () => {
      const worker = (await status(endpoints)).functions.find((each) => each.name === 'Fixture-WorkerFunction');
      return (worker?.invocations ?? 0) > before;
    });
  });

  it('brings a killed connector back and can replace it', async () => {
    const endpoints = await start('workers', '--workers', '2').ready();
    const bothUp = (previous: readonly number[]) =>
      waitUntil('two workers', async () => {
        const { workers } = await status(endpoints);
        return (
          workers.length === 2 &&
          workers.every((each) => each.sessions === 2 && !previous.includes(each.pid)) &&
          workers
        );
      });
    const first = await bothUp([]);
    process.kill(first[0]?.pid ?? 0, 'SIGKILL');
    expect((await post(`${endpoints.control}/workers/${first[1]?.id}/restart`)).status).toBe(202);
    await bothUp(first.map((each) => each.pid));
  });

  it('is closed to web pages of others', async () => {
    const endpoints = await start('pages').ready();
    const headers = { origin: 'https://evil.example' };
    const answer = await fetch(`${endpoints.control}/schedules/tick/fire`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
  });
});

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s is clean, and data survives', async (signal) => {
    const runner = start(`kept-${signal}`);
    const endpoints = await runner.ready();
    await post(`${endpoints.api}/items/kept`);
    await waitUntil('the item', async () => (await item(endpoints, 'kept')) === 'done');
    expect(existsSync(join(project.folder, '.wharf', 'endpoints.json'))).toBe(true);
    runner.process.kill(signal);
    expect(await runner.ended(), runner.output()).toBe(0);
    expect(leftBehind(project.folder)).toEqual([]);
    expect(existsSync(join(project.folder, `kept-${signal}`, 'endpoints.json'))).toBe(false);
    await expect(fetch(endpoints.api)).rejects.toThrow();

    const again = await start(`kept-${signal}`).ready();
    expect(await item(again, 'kept')).toBe('done');
  });

  it('by SIGKILL leaves no process behind, and the folder can be used again', async () => {
    const runner = start('killed');
    const { pid: first } = await runner.ready();
    expect(processesOf(project.folder).length).toBeGreaterThan(2);
    runner.process.kill('SIGKILL');
    await runner.ended();
    await waitUntil('the end of all processes', () => processesOf(project.folder).length === 0);
    const endpoints = await start('killed').ready();
    expect(endpoints.pid).not.toBe(first);
  });

  it('while it boots ends everything', async () => {
    const runner = start('early');
    await waitUntil('the first step', () => runner.output().includes(' ms'));
    runner.process.kill('SIGTERM');
    expect(await runner.ended(), runner.output()).toBe(0);
    expect(leftBehind(project.folder)).toEqual([]);
  });

  it('can be forced when a task does not drain', async () => {
    const runner = start('forced');
    const endpoints = await runner.ready();
    const [worker] = await waitUntil('the worker', async () => {
      const { workers } = await status(endpoints);
      return workers[0]?.sessions === 2 && workers;
    });
    process.kill(worker?.pid ?? 0, 'SIGSTOP');
    await waitUntil('the forced end', () => {
      runner.process.kill('SIGTERM');
      return runner.process.exitCode !== null;
    });
    expect(await runner.ended()).toBe(130);
    await waitUntil('the end of all processes', () => processesOf(project.folder).length === 0);
  });

  it('follows when the simulator dies', async () => {
    const runner = start('no-simulator');
    await runner.ready();
    const simulator = processesOf(join(project.folder, 'no-simulator', 'simulator'))[0];
    process.kill(simulator ?? 0, 'SIGKILL');
    expect(await runner.ended()).toBe(1);
    expect(runner.output()).toContain('The simulator ended by itself (SIGKILL).');
    expect(leftBehind(project.folder)).toEqual([]);
  });
});

describe('what a person can mend is one sentence and exit code 1', () => {
  async function failure(runner: StartedRunner): Promise<string> {
    expect(await runner.ended(), runner.output()).toBe(1);
    expect(leftBehind(project.folder)).toEqual([]);
    const lines = runner.output().split('\n');
    return lines.filter((line) => line !== '' && !/^ {2}\S.* ms$/.test(line)).join('\n');
  }

  it.each([
    ['--port', /^Port \d+ of the API is in use; choose another one with --port\.$/],
    ['--control-port', /^Port \d+ of the control page is in use; choose another one with --control-port\.$/],
    ['--simulator-port', /^Port \d+ of the simulator is in use; choose another one with --simulator-port\.$/],
  ])('a port in use: %s', async (flag, message) => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await waitUntil('the blocker', () => blocker.listening);
    const { port } = blocker.address() as AddressInfo;
    expect(await failure(start('ports', flag, String(port)))).toMatch(message);
    blocker.close();
  });

  it('an unknown flag', async () => {
    expect(await failure(start('flags', '--wrokers', '2'))).toBe(
      "Unknown option '--wrokers'; see npm start -- --help.",
    );
  });

  it("somebody else's folder, which --fresh leaves alone", async () => {
    const folder = join(project.folder, 'code');
    const before = readdirSync(folder);
    expect(await failure(start('code', '--fresh'))).toMatch(/is not empty and not a Wharf data folder/);
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each([
    ['dynamodb.sqlite', 'this is not a database, however long it may be'.repeat(200)],
    ['sqs.journal', 'nonsense\nnonsense\n'],
    ['kms-keys.json', '{'],
  ])('a corrupt %s', async (file, content) => {
    const first = start('corrupt');
    await first.ready();
    first.process.kill('SIGTERM');
    await first.ended();
    const engines = join(project.folder, 'corrupt', 'engines');
    writeFileSync(join(engines, file), content);
    // SQLite would repair the database from its log.
    for (const log of ['dynamodb.sqlite-wal', 'dynamodb.sqlite-shm']) rmSync(join(engines, log), { force: true });
    const message = await failure(start('corrupt'));
    expect(message.split('\n')).toHaveLength(1);
    expect(message).not.toMatch(/^\s+at /m);
    const fresh = start('corrupt', '--fresh');
    await fresh.ready();
  });

  it('a second runner on the same folder; the first one stays up', async () => {
    const first = start('shared');
    const endpoints = await first.ready();
    const second = start('shared');
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(
      /^Another runner \(process \d+\) is using .*shared; stop it or choose another folder with --data\.\n$/,
    );
    expect((await fetch(`${endpoints.api}/mode`)).status).toBe(200);
  });

  it('a resource that the runner does not know', async () => {
    const other = makeFixtureProject();
    writeFileSync(
      join(other.folder, 'template.mjs'),
      "export const template = { Resources: { Topic: { Type: 'AWS::Kinesis::Stream' } } };",
    );
    const runner = startRunner(other.folder, join(other.folder, 'data'));
    started.push(runner);
    expect(await runner.ended()).toBe(1);
    expect(runner.output()).toContain(
      'The runner does not know the resource type AWS::Kinesis::Stream (Topic in Fixture).',
    );
    other.remove();
  });

  it('a bundle that does not build', async () => {
    const other = makeFixtureProject();
    writeFileSync(join(other.folder, 'lib', 'bundle', 'main.ts'), "throw new Error('no such module');");
    const runner = startRunner(other.folder, join(other.folder, 'data'));
    started.push(runner);
    expect(await runner.ended()).toBe(1);
    expect(runner.output()).toMatch(/Bundling failed \(exit code 1\):[\s\S]*no such module/);
    other.remove();
  });
});
