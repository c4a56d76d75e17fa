import type { SendOutcome } from './destination.ts';

/** A try may take 15.5 s in all. */
const awsTimeoutMs = 15_000;

/** Two tries of two calls fit into the time of one try of a delivery. */
export const awsClientOptions = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
} as const;

/** The tenant's side says no: names of errors of STS, SQS and EventBridge, and the status that a web server would give. */
const statuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AccessDeniedException: 403,
  InvalidSecurity: 403,
  InvalidClientTokenId: 403,
  UnrecognizedClientException: 403,
  RegionDisabledException: 403,
  KmsAccessDenied: 403,
  KmsDisabled: 403,
  KmsNotFound: 403,
  KmsInvalidState: 403,
  KmsInvalidKeyUsage: 403,
  KmsOptInRequired: 403,
  // Not 410, which switches a webhook off at once: AWS says this also of a queue that the role may not see.
  QueueDoesNotExist: 404,
  'AWS.SimpleQueueService.NonExistentQueue': 404,
  ResourceNotFoundException: 404,
  RequestThrottled: 429,
  ThrottlingException: 429,
  Throttling: 429,
  KmsThrottled: 429,
  OverLimit: 429,
};

/**
 * Makes one call to AWS and says what came of it in the words of HTTP. What AWS answers with 4xx is the tenant's to mend (the role, the
 * queue, the bus); a failure of the network or of AWS itself is ours.
 *
 * @example const outcome = await awsOutcome((abortSignal) => client.send(command, { abortSignal }), Date.now);
 */
export async function awsOutcome(
  call: (abortSignal: AbortSignal) => Promise<string>,
  now: () => number,
): Promise<SendOutcome> {
  const startedAtMs = now();
  try {
    const id = await call(AbortSignal.timeout(awsTimeoutMs));
    return answer(200, id, now() - startedAtMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = statusOf(error);
    if (status !== undefined) return answer(status, `${error.name}: ${error.message}`, now() - startedAtMs);
    const isTimeout = error.name === 'TimeoutError' || error.name === 'AbortError';
    return {
      kind: 'failure',
      errorKind: isTimeout ? 'timeout' : 'connect',
      message: 'AWS did not answer.',
      blame: 'ours',
      durationMs: now() - startedAtMs,
    };
  }
}

/** An entry that EventBridge did not take although the call went through. */
export class EntryRefusedError extends Error {}

function statusOf(error: Error): number | undefined {
  const known = statuses[error.name];
  if (known !== undefined) return known;
  const { httpStatusCode } = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode !== undefined && httpStatusCode >= 400 && httpStatusCode < 500 ? httpStatusCode : undefined;
}

function answer(statusCode: number, text: string, durationMs: number): SendOutcome {
  return {
    kind: 'answer',
    statusCode,
    headers: {},
    head: Buffer.from(text),
    isCut: false,
    durationMs,
    ttfbMs: durationMs,
  };
}
