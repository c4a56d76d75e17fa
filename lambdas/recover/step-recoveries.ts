import type { Recovery } from '../../core/webhooks/recovery/recovery.ts';
import type { RecoveryRepository } from '../../core/webhooks/recovery/recovery-repository.ts';
import { type StepParts, stepRecovery } from '../../core/webhooks/recovery/step-recovery.ts';

export interface StepRecoveriesPorts extends StepParts {
  readonly recoveries: Pick<RecoveryRepository, 'open' | 'find' | 'step'>;
  /** False when the function must end; the next run goes on. */
  readonly hasTime: () => boolean;
}

/** Jobs of one run. With more running at once, those after them wait for the first to end. */
const jobsMax = 100;
/** Steps side by side: each writes 50 rows at once. */
const workers = 4;

/**
 * Takes one step of each recovery that is running, and tells what came of it. One that fails keeps no other from its step.
 *
 * @example await stepRecoveries(ports, (job, result) => log(job.recoveryId, result));
 */
export async function stepRecoveries(
  ports: StepRecoveriesPorts,
  tell: (job: Pick<Recovery, 'tenantId' | 'webhookId' | 'recoveryId'>, result: Recovery | Error) => void,
): Promise<void> {
  const open = [...(await ports.recoveries.open(jobsMax))];
  const work = async () => {
    for (let named = open.shift(); named !== undefined && ports.hasTime(); named = open.shift()) {
      try {
        const job = await ports.recoveries.find(named);
        if (job?.state === 'running') tell(job, await stepRecovery(job, ports));
      } catch (error) {
        tell(named, error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}
