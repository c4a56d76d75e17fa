import { AwsError } from '../../http/aws-error.ts';
import { sqsErrors } from '../sqs-errors.ts';
import { type CallInput, requiredText } from './call-input.ts';

const entriesMax = 10;
const entryIdPattern = /^[\w-]{1,80}$/;

/**
 * Runs one action per entry of a batch. The batch as a whole is refused when its list or its ids are wrong; what goes wrong with one entry is
 * reported under its id and leaves the others alone.
 */
export function runBatch(
  input: CallInput,
  action: (entry: CallInput) => object,
  checkAll: (entries: readonly CallInput[]) => void = () => undefined,
): object {
  const entries = readEntries(input);
  checkAll(entries);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...action(entry) });
    } catch (error) {
      // A missing queue concerns all entries alike, and is an error of the call.
      if (!(error instanceof AwsError) || error.code === 'QueueDoesNotExist') throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function readEntries(input: CallInput): CallInput[] {
  const entries = Array.isArray(input.Entries) ? (input.Entries as CallInput[]) : [];
  if (entries.length === 0)
    throw sqsErrors.batch('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > entriesMax) {
    throw sqsErrors.batch(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${entriesMax}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => requiredText(entry, 'Id'));
  if (!ids.every((id) => entryIdPattern.test(id))) throw sqsErrors.invalidBatchEntryId();
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw sqsErrors.batch('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries;
}
