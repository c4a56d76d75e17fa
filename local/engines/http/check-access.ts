import type { Authorize, AwsCall } from '../engine.ts';
import { AwsError } from './aws-error.ts';

/** How one service names a refusal; DynamoDB, KMS and Secrets Manager say `AccessDeniedException`, SQS and S3 `AccessDenied`. */
export interface DeniedShape {
  readonly code: string;
  readonly status: number;
  readonly queryCode?: string;
}

/**
 * Throws the service's own refusal for the first call that the policies do not allow. `authorize` may answer a whole AWS sentence
 * ("User: … is not authorized …") or only what is missing.
 *
 * @example checkAccess(authorize, [{ accessKeyId, action: 'kms:Decrypt', resource: keyArn, context: {} }], denied)
 */
export function checkAccess(authorize: Authorize | undefined, calls: readonly AwsCall[], denied: DeniedShape): void {
  if (authorize === undefined) return;
  for (const call of calls) {
    const missing = authorize(call);
    if (missing === undefined) continue;
    throw new AwsError(denied.code, deniedMessage(call, missing), {
      status: denied.status,
      ...(denied.queryCode === undefined ? {} : { queryCode: denied.queryCode }),
    });
  }
}

function deniedMessage(call: AwsCall, missing: string): string {
  if (missing.startsWith('User: ')) return missing;
  const caller = call.accessKeyId === '' ? 'anonymous' : call.accessKeyId;
  const because = missing === '' ? '' : ` because ${missing}`;
  return `User: ${caller} is not authorized to perform: ${call.action} on resource: ${call.resource}${because}`;
}
