import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzSeed } from '../support/fuzz-seed.ts';
import { arbitraryRequest, type FuzzRequest } from './support/arbitrary-request.ts';
import { checkAnswer } from './support/check-answer.ts';
import { ContractWorld, fillPath, type WalkedOperation, walked } from './support/contract-world.ts';

/** More by `FUZZ_RUNS=1000`. */
const runs = Number(process.env.FUZZ_RUNS ?? 40);

const seed = fuzzSeed();

describe('requests made from the document', () => {
  let world: ContractWorld;
  const statuses = new Map<string, Set<number>>();
  let sent = 0;

  beforeAll(async () => {
    console.info(`FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);
    world = await ContractWorld.start();
  });
  afterAll(() => world?.stop());

  const send = (one: WalkedOperation, request: FuzzRequest, credential: object) => {
    const path = fillPath(one.operation.path, request.pathValues);
    return world.call(one, request.query === '' ? path : `${path}?${request.query}`, {
      ...credential,
      // Wrong logins slow an address down, and the accounts of this test log in from the usual one.
      address: `198.51.100.${sent++ % 256}`,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  };

  it.each(walked)('$name answers only what is documented', async (one) => {
    // An account of its own: what one operation breaks (a password, a login) is of no concern to the next.
    const account = await world.api.newAccount();
    const ids = await world.newIds(account);
    const seen = new Set<number>();
    statuses.set(one.name, seen);
    await fc.assert(
      fc.asyncProperty(arbitraryRequest(one, ids), async (request) => {
        const answer = await send(one, request, world.credential(one.operation, account));
        seen.add(answer.status);
        expect(checkAnswer(one, answer)).toEqual([]);
      }),
      { numRuns: runs, seed },
    );
  });

  it('reached every operation, and got past the check of the form in nearly all', () => {
    expect([...statuses.keys()].sort()).toEqual(walked.map(({ name }) => name).sort());
    const onlyRefused = [...statuses].filter(([, seen]) =>
      [...seen].every((status) => status === 422 || status === 400),
    );
    expect(onlyRefused.map(([name]) => name)).toEqual([]);
  });
});
