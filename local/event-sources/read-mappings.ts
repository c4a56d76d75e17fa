import { ofType, readList, readNumber, readObject, readObjects, readText } from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import { isJsonObject, type JsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import type { MappingSpec } from './mapping-spec.ts';

/** Lambda's default batch of a queue. */
const defaultBatchSize = 10;
/** With how many batches at a time Lambda begins when the mapping names no maximum. */
const defaultConcurrency = 5;

/** The event source mappings of all stacks; throws for a source other than SQS. */
export function readMappings(
  resources: readonly ResolvedResource[],
  functions: readonly { readonly name: string; readonly arn: string }[],
): readonly MappingSpec[] {
  return ofType(resources, 'AWS::Lambda::EventSourceMapping').map((mapping) => {
    const queueArn = readText(mapping, 'EventSourceArn');
    if (!queueArn.startsWith('arn:aws:sqs:')) {
      throw new UserError(
        `${mapping.logicalId} reads from ${queueArn}; the runner knows only queues as event sources.`,
      );
    }
    const scaling = { logicalId: mapping.logicalId, properties: readObject(mapping, 'ScalingConfig') };
    return {
      logicalId: mapping.logicalId,
      queueArn,
      functionArn: functionArn(mapping, functions),
      enabled: mapping.properties.Enabled !== false,
      batchSize: readNumber(mapping, 'BatchSize', defaultBatchSize),
      windowMs: readNumber(mapping, 'MaximumBatchingWindowInSeconds', 0) * 1_000,
      concurrency: readNumber(scaling, 'MaximumConcurrency', defaultConcurrency),
      reportsBatchItemFailures: readList(mapping, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
      filters: readFilters(mapping),
    };
  });
}

/** `FunctionName` holds a name or an ARN. */
function functionArn(
  mapping: ResolvedResource,
  functions: readonly { readonly name: string; readonly arn: string }[],
): string {
  const named = readText(mapping, 'FunctionName');
  const found = functions.find((each) => each.name === named || each.arn === named);
  if (found === undefined) throw new UserError(`${mapping.logicalId} names the function ${named}, which no stack has.`);
  return found.arn;
}

function readFilters(mapping: ResolvedResource): readonly JsonObject[] {
  const criteria = { logicalId: mapping.logicalId, properties: readObject(mapping, 'FilterCriteria') };
  return readObjects(criteria, 'Filters').map((filter) => {
    const pattern: unknown = JSON.parse(readText(filter, 'Pattern'));
    if (!isJsonObject(pattern)) throw new UserError(`A filter of ${mapping.logicalId} is no JSON object.`);
    return pattern;
  });
}
