import { type AgentServer, startAgentServer } from '../ecs/agent-server.ts';
import { resolveContainerSecrets, type SecretReader } from '../ecs/container-secrets.ts';
import type { NamedService } from '../ecs/ecs-endpoint.ts';
import { Service } from '../ecs/service.ts';
import type { ServiceSpec } from '../ecs/service-spec.ts';
import { newTaskIdentity, startTask, type Task } from '../ecs/task.ts';
import { taskEnvironment } from '../ecs/task-environment.ts';
import type { LocalIdentity } from '../engines/identity.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { Log } from '../logging/log.ts';
import { parseLine } from '../logging/parse-line.ts';
import type { Reaper } from '../process/reaper.ts';

export interface ServicesOptions {
  readonly services: readonly ServiceSpec[];
  /** Overrides the desired count of every service in the template. */
  readonly desiredCount: number | undefined;
  readonly identity: LocalIdentity;
  readonly authorizer: Authorizer;
  readonly endpointVariables: Readonly<Record<string, string>>;
  readonly readSecret: SecretReader;
  readonly reaper: Reaper;
  readonly log: Log;
}

export interface RunningServices {
  readonly services: readonly NamedService[];
  tasks(): readonly Task[];
  /** False when no task has this id. */
  restart(taskId: string): boolean;
  /** Starts a rolling deployment of every service; the highest new revision. */
  deploy(): number;
  /** Takes the last one back; the highest revision that holds now. */
  rollBack(): number;
  /** Drains: every task gets SIGTERM and its stop timeout. */
  stop(): Promise<void>;
}

/** Starts the services' tasks, each with its own access key, its secrets and the agent that it may ask. */
export async function startServices(options: ServicesOptions): Promise<RunningServices> {
  const running: NamedService[] = [];
  const agent = await startAgentServer(options.authorizer.authorize, () => {
    for (const { service } of running) service.reconcile();
  });
  for (const spec of options.services) {
    const secrets = await resolveContainerSecrets(spec.task, options.authorizer, options.readSecret);
    running.push({ spec, service: startService(options, spec, agent, secrets) });
  }
  return {
    services: running,
    tasks: () => running.flatMap(({ service }) => service.tasks),
    restart: (taskId) => running.some(({ service }) => service.restart(taskId)),
    deploy: () => Math.max(0, ...running.map(({ service }) => service.deploy())),
    rollBack: () => Math.max(0, ...running.map(({ service }) => service.rollBack())),
    stop: async () => {
      await Promise.all(running.map(({ service }) => service.stop()));
      await agent.stop();
    },
  };
}

function startService(
  options: ServicesOptions,
  spec: ServiceSpec,
  agent: AgentServer,
  secrets: Readonly<Record<string, string>>,
): Service {
  const { identity: place, authorizer, endpointVariables, reaper, log } = options;
  const { name } = spec.task.container;
  return new Service({
    desiredCount: options.desiredCount ?? spec.desiredCount,
    revision: Number(spec.task.revision),
    ...{ minimumHealthyPercent: spec.minimumHealthyPercent, maximumPercent: spec.maximumPercent },
    newIdentity: (revision) =>
      newTaskIdentity(spec, authorizer.issueKey(spec.task.taskRoleArn, spec.name), place, revision),
    start: (identity) => {
      agent.add(identity);
      const task = startTask({
        identity,
        reaper,
        environment: taskEnvironment({
          ...{ identity, secrets, endpointVariables },
          region: place.region,
          agentEndpoint: agent.endpoint,
        }),
        onLine: (line, stream) =>
          log.write({ source: 'task', name, ...parseLine(line, stream === 'stderr' ? 'warn' : 'info') }),
      });
      void task.ended.then(() => agent.remove(identity));
      return task;
    },
    onEvent: (event) => {
      const fields = { taskId: event.task.identity.id, pid: event.task.pid };
      if (event.kind !== 'task-died')
        return log.write({ source: 'runner', level: 'info', message: event.kind, fields });
      const { how, restartMs } = event;
      const message = `a task of ${spec.name} ended by itself (${how}) and starts again in ${restartMs} ms`;
      log.write({ source: 'runner', level: 'warn', message, fields });
    },
  });
}
