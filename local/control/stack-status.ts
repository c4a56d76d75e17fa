import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Task } from '../ecs/task.ts';
import type { DynamodbEngine } from '../engines/dynamodb/index.ts';
import type { SqsEngine } from '../engines/sqs/sqs-engine.ts';
import type { LambdaHost } from '../lambda-host/lambda-host.ts';
import { runningWorkers, type WorkerStatus } from './workers.ts';

/** What `GET /status` answers. */
export interface StackStatus {
  readonly workers: readonly WorkerStatus[];
  readonly queues: readonly {
    readonly name: string;
    readonly depth: number;
    readonly inFlight: number;
    /** Messages of this queue in its dead-letter queue. */
    readonly dead: number;
  }[];
  readonly functions: readonly { readonly name: string; readonly invocations: number; readonly errors: number }[];
  readonly tables: readonly { readonly name: string; readonly items: number }[];
}

export interface StatusSources {
  readonly sqs: Pick<SqsEngine, 'statistics'>;
  readonly dynamodb: Pick<DynamodbEngine, 'itemCounts'>;
  readonly functions: Pick<LambdaHost, 'pools'>;
  /** Names of the queues in the template; others lie in the data folder from earlier templates. */
  readonly queueNames: ReadonlySet<string>;
  tasks(): readonly Task[];
  workerRows(): Promise<readonly WorkerRow[]>;
}

export async function stackStatus(sources: StatusSources): Promise<StackStatus> {
  const [rows, tables] = await Promise.all([sources.workerRows(), sources.dynamodb.itemCounts()]);
  const queues = sources.sqs.statistics().filter(({ name }) => sources.queueNames.has(name));
  return {
    workers: runningWorkers(rows, sources.tasks()),
    queues: queues.map(({ name, depth, inFlight, dead = 0 }) => ({ name, depth, inFlight, dead })),
    functions: sources.functions.pools.map(({ spec, invocations, errors }) => ({
      name: spec.name,
      invocations,
      errors,
    })),
    tables,
  };
}
