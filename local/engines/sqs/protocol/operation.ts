import type { Broker } from '../broker.ts';
import type { MoveTasks } from '../move-tasks.ts';
import type { CallInput } from './call-input.ts';

/** What an operation works with. */
export interface OperationContext {
  readonly broker: Broker;
  readonly tasks: MoveTasks;
  readonly input: CallInput;
  readonly accessKeyId: string;
  readonly signal: AbortSignal;
  queueUrl(name: string): string;
}

/** One operation of the API: takes the JSON of the call and gives the JSON of the answer. */
export type Operation = (context: OperationContext) => unknown;
