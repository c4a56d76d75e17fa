import { newId } from '../../core/ids.ts';

/** Name of a worker, and the revision of its task definition. */
export interface TaskIdentity {
  readonly workerId: string;
  readonly generation: number;
}

const metadataMs = 2_000;

/**
 * Asks ECS which task this is; outside ECS, a name of its own.
 *
 * @example await findTaskIdentity(process.env) // { workerId: '0f9d…', generation: 12 }
 */
export async function findTaskIdentity(environment: NodeJS.ProcessEnv): Promise<TaskIdentity> {
  const base = environment.ECS_CONTAINER_METADATA_URI_V4;
  if (!base) return { workerId: newId('wrk'), generation: 1 };
  const response = await fetch(`${base}/task`, { signal: AbortSignal.timeout(metadataMs) });
  if (!response.ok) throw new Error(`The task metadata answered ${response.status}.`);
  return readTaskMetadata(await response.json());
}

/** @example readTaskMetadata({ TaskARN: 'arn:aws:ecs:eu-central-1:1:task/cluster/0f9d', Revision: '12' }) */
export function readTaskMetadata(metadata: unknown): TaskIdentity {
  const { TaskARN, Revision } = (metadata ?? {}) as { readonly TaskARN?: unknown; readonly Revision?: unknown };
  const workerId = typeof TaskARN === 'string' ? TaskARN.split('/').at(-1) : undefined;
  if (!workerId) throw new Error('The task metadata names no task.');
  const generation = Number(Revision);
  return { workerId, generation: Number.isInteger(generation) && generation > 0 ? generation : 1 };
}
