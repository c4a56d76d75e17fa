import type { Authorize, AwsCall } from '../../engine.ts';
import { AwsError } from '../../http/aws-error.ts';
import { awsJsonEndpoint } from '../../http/aws-json-endpoint.ts';
import { checkAccess } from '../../http/check-access.ts';
import type { Broker } from '../broker.ts';
import type { MoveTasks } from '../move-tasks.ts';
import { type CallInput, optionalText } from './call-input.ts';
import { messageOperations } from './message-operations.ts';
import { moveOperations } from './move-operations.ts';
import type { Operation } from './operation.ts';
import { queueOperations } from './queue-operations.ts';

const operations: Readonly<Record<string, Operation>> = { ...messageOperations, ...queueOperations, ...moveOperations };

/** The JSON protocol of SQS in front of a broker. */
export function sqsEndpoint(options: {
  readonly broker: Broker;
  readonly tasks: MoveTasks;
  readonly authorize: Authorize | undefined;
  queueUrl(name: string): string;
}): ReturnType<typeof awsJsonEndpoint> {
  const { broker, tasks, authorize, queueUrl } = options;
  return awsJsonEndpoint({
    targetPrefix: 'AmazonSQS',
    contentType: 'application/x-amz-json-1.0',
    queryErrors: true,
    errorNamespace: 'com.amazonaws.sqs#',
    answer: ({ operation, accessKeyId, input, signal }) => {
      const run = operations[operation];
      if (run === undefined) {
        throw new AwsError('UnknownOperationException', `The action ${operation} is not valid for this endpoint.`);
      }
      const call: AwsCall = {
        accessKeyId,
        action: `sqs:${operation.replace(/Batch$/, '')}`,
        resource: resourceOf(operation, input, broker),
        context: {},
      };
      checkAccess(authorize, [call], { code: 'AccessDenied', status: 403 });
      return run({ broker, tasks, input, accessKeyId, signal, queueUrl });
    },
  });
}

/** The ARN that policies name; `*` for calls about no single queue. */
function resourceOf(operation: string, input: CallInput, broker: Broker): string {
  if (operation === 'ListQueues') return '*';
  const source = optionalText(input, 'SourceArn');
  if (source !== undefined) return source;
  const name = optionalText(input, 'QueueName') ?? optionalText(input, 'QueueUrl') ?? '';
  return name === '' ? '*' : broker.arn(name.slice(name.lastIndexOf('/') + 1));
}
