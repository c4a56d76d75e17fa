import { KMSClient } from '@aws-sdk/client-kms';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import { createSealer, type Sealer } from '../../core/sealing/sealer.ts';
import type { Table } from '../../core/storage/table.ts';
import { maxAttempts, requestHandler } from './api-parts.ts';

/** What a function needs whose operations take an `Idempotency-Key`; called once, while the function starts. */
export function createIdempotencyParts(control: Table): {
  readonly sealer: Sealer;
  readonly idempotency: IdempotencyStore;
} {
  const sealer = createSealer({
    ...control,
    kms: new KMSClient({ maxAttempts, requestHandler }),
    keyId: requireEnvironment(environmentNames.sealingKeyId),
  });
  return { sealer, idempotency: createIdempotencyStore({ ...control, sealer }) };
}
