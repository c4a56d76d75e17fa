import { randomBytes } from 'node:crypto';
import { type Child, type ChildEnd, startChild } from '../process/child.ts';
import type { Reaper } from '../process/reaper.ts';
import type { ServiceSpec } from './service-spec.ts';
import { TaskProtection } from './task-protection.ts';

/** Where a task lives before its process exists: enough for the metadata endpoint. */
export interface TaskIdentity {
  /** 32 hexadecimal characters, as ECS makes them. */
  readonly id: string;
  readonly arn: string;
  readonly service: ServiceSpec;
  readonly accessKeyId: string;
  readonly startedAt: Date;
  readonly protection: TaskProtection;
}

export interface TaskOptions {
  readonly identity: TaskIdentity;
  readonly environment: Readonly<Record<string, string>>;
  readonly reaper: Reaper;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
}

/** One running task: the container's process and what it started. */
export interface Task {
  readonly identity: TaskIdentity;
  readonly pid: number;
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM, the container's stop timeout, SIGKILL. */
  stop(): Promise<void>;
  /** A signal to all its processes at once: SIGKILL is a host that is lost, SIGSTOP one that freezes. */
  signalAll(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

export function newTaskIdentity(
  service: ServiceSpec,
  accessKeyId: string,
  place: { region: string; accountId: string },
  revision = Number(service.task.revision),
): TaskIdentity {
  const id = randomBytes(16).toString('hex');
  return {
    id,
    arn: `arn:aws:ecs:${place.region}:${place.accountId}:task/${service.clusterName}/${id}`,
    service: { ...service, task: { ...service.task, revision: String(revision) } },
    accessKeyId,
    startedAt: new Date(),
    protection: new TaskProtection(Date.now),
  };
}

/**
 * Starts the very file that the image would hold, in the folder that would be the image. `node` is the Node that the runner runs on.
 *
 * @example const task = startTask({ identity, environment, reaper, onLine }); await task.stop();
 */
export function startTask(options: TaskOptions): Task {
  const { container } = options.identity.service.task;
  const [program = '', ...parameters] = container.command;
  const child: Child = startChild({
    command: program === 'node' ? process.execPath : program,
    arguments: parameters,
    folder: container.folder,
    environment: options.environment,
    reaper: options.reaper,
    onLine: options.onLine,
  });
  return {
    identity: options.identity,
    pid: child.pid,
    ended: child.ended,
    stop: async () => {
      await child.stop(container.stopTimeoutSeconds * 1_000);
    },
    signalAll: (signal) => child.signalAll(signal),
  };
}
