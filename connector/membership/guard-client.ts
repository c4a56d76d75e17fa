type Handler = (request: never) => Promise<unknown>;

/** An AWS client, as far as its requests can be stopped. */
export interface GuardableClient {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the stack of each client has types of its own commands
    add(middleware: any, options: any): void;
  };
}

/**
 * Makes every request of a client ask first, also each retry: what was decided before the process slept must not reach a table or a
 * queue afterwards. A read counts too, since nothing that follows from it may be done any more.
 *
 * @example guardClient(clients.sqs, () => membership.isFenced())
 */
export function guardClient(client: GuardableClient, isFenced: () => boolean): void {
  const guard =
    (next: Handler): Handler =>
    async (request) => {
      if (isFenced()) throw new FencedError();
      return next(request);
    };
  client.middlewareStack.add(guard, { step: 'finalizeRequest', priority: 'low', name: 'fence' });
}

/** This process may not cause effects any more. */
export class FencedError extends Error {
  constructor() {
    super('The ownership of this process may have ended.');
    this.name = 'FencedError';
  }
}
