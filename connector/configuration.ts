import { environmentNames, requireEnvironment } from '../core/environment.ts';
import { newId } from '../core/ids.ts';
import { loadPlans } from '../core/plans/load-plans.ts';
import type { Plans } from '../core/plans/plan.ts';
import { parseAllowedCidrs } from '../core/webhooks/guard/address-policy.ts';
import { checkSimulator, type TrustedSimulator } from './engine/baileys/trust-simulator.ts';
import { childEnvironment } from './parent/child-environment.ts';

/** Everything that the environment says to a connector. */
export interface Configuration {
  readonly stage: string;
  readonly logLevel: string;
  readonly tables: {
    readonly control: string;
    readonly keys: string;
    readonly messages: string;
    readonly fleet: string;
  };
  readonly eventsQueueUrl: string;
  readonly mediaBucket: string;
  /** Bytes of one medium that came in; larger ones are told of and not fetched. */
  readonly mediaBytesMax: number;
  readonly shardQueueUrlPrefix: string;
  readonly shardCount: number;
  readonly sealingKeyId: string;
  readonly capacity: number;
  readonly plans: Plans;
  /** Plan of accounts that were given none. */
  readonly defaultPlan: string;
  /** Networks that a tenant's proxy may lie in although they are not public. */
  readonly allowedCidrs: readonly string[];
  readonly simulator?: TrustedSimulator;
  readonly workerId: string;
  /** New with each start of the process. */
  readonly incarnation: string;
  readonly generation: number;
  /** Where ECS takes the protection of the task. */
  readonly agentUri?: string;
}

/** One vCPU with 2 GB holds that many sessions with room to spare. */
const defaultCapacity = 400;
/** WhatsApp's own limit for documents is 2 GB; what a webhook's receiver wants to read is smaller. */
const defaultMediaBytesMax = 100 * 1024 * 1024;

/**
 * Reads the configuration; throws one sentence that names what is missing or wrong.
 *
 * @example const configuration = readConfiguration(process.env);
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const required = (name: Parameters<typeof requireEnvironment>[0]) => requireEnvironment(name, environment);
  const simulatorUrl = environment[environmentNames.simulatorUrl];
  return {
    stage: required(environmentNames.stage),
    logLevel: environment[environmentNames.logLevel] || 'info',
    tables: {
      control: required(environmentNames.controlTable),
      keys: required(environmentNames.keysTable),
      messages: required(environmentNames.messagesTable),
      fleet: required(environmentNames.fleetTable),
    },
    eventsQueueUrl: required(environmentNames.eventsQueueUrl),
    mediaBucket: required(environmentNames.mediaBucket),
    mediaBytesMax: positiveInteger(
      environmentNames.mediaBytesMax,
      environment[environmentNames.mediaBytesMax] || String(defaultMediaBytesMax),
    ),
    shardQueueUrlPrefix: required(environmentNames.shardQueueUrlPrefix),
    shardCount: positiveInteger(environmentNames.shardCount, required(environmentNames.shardCount)),
    sealingKeyId: required(environmentNames.sealingKeyId),
    plans: loadPlans(environment[environmentNames.plans]),
    defaultPlan: required(environmentNames.defaultPlan),
    capacity: positiveInteger(
      environmentNames.workerCapacity,
      environment[environmentNames.workerCapacity] || String(defaultCapacity),
    ),
    allowedCidrs: parseAllowedCidrs(environment[environmentNames.webhookAllowedCidrs]),
    ...(simulatorUrl
      ? {
          simulator: checkSimulator({
            url: simulatorUrl,
            rootKey: required(environmentNames.simulatorRootKey),
            allowedHost: environment[environmentNames.simulatorAllowedHost],
          }),
        }
      : {}),
    // Without its parent process a connector is a worker of its own.
    workerId: environment[childEnvironment.workerId] || newId('wrk'),
    incarnation: environment[childEnvironment.incarnation] || newId('inc'),
    ...(environment.ECS_AGENT_URI ? { agentUri: environment.ECS_AGENT_URI } : {}),
    generation: positiveInteger(childEnvironment.generation, environment[childEnvironment.generation] || '1'),
  };
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`The environment variable ${name} is not a whole number above zero.`);
  return value;
}
