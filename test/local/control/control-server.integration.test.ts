import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ControlServer, openControlServer } from '../../../local/control/control-server.ts';

const mail = { messageId: 'm', from: 'f', subject: 's', text: 't', sentAt: 'now' };
let server: ControlServer;
let done: string[];

beforeEach(async () => {
  server = await openControlServer(0);
  done = [];
});

afterEach(() => server.stop());

function serve(): void {
  const act = (name: string) => {
    done.push(name);
    return name !== 'unknown';
  };
  server.serve({
    status: async () => ({ workers: [] }),
    logs: ({ name, limit }) => [{ time: 't', source: 'function', name, level: 'info', message: String(limit) }],
    schedules: () => ['sweep'],
    mails: (to) => [{ ...mail, to: [to ?? 'everybody'] }],
    redrive: act,
    fire: act,
    actOnWorker: async (id, action) => act(`${action} ${id}`),
    deploy: () => 2,
    rollBack: () => 1,
  });
}

const get = (path: string) => fetch(`${server.endpoint}${path}`);
const post = (path: string, headers = {}) => fetch(`${server.endpoint}${path}`, { method: 'POST', headers });

it('answers 503 until the stack is up', async () => {
  expect((await get('/status')).status).toBe(503);
  serve();
  expect(await (await get('/status')).json()).toEqual({ workers: [] });
});

it('shows logs and schedules, and itself', async () => {
  serve();
  expect(await (await get('/logs?function=auth&limit=7')).json()).toMatchObject([{ name: 'auth', message: '7' }]);
  expect(await (await get('/logs?limit=many')).json()).toMatchObject([{ message: '200' }]);
  expect(await (await get('/schedules')).json()).toEqual(['sweep']);
  expect(await (await get('/mails?to=ann@example.com')).json()).toEqual([{ ...mail, to: ['ann@example.com'] }]);
  expect(await (await get('/')).text()).toContain('POST /queues/NAME/redrive');
  expect((await get('/nothing')).status).toBe(404);
});

it('acts by name', async () => {
  serve();
  const paths = ['/queues/q.fifo/redrive', '/schedules/sweep/fire', '/workers/a%2Fb/restart', '/workers/w/kill-task'];
  for (const path of paths) expect((await post(path)).status).toBe(202);
  expect(done).toEqual(['q.fifo', 'sweep', 'restart a/b', 'kill-task w']);
  expect(await (await post('/deploy')).json()).toEqual({ revision: 2 });
  expect(await (await post('/rollback')).json()).toEqual({ revision: 1 });
  expect((await post('/workers/w/explode')).status).toBe(404);
  expect((await post('/queues/unknown/redrive')).status).toBe(404);
  expect((await post('/queues/q/explode')).status).toBe(404);
});

it('is for this machine only', async () => {
  serve();
  expect((await post('/schedules/sweep/fire', { origin: 'https://evil.example' })).status).toBe(403);
  const { port } = new URL(server.endpoint);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ port, path: '/status', headers: { host: 'evil.example' } }, (response) =>
      resolve(response.statusCode),
    );
    asked.once('error', reject).end();
  });
  expect(status).toBe(403);
  expect(done).toEqual([]);
});
