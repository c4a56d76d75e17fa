import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SentMail } from '../engines/ses/index.ts';
import type { LogLine } from '../logging/log.ts';
import { UserError } from '../user-error.ts';
import { type ActOnWorker, workerActionNames } from './worker-actions.ts';

/** What the control page can see and do. */
export interface ControlActions {
  status(): Promise<object>;
  logs(filter: { readonly name: string | undefined; readonly limit: number }): readonly LogLine[];
  schedules(): readonly string[];
  /** Mails that the stack sent, newest last; of all, or to one address. */
  mails(to: string | undefined): readonly SentMail[];
  /** Each of these is false when there is nothing with this name. */
  redrive(queueName: string): boolean;
  fire(scheduleName: string): boolean;
  actOnWorker: ActOnWorker;
  /** Starts a rolling deployment; the number of the new revision. */
  deploy(): number;
  /** Takes the last deployment back; the number of the revision before. */
  rollBack(): number;
}

export interface ControlServer {
  readonly endpoint: string;
  /** From now on requests are answered; before, they get 503. */
  serve(actions: ControlActions): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const routesText = [
  'GET  /status                      workers, queues, functions, tables',
  'GET  /logs?function=NAME&limit=N  the last lines of the log, of one function or task or of all',
  'GET  /schedules                   names of the schedules',
  'GET  /mails?to=ADDRESS            the last mails that the stack sent',
  'POST /queues/NAME/redrive         moves dead letters back to where they came from',
  'POST /schedules/NAME/fire         starts a schedule now',
  'POST /workers/ID/restart          replaces a connector task',
  'POST /workers/ID/kill             SIGKILL to its connector; the parent process starts it again',
  'POST /workers/ID/kill-task        SIGKILL to the whole task; ECS starts another one',
  'POST /workers/ID/freeze, …/thaw   SIGSTOP and SIGCONT to the whole task',
  'POST /deploy                      replaces all tasks by ones of the next revision',
  'POST /rollback                    goes back to the revision before, as ECS does when a deployment fails',
].join('\n');

const logLimitDefault = 200;
const logLimitMax = 5_000;

/**
 * Binds the control port. A browser page of another site cannot use it: requests must name a loopback host, and posts must not come from a page.
 *
 * @example const control = await openControlServer(3002); control.serve(actions);
 */
export async function openControlServer(port: number): Promise<ControlServer> {
  let serving: ControlActions | undefined;
  const server = createServer((request, response) => {
    answer(request, serving).then(
      (result) => send(response, result),
      (error: unknown) => send(response, { status: 500, body: { message: String(error) } }),
    );
  });
  await bind(server, port);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (actions) => {
      serving = actions;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, actions: ControlActions | undefined): Promise<Answer> {
  if (!isLocal(request)) return { status: 403, body: { message: 'Only for this machine.' } };
  if (actions === undefined) return { status: 503, body: { message: 'The stack is not up yet.' } };
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [group = '', name = '', verb = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (request.method === 'GET') return read(actions, group, url.searchParams);
  if (request.method !== 'POST') return { status: 405, body: { message: 'Only GET and POST.' } };
  if (group === 'deploy' && name === '') return { status: 202, body: { revision: actions.deploy() } };
  if (group === 'rollback' && name === '') return { status: 202, body: { revision: actions.rollBack() } };
  const done = await act(actions, `${group}/${verb}`, name);
  if (done === undefined) return { status: 404, body: { message: `Unknown. Known:\n${routesText}` } };
  return done ? { status: 202, body: {} } : { status: 404, body: { message: `There is no ${name}.` } };
}

async function read(actions: ControlActions, group: string, query: URLSearchParams): Promise<Answer> {
  if (group === 'status') return { status: 200, body: await actions.status() };
  if (group === 'schedules') return { status: 200, body: actions.schedules() };
  if (group === 'mails') return { status: 200, body: actions.mails(query.get('to') ?? undefined) };
  if (group === 'logs') {
    const limit = Math.min(Number(query.get('limit')) || logLimitDefault, logLimitMax);
    return { status: 200, body: actions.logs({ name: query.get('function') ?? undefined, limit }) };
  }
  return { status: group === '' ? 200 : 404, body: routesText };
}

async function act(actions: ControlActions, action: string, name: string): Promise<boolean | undefined> {
  if (action === 'queues/redrive') return actions.redrive(name);
  if (action === 'schedules/fire') return actions.fire(name);
  const workerAction = workerActionNames.find((each) => action === `workers/${each}`);
  if (workerAction !== undefined) return actions.actOnWorker(name, workerAction);
  return undefined;
}

function isLocal(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const named = host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
  return named && (request.method === 'GET' || request.headers.origin === undefined);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string';
  response
    .writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' })
    .end(isText ? `${body}\n` : JSON.stringify(body));
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const message = `Port ${port} of the control page is in use; choose another one with --control-port.`;
      reject(new UserError(message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
