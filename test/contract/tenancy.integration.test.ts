import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../core/http/api-routes.ts';
import { type Answer, expectProblem } from '../lambdas/api/support/test-api.ts';
import {
  ContractWorld,
  fillPath,
  type Ids,
  unknownIds,
  type WalkedOperation,
  walked,
} from './support/contract-world.ts';
import { exampleBody } from './support/example-body.ts';
import { withNeededQuery } from './support/needed-query.ts';

const withId = walked.filter(({ variables }) => variables.length > 0);

/** What differs between two answers although they say the same. */
const blank = (answer: Answer) => ({ ...answer.body, requestId: '', instance: '' });

/** Names of things that belong to an account. Chats, people and groups are named by addresses, and everybody may write to each. */
const addresses = new Set(['chatId', 'contactId', 'groupId']);
const owned = (variables: readonly string[]) => variables.filter((name) => !addresses.has(name));

describe('every operation that takes an id', () => {
  let world: ContractWorld;
  let foreign: Ids;
  const compared = new Set<string>();

  beforeAll(async () => {
    world = await ContractWorld.start();
    foreign = await world.newIds();
  });
  afterAll(() => world?.stop());

  /** As the stranger calls it, with everything right but the ids. */
  const callAs = (one: WalkedOperation, ids: Readonly<Record<string, string>>) => {
    const { operation } = one;
    const credential =
      operation.access === 'admin' ? { token: world.stranger.token } : world.credential(operation, world.stranger);
    return world.call(one, withNeededQuery(one, fillPath(operation.path, ids)), { ...credential, ...exampleBody(one) });
  };

  it.each(withId)('$name answers a foreign id exactly as one that does not exist', async (one) => {
    // Should a deletion work that must not, the others must still find something to leak.
    const own = await callAs(one, one.operation.method === 'DELETE' ? await world.newIds() : foreign);
    const unknown = await callAs(one, unknownIds);
    const never = Object.fromEntries(owned(one.variables).map((name) => [name, 'no/../%00id']));
    const impossible = await callAs(one, { ...unknownIds, ...never });
    if (one.operation.access === 'admin') expectProblem(own, 403, 'ADMIN_REQUIRED');
    else expectProblem(own, 404, 'NOT_FOUND');
    expect(blank(unknown)).toEqual(blank(own));
    expect(blank(impossible)).toEqual(blank(own));
    compared.add(one.name);
  });

  it.each(withId.filter(({ variables }) => variables.includes('sessionId') && owned(variables).length > 1))(
    '$name does not reach past a session of the caller into one of another account',
    async (one) => {
      const mine = await world.newIds(world.stranger);
      expectProblem(await callAs(one, { ...foreign, sessionId: mine.sessionId as string }), 404, 'NOT_FOUND');
    },
  );

  it.each(withId.filter(({ operation }) => operation.access === 'admin'))(
    '$name tells an administrator that an id does not exist',
    async (one) => {
      const options = { token: world.administratorToken, ...exampleBody(one) };
      expectProblem(await world.call(one, fillPath(one.operation.path, unknownIds), options), 404, 'NOT_FOUND');
    },
  );

  it('was compared: 100 % of the routes with an id', () => {
    const routes = apiRoutes.filter(({ path }) => path.includes('{')).map(({ method, path }) => `${method} ${path}`);
    expect([...compared].sort()).toEqual(routes.sort());
  });
});
