import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Secrets, Tables } from '../../data/index.ts';
import type { ShardQueues } from '../../fleet/index.ts';
import type { WharfOptions } from '../../options.ts';
import type { WharfParameters } from '../../parameters.ts';
import type { WharfFunctionProps } from '../../shared/wharf-function.ts';

/** What the functions of the API are made of. */
export interface ApiFunctionsProps {
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly parameters: WharfParameters;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly shardQueues: ShardQueues;
  readonly eventsQueue: Queue;
  /** The queues of deliveries. */
  readonly lanes: { readonly fast: Queue; readonly slow: Queue };
  /** Starts the scaler. */
  readonly wakeQueue: Queue;
  readonly mediaBucket: Bucket;
  /** To the function that mails; missing where no sender is set up. */
  readonly mailsQueue: Queue | undefined;
  /** Value of `PLANS`. */
  readonly plansText: string;
}

/** What one of them is given, and what it may do. */
export type FunctionPlan = Pick<WharfFunctionProps, 'description' | 'environment' | 'statements' | 'memoryMiB'>;
