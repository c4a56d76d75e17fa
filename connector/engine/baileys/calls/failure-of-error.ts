import type { CallFailure } from '../../../../core/calls/call.ts';

/** A failure that Wharf itself knows the name of. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
  readonly failure: CallFailure;

  constructor(failure: CallFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** WhatsApp's codes, which are those of HTTP. */
const failures: Readonly<Record<number, CallFailure>> = {
  400: 'invalid',
  401: 'not_allowed',
  403: 'not_allowed',
  404: 'not_found',
  406: 'invalid',
  408: 'timed_out',
  409: 'invalid',
  410: 'not_found',
  428: 'not_connected',
  429: 'rate_limited',
  500: 'refused',
  503: 'refused',
};

/**
 * The name of what Baileys threw: WhatsApp's own code stands in `data`, or in the status of an error of its own making.
 *
 * @example failureOfError(new Boom('item-not-found', { data: 404 })) // 'not_found'
 */
export function failureOfError(error: unknown): CallFailure {
  if (error instanceof CallFailedError) return error.failure;
  const { data, output } = (error ?? {}) as { data?: unknown; output?: { statusCode?: number } };
  const code = typeof data === 'number' ? data : codeIn(data);
  return failures[code ?? output?.statusCode ?? 0] ?? 'refused';
}

function codeIn(data: unknown): number | undefined {
  const code = Number((data as { attrs?: { code?: string } } | null | undefined)?.attrs?.code);
  return Number.isSafeInteger(code) ? code : undefined;
}
