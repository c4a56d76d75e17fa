import type { CallFailure } from '../../core/calls/call.ts';

/** What became of a question to WhatsApp; `result` is as `CallResults` of the core says for the kind of call. */
export type CallOutcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: CallFailure };
