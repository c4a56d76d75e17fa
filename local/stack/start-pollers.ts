import type { SqsEngine } from '../engines/sqs/sqs-engine.ts';
import type { MappingSpec } from '../event-sources/mapping-spec.ts';
import { type QueuePoller, startQueuePoller } from '../event-sources/queue-poller.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { LambdaHost } from '../lambda-host/lambda-host.ts';
import type { Log } from '../logging/log.ts';
import { UserError } from '../user-error.ts';

export interface PollersOptions {
  readonly mappings: readonly MappingSpec[];
  readonly sqs: SqsEngine;
  readonly functions: LambdaHost;
  readonly authorizer: Authorizer;
  readonly region: string;
  readonly log: Log;
}

/** What Lambda's poller needs of the function's role, by Lambda's own documentation. */
const neededActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Starts a poller for each enabled mapping; throws when a function's role may not read its queue, as the deployment would. */
export function startPollers(options: PollersOptions): readonly QueuePoller[] {
  const { sqs, log, region } = options;
  return options.mappings
    .filter((mapping) => mapping.enabled)
    .map((mapping) => {
      const target = options.functions.byArn(mapping.functionArn);
      if (target === undefined) throw new UserError(`${mapping.logicalId} names a function that is not here.`);
      checkRole(options.authorizer, mapping, target.spec);
      return startQueuePoller({
        ...{ mapping, region },
        queue: sqs,
        queueName: sqs.queueName(mapping.queueArn),
        invoke: (event) => target.invoke(event),
        onTrouble: (error) =>
          log.write({ source: 'runner', level: 'warn', message: `poller of ${target.spec.name}: ${String(error)}` }),
      });
    });
}

function checkRole(authorizer: Authorizer, mapping: MappingSpec, spec: { roleArn: string; name: string }): void {
  const accessKeyId = authorizer.issueKey(spec.roleArn, spec.name);
  for (const action of neededActions) {
    const refusal = authorizer.authorize({ accessKeyId, action, resource: mapping.queueArn, context: {} });
    if (refusal !== undefined) throw new UserError(`${mapping.logicalId} cannot work: ${refusal}.`);
  }
}
