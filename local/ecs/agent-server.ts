import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authorize } from '../engines/engine.ts';
import type { TaskIdentity } from './task.ts';

/** A protection request is a line of JSON. */
const bodyBytesMax = 4_096;

export interface AgentServer {
  readonly endpoint: string;
  add(task: TaskIdentity): void;
  remove(task: TaskIdentity): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * The part of the ECS agent that tasks talk to: `GET /v4/<task>[/task]` (metadata, version 4) and `GET`, `PUT /api/<task>/task-protection/v1/state`, the
 * latter only for roles that may.
 *
 * @example const agent = await startAgentServer(authorize, () => undefined); agent.add(identity);
 */
export async function startAgentServer(authorize: Authorize, onProtectionChange: () => void): Promise<AgentServer> {
  const tasks = new Map<string, TaskIdentity>();
  const server = createServer((request, response) => {
    answer(request, tasks, authorize, onProtectionChange).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (task) => tasks.set(task.id, task),
    remove: (task) => tasks.delete(task.id),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  tasks: ReadonlyMap<string, TaskIdentity>,
  authorize: Authorize,
  onProtectionChange: () => void,
): Promise<Answer> {
  const [, area, id = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const task = tasks.get(id);
  if (task === undefined) return { status: 404, body: { message: 'No such task.' } };
  const path = rest.join('/');
  if (area === 'v4' && request.method === 'GET' && path === '') return { status: 200, body: containerMetadata(task) };
  if (area === 'v4' && request.method === 'GET' && path === 'task') return { status: 200, body: taskMetadata(task) };
  if (area !== 'api' || path !== 'task-protection/v1/state') return { status: 404, body: { message: 'Not found.' } };
  const operation = request.method === 'PUT' ? 'UpdateTaskProtection' : 'GetTaskProtection';
  const refusal = authorize({
    accessKeyId: task.accessKeyId,
    action: `ecs:${operation}`,
    resource: task.arn,
    context: {},
  });
  if (refusal !== undefined) return protectionError(task, 400, 'AccessDeniedException', refusal);
  if (request.method === 'PUT') {
    const invalid = task.protection.update(await readJson(request));
    if (invalid !== undefined) return protectionError(task, 400, 'InvalidParameterException', invalid);
    onProtectionChange();
  }
  return { status: 200, body: task.protection.describe(task.arn) };
}

function protectionError(task: TaskIdentity, status: number, code: string, message: string): Answer {
  return { status, body: { error: { Arn: task.arn, Code: code, Message: message } } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > bodyBytesMax) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is as invalid as a missing member; the caller says so.
    return undefined;
  }
}

function taskMetadata(task: TaskIdentity): object {
  const { clusterName, name, task: definition } = task.service;
  return {
    Cluster: clusterName,
    TaskARN: task.arn,
    Family: definition.family,
    Revision: definition.revision,
    ServiceName: name,
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    LaunchType: 'FARGATE',
    AvailabilityZone: 'us-east-1a',
    Containers: [containerMetadata(task)],
  };
}

function containerMetadata(task: TaskIdentity): object {
  const { container } = task.service.task;
  return {
    DockerId: `${task.id}-${container.name}`,
    Name: container.name,
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    CreatedAt: task.startedAt.toISOString(),
    StartedAt: task.startedAt.toISOString(),
    Type: 'NORMAL',
    Labels: {
      'com.amazonaws.ecs.cluster': task.service.clusterName,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': task.service.task.family,
      'com.amazonaws.ecs.task-definition-version': task.service.task.revision,
    },
  };
}
