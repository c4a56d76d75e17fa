import { setTimeout as sleep } from 'node:timers/promises';
import { requireEnvironment } from './environment.mjs';

// WHARF_API ends in /api/v1. WHARF_KEY is the master key, or the key of one session.
const api = requireEnvironment('WHARF_API');
const key = requireEnvironment('WHARF_KEY');

const triesMax = 5;
/** A limit that lasts longer than this is a matter for the caller, not for a loop. */
const waitSecondsMax = 30;

/** An answer that is no success. `code` is stable, and a bug report needs `requestId`. */
export class WharfError extends Error {
  constructor(problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail} (${problem.requestId})`);
    this.problem = problem;
    this.code = problem.code;
  }
}

// region call
/**
 * Calls the API and returns `data` of the answer. What may be repeated is repeated: reads, and requests with an Idempotency-Key.
 */
export async function call(method, path, { body, idempotencyKey } = {}) {
  const repeatable = method === 'GET' || idempotencyKey !== undefined;
  for (let tries = 1; ; tries += 1) {
    const answer = await request(method, path, body, idempotencyKey);
    if (answer.data !== undefined) return answer.data;
    const waitSeconds = answer.retryAfterSeconds ?? 2 ** (tries - 1);
    if (!repeatable || !answer.passes || tries === triesMax || waitSeconds > waitSecondsMax) throw answer.error;
    await sleep(waitSeconds * 1000);
  }
}
// endregion call

async function request(method, path, body, idempotencyKey) {
  const headers = { 'x-api-key': key };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  let response;
  let answer;
  try {
    response = await fetch(api + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(35_000),
    });
    answer = await response.json();
  } catch (error) {
    return { error, passes: true };
  }
  if (response.ok) return { data: answer.data };
  const retryAfter = response.headers.get('retry-after');
  return {
    error: new WharfError(answer),
    passes: response.status === 429 || response.status >= 500 || answer.code === 'IDEMPOTENCY_IN_PROGRESS',
    retryAfterSeconds: retryAfter === null ? undefined : Number(retryAfter),
  };
}
