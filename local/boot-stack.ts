import { environmentNames } from '../core/environment.ts';
import { prepareAssembly } from './assembly/prepare-assembly.ts';
import { type ControlServer, openControlServer } from './control/control-server.ts';
import { fleetReader } from './control/fleet-rows.ts';
import { stackStatus } from './control/stack-status.ts';
import { workerActions } from './control/worker-actions.ts';
import type { DataFolder } from './data-folder.ts';
import { deployParameters, localContext } from './deploy-parameters.ts';
import { type NamedService, startEcs } from './ecs/ecs-endpoint.ts';
import { readServices } from './ecs/read-services.ts';
import type { ServiceSpec } from './ecs/service-spec.ts';
import type { Endpoints } from './endpoints.ts';
import { defaultIdentity } from './engines/identity.ts';
import { readMappings } from './event-sources/read-mappings.ts';
import { createAnswerer } from './http-api/answer-request.ts';
import { type ApiServer, openApiServer } from './http-api/api-server.ts';
import { readApi } from './http-api/read-api.ts';
import { Authorizer } from './iam/authorizer.ts';
import { collectRoles } from './iam/collect-roles.ts';
import { createLambdaHost, type LambdaHost } from './lambda-host/lambda-host.ts';
import { readFunctions } from './lambda-host/read-functions.ts';
import type { Log } from './logging/log.ts';
import type { RunnerOptions } from './options.ts';
import type { Reaper } from './process/reaper.ts';
import { ofType } from './resources/read-property.ts';
import { readSchedules } from './schedules/read-schedules.ts';
import { type Scheduler, startScheduler } from './schedules/scheduler.ts';
import { createStores } from './stack/create-stores.ts';
import { endpointVariables } from './stack/endpoint-variables.ts';
import { engineIdentity } from './stack/engine-identity.ts';
import { type LoadedStack, loadStack } from './stack/load-stack.ts';
import { type Engines, startEngines } from './stack/start-engines.ts';
import { startPollers } from './stack/start-pollers.ts';
import { type RunningServices, startServices } from './stack/start-services.ts';
import { type SimulatorProcess, startSimulator } from './stack/start-simulator.ts';
import type { StopList } from './stop-list.ts';

export interface BootTools {
  readonly options: RunnerOptions;
  readonly projectFolder: string;
  readonly data: DataFolder;
  readonly log: Log;
  readonly reaper: Reaper;
  /** Everything that is started puts here how it is stopped, at once, so that a failed boot leaves nothing behind. */
  readonly stopList: StopList;
  /** Aborted when the person at the terminal stops the runner before it is up. */
  readonly signal: AbortSignal;
  onStep(name: string, milliseconds: number): void;
  /** Something without which the stack cannot go on has ended. */
  onFatal(message: string): void;
}

/** What comes up side by side, before the template can be resolved. */
interface Ground {
  readonly assemblyFolder: string;
  readonly engines: Engines;
  readonly simulator: SimulatorProcess;
  readonly api: ApiServer;
  readonly control: ControlServer;
  /** Set when the roles are known; until then only the runner itself may call. */
  authorizer: Authorizer;
}

const { accountId, region } = defaultIdentity;

/**
 * Boots the stack: ports, engines, simulator and assembly side by side; then the template is resolved and stores, functions, API, event sources, schedules and
 * tasks come up from it. Throws a `UserError` for what the person at the terminal can mend.
 */
export async function bootStack(tools: BootTools): Promise<Endpoints> {
  const ground = await prepareGround(tools);
  tools.signal.throwIfAborted();
  const stack = await timed(tools, 'template', async () => resolve(tools, ground));
  await timed(tools, 'stores', () => createStores(stack.resources, ground.engines));
  tools.signal.throwIfAborted();
  await timed(tools, 'functions and tasks', () => startRuntime(tools, ground, stack));
  const { engines, simulator } = ground;
  return {
    api: ground.api.endpoint,
    simulator: simulator.controlUrl,
    simulatorSocket: simulator.url,
    simulatorControl: simulator.controlUrl,
    control: ground.control.endpoint,
    dynamodb: engines.dynamodb.endpoint,
    sqs: engines.sqs.endpoint,
    s3: engines.s3.endpoint,
    secretsManager: engines.secretsManager.endpoint,
    kms: engines.kms.endpoint,
    pid: process.pid,
  };
}

async function prepareGround(tools: BootTools): Promise<Ground> {
  const { options, projectFolder, data, log, reaper, stopList, onStep } = tools;
  const failed = new AbortController();
  const signal = AbortSignal.any([tools.signal, failed.signal]);
  const authorizerHolder = { authorizer: new Authorizer(new Map(), accountId) };
  const openPort = async <T extends { stop(): Promise<void> }>(phase: 'http' | 'control', opening: Promise<T>) => {
    const server = await opening;
    stopList.add(phase, () => server.stop());
    return server;
  };
  const parts = [
    timed(tools, 'engines', () =>
      startEngines({
        dataFolder: data.engines,
        identity: defaultIdentity,
        authorize: (call) => authorizerHolder.authorizer.authorize(call),
        onStarted: (engine) => stopList.add('engines', () => engine.stop()),
        onTrouble: (message) => log.write({ source: 'runner', level: 'error', message }),
      }),
    ),
    timed(tools, 'simulator', async () => {
      const simulator = await startSimulator({
        ...{ projectFolder, reaper, log, dataFolder: data.simulator, port: options.simulatorPort },
        onUnexpectedEnd: (how) => tools.onFatal(`The simulator ended by itself (${how}).`),
      });
      stopList.add('simulator', () => simulator.stop());
      return simulator;
    }),
    timed(tools, 'assembly', () => prepareAssembly({ projectFolder, context: localContext, signal, onStep })),
    openPort('http', openApiServer(options.apiPort)),
    openPort('control', openControlServer(options.controlPort)),
  ] as const;
  // The synthesis is the long one: it need not end when something else has failed.
  const all = Promise.all(parts);
  all.catch(() => failed.abort());
  // Whatever fails, the others finish starting first and are then on the stop list.
  await Promise.allSettled(parts);
  const [engines, simulator, assemblyFolder, api, control] = await all;
  return Object.assign(authorizerHolder, { engines, simulator, assemblyFolder, api, control });
}

function resolve(tools: BootTools, ground: Ground): LoadedStack {
  const { engines } = ground;
  const stack = loadStack({
    assemblyFolder: ground.assemblyFolder,
    identity: defaultIdentity,
    parameters: deployParameters(ground.simulator, tools.options),
    sqsEndpoint: engines.sqs.endpoint,
    apiEndpoint: ground.api.endpoint,
    engineIdentity: (input) => engineIdentity(input, engines.kms, engines.secretsManager),
  });
  ground.authorizer = new Authorizer(collectRoles(stack.resources), accountId);
  tools.log.write({ source: 'runner', level: 'info', message: `${stack.resources.length} resources` });
  return stack;
}

async function startRuntime(tools: BootTools, ground: Ground, { resources, stacks }: LoadedStack): Promise<void> {
  const { stopList, log, reaper, options } = tools;
  const { engines, authorizer } = ground;
  const services = readServices(resources, stacks);
  const runningServices: NamedService[] = [];
  const { authorize } = authorizer;
  const ecs = await startEcs({ identity: defaultIdentity, authorize, services: () => runningServices });
  stopList.add('engines', () => ecs.stop());
  const variables = endpointVariables({ ...engines, ecs });
  const functions = createLambdaHost({
    functions: readFunctions(resources, stacks),
    ...{ region, log, endpointVariables: variables },
    accessKeyId: (spec) => authorizer.issueKey(spec.roleArn, spec.name),
  });
  stopList.add('functions', () => functions.stop());
  ground.api.serve(createAnswerer({ api: readApi(resources), accountId, region, functions }));
  const specs = functions.pools.map((pool) => pool.spec);
  const mappings = readMappings(resources, specs);
  for (const poller of startPollers({ mappings, sqs: engines.sqs, functions, authorizer, region, log })) {
    stopList.add('events', () => poller.stop());
  }
  const scheduler = startScheduler({
    ...{ schedules: readSchedules(resources), accountId, region },
    // The host logs what fails; a schedule has nobody else to tell.
    invoke: (functionArn, event) =>
      void functions
        .byArn(functionArn)
        ?.invoke(event)
        .catch(() => undefined),
  });
  stopList.add('events', () => scheduler.stop());
  const running = await startServices({
    ...{ services, identity: defaultIdentity, authorizer, endpointVariables: variables, reaper, log },
    desiredCount: options.workers,
    readSecret: (arn) => engines.secretsManager.readSecret(arn) ?? '',
  });
  runningServices.push(...running.services);
  stopList.add('tasks', () => running.stop());
  const queueNames = ofType(resources, 'AWS::SQS::Queue').map((queue) => queue.identity.attributes.QueueName ?? '');
  serveControl(tools, ground, { functions, scheduler, running, services, queueNames: new Set(queueNames) });
}

interface ControlParts {
  readonly functions: LambdaHost;
  readonly scheduler: Scheduler;
  readonly running: RunningServices;
  readonly services: readonly ServiceSpec[];
  readonly queueNames: ReadonlySet<string>;
}

function serveControl(tools: BootTools, ground: Ground, parts: ControlParts): void {
  const { sqs, dynamodb } = ground.engines;
  const { functions, running, queueNames } = parts;
  const fleetTable = parts.services
    .map((service) => service.task.container.environment[environmentNames.fleetTable])
    .find((name) => name !== undefined);
  const workerRows = fleetTable === undefined ? async () => [] : fleetReader(dynamodb.endpoint, fleetTable);
  const status = () => stackStatus({ sqs, dynamodb, functions, queueNames, tasks: () => running.tasks(), workerRows });
  ground.control.serve({
    status,
    logs: (filter) => tools.log.recent(filter),
    schedules: () => parts.scheduler.names,
    mails: (to) => ground.engines.ses.mails(to),
    redrive: (queueName) => {
      if (!queueNames.has(queueName)) return false;
      sqs.redrive(queueName);
      return true;
    },
    fire: (scheduleName) => parts.scheduler.fire(scheduleName),
    actOnWorker: workerActions({
      workers: async () => (await status()).workers,
      tasks: () => running.tasks(),
      restart: (taskId) => running.restart(taskId),
    }),
    deploy: () => running.deploy(),
    rollBack: () => running.rollBack(),
  });
}

async function timed<T>(tools: BootTools, name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  tools.onStep(name, performance.now() - startedAt);
  return result;
}
