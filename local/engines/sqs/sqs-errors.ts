import { AwsError } from '../http/aws-error.ts';

const queryPrefix = 'AWS.SimpleQueueService.';

/** Refusals of SQS under the names that the SDK gives them, each with its older query name. */
export const sqsErrors = {
  queueDoesNotExist: () =>
    new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
      queryCode: `${queryPrefix}NonExistentQueue`,
    }),
  queueNameExists: (attribute: string) =>
    new AwsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${attribute}`,
      { queryCode: 'QueueAlreadyExists' },
    ),
  invalidParameter: (message: string) => new AwsError('InvalidParameterValue', message),
  missingParameter: (name: string) =>
    new AwsError('MissingParameter', `The request must contain the parameter ${name}.`),
  invalidAttributeName: (name: string) => new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`),
  invalidAttributeValue: (name: string) =>
    new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`),
  invalidMessageContents: () =>
    new AwsError('InvalidMessageContents', 'The message contains characters outside the allowed set.'),
  receiptHandleIsInvalid: (handle: string) =>
    new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`),
  receiptHandleNotUsable: (handle: string, reason: string) =>
    new AwsError('InvalidParameterValue', `Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`),
  messageNotInflight: () =>
    new AwsError('MessageNotInflight', 'The specified message is not in flight.', {
      queryCode: `${queryPrefix}MessageNotInflight`,
    }),
  overLimit: () =>
    new AwsError('OverLimit', 'Too many messages are in flight.', { status: 403, queryCode: 'OverLimit' }),
  unsupported: (message: string) =>
    new AwsError('UnsupportedOperation', message, { queryCode: `${queryPrefix}UnsupportedOperation` }),
  notFound: (message: string) =>
    new AwsError('ResourceNotFoundException', message, { status: 404, queryCode: 'ResourceNotFoundException' }),
  batch: (kind: 'EmptyBatchRequest' | 'TooManyEntriesInBatchRequest' | 'BatchEntryIdsNotDistinct', message: string) =>
    new AwsError(kind, message, { queryCode: `${queryPrefix}${kind}` }),
  invalidBatchEntryId: () =>
    new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      { queryCode: `${queryPrefix}InvalidBatchEntryId` },
    ),
  batchRequestTooLong: (bytesMax: number) =>
    new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${bytesMax} bytes.`, {
      queryCode: `${queryPrefix}BatchRequestTooLong`,
    }),
};
