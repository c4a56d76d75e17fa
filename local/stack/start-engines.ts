import { type DynamodbEngine, startDynamodb } from '../engines/dynamodb/index.ts';
import type { Authorize, Engine } from '../engines/engine.ts';
import type { LocalIdentity } from '../engines/identity.ts';
import { type S3Engine, startS3 } from '../engines/s3/index.ts';
import { type KmsEngine, type SecretsEngine, startKms, startSecrets } from '../engines/secrets-kms/index.ts';
import { type SesEngine, startSes } from '../engines/ses/index.ts';
import { type SqsEngine, startSqs } from '../engines/sqs/index.ts';
import { UserError } from '../user-error.ts';

export interface Engines {
  readonly dynamodb: DynamodbEngine;
  readonly sqs: SqsEngine;
  readonly s3: S3Engine;
  readonly secretsManager: SecretsEngine;
  readonly kms: KmsEngine;
  readonly ses: SesEngine;
}

export interface EnginesOptions {
  readonly dataFolder: string;
  readonly identity: LocalIdentity;
  readonly authorize: Authorize;
  /** Hears of each engine that runs, at once, so that it can be stopped even when another one fails. */
  onStarted(engine: Engine): void;
  onTrouble(message: string): void;
}

/** Starts all engines at the same time. When one fails, its own sentence is thrown after all others have started or failed. */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { dataFolder, authorize, onTrouble } = options;
  const common = { dataFolder, authorize, ...options.identity };
  const started = async <T extends Engine>(starting: Promise<T>): Promise<T> => {
    try {
      const engine = await starting;
      options.onStarted(engine);
      return engine;
    } catch (error) {
      throw new UserError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  const starting = [
    started(startDynamodb({ ...common, onTrouble })),
    started(startSqs(common)),
    started(startS3(common)),
    started(startSecrets(common)),
    started(startKms(common)),
    started(startSes(common)),
  ] as const;
  await Promise.allSettled(starting);
  const [dynamodb, sqs, s3, secretsManager, kms, ses] = await Promise.all(starting);
  return { dynamodb, sqs, s3, secretsManager, kms, ses };
}
