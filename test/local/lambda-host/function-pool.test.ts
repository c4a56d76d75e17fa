import { afterEach, describe, expect, it } from 'vitest';
import { FunctionError } from '../../../local/lambda-host/execution-environment.ts';
import { FunctionPool } from '../../../local/lambda-host/function-pool.ts';
import type { FunctionSpec } from '../../../local/lambda-host/function-spec.ts';
import { type TemporaryFunction, temporaryFunction } from '../fixtures/function-folder.ts';
import { waitUntil } from '../fixtures/wait-until.ts';

const made: { pool: FunctionPool; fn: TemporaryFunction }[] = [];

function poolOf(source: string, more: Partial<FunctionSpec> = {}, idleMs = 60_000, processorLoad = () => 0) {
  const fn = temporaryFunction(source, more);
  const output: string[] = [];
  const pool = new FunctionPool({
    spec: fn.spec,
    idleMs,
    processorLoad,
    environment: () => ({ AWS_REGION: 'us-east-1', ...fn.spec.environment }),
    onOutput: (line) => output.push(line),
    onError: () => undefined,
  });
  made.push({ pool, fn });
  return { pool, output };
}

async function errorOf(invocation: Promise<unknown>) {
  const error = await invocation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FunctionError);
  return (error as FunctionError).payload;
}

afterEach(async () => {
  for (const { pool, fn } of made.splice(0)) {
    await pool.stop();
    fn.remove();
  }
});

describe('an invocation', () => {
  it('gets event, context and environment, and nothing of the runner', async () => {
    process.env.RUNNER_SECRET = 'not for functions';
    const { pool } = poolOf(
      `export const handler = async (event, context) => ({
        event,
        name: context.functionName,
        request: context.awsRequestId,
        remaining: context.getRemainingTimeInMillis() <= 5000 && context.getRemainingTimeInMillis() > 0,
        environment: process.env,
      });`,
      { environment: { STAGE: 'test' } },
    );
    expect(await pool.invoke({ a: 1 }, 'req-1')).toEqual({
      event: { a: 1 },
      name: 'fn',
      request: 'req-1',
      remaining: true,
      environment: { AWS_REGION: 'us-east-1', STAGE: 'test' },
    });
    delete process.env.RUNNER_SECRET;
  });

  it('reuses a warm environment, as module state shows', async () => {
    const { pool } = poolOf('let count = 0; export const handler = async () => ++count;');
    expect([await pool.invoke({}), await pool.invoke({}), await pool.invoke({})]).toEqual([1, 2, 3]);
    expect(pool.invocations).toBe(3);
  });

  it('keeps changes of the environment to itself', async () => {
    const source =
      "export const handler = async () => { const seen = process.env.X; process.env.X = 'changed'; return seen; };";
    const first = poolOf(source, { environment: { X: 'first' } }).pool;
    const second = poolOf(source, { environment: { X: 'second' } }).pool;
    expect([await first.invoke({}), await second.invoke({}), await first.invoke({})]).toEqual([
      'first',
      'second',
      'changed',
    ]);
    expect(process.env.X).toBeUndefined();
  });

  it('runs alone in its environment; more at a time get more environments', async () => {
    const { pool } = poolOf(`
      let running = 0;
      export const handler = async () => {
        running += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        const seen = running;
        running -= 1;
        return seen;
      };`);
    expect(await Promise.all(Array.from({ length: 12 }, () => pool.invoke({})))).toEqual(Array(12).fill(1));
  });

  it('does not block others behind long ones', async () => {
    const { pool } = poolOf(
      'export const handler = async ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));',
    );
    const long = Array.from({ length: 6 }, () => pool.invoke({ ms: 2_000 }));
    const first = await Promise.race([pool.invoke({ ms: 0 }), ...long]);
    expect(first).toBe(0);
    await Promise.all(long);
  });

  it('starts no more for slow ones while the processors are busy', async () => {
    const source = `
      const environment = Math.random();
      export const handler = async ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(environment), ms));`;
    const { pool } = poolOf(source, {}, 60_000, () => 1);
    const slow = Array.from({ length: 8 }, () => pool.invoke({ ms: 1_500 }));
    expect(new Set(await Promise.all(slow)).size).toBe(4);
  });

  it('leaves its prints as lines with their stream', async () => {
    const { pool, output } = poolOf(
      "export const handler = async () => { console.log('one\\ntwo'); console.error('three'); };",
    );
    await pool.invoke({});
    await waitUntil('the output', () => output.length === 3);
    expect(output.toSorted()).toEqual(['one', 'three', 'two']);
  });

  it('also finds a CommonJS-shaped default export', async () => {
    const { pool } = poolOf('export default { handler: async () => 7 };');
    expect(await pool.invoke({})).toBe(7);
  });
});

describe('what goes wrong in a function', () => {
  it('a thrown error has its name and message, and the environment lives on', async () => {
    const { pool } = poolOf(`
      let count = 0;
      export const handler = async () => { count += 1; if (count === 1) throw new TypeError('boom'); return count; };`);
    expect(await errorOf(pool.invoke({}))).toMatchObject({ errorType: 'TypeError', errorMessage: 'boom' });
    expect(await pool.invoke({})).toBe(2);
    expect(pool.errors).toBe(1);
  });

  it('a busy loop is ended at the timeout, and the next invocation starts anew', async () => {
    const { pool } = poolOf('export const handler = async ({ loop }) => { while (loop); return 1; };', {
      timeoutSeconds: 0.5,
    });
    const error = await errorOf(pool.invoke({ loop: true }, 'req-9'));
    expect(error).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: req-9 Error: Task timed out after 0.50 seconds',
    });
    expect(await pool.invoke({})).toBe(1);
  });

  it.each<[string, string, RegExp]>([
    ['process.exit', 'process.exit(3)', /Runtime.ExitError: Runtime exited with status 3/],
    [
      'an uncaught error',
      "setTimeout(() => { throw new Error('late'); }); await new Promise(() => undefined)",
      /UnhandledError: late/,
    ],
    [
      'memory without end',
      'const all = []; for (;;) all.push(new Array(100_000).fill(Math.random()))',
      /Runtime.OutOfMemory/,
    ],
  ])('%s costs one invocation, not the runner', async (_, statement, message) => {
    const { pool } = poolOf(`export const handler = async ({ bad }) => { if (bad) { ${statement} } return 1; };`);
    const error = await errorOf(pool.invoke({ bad: true }));
    expect(`${error.errorType}: ${error.errorMessage}`).toMatch(message);
    expect(await pool.invoke({})).toBe(1);
  });

  it.each<[string, string, RegExp]>([
    ['a bundle that throws', "throw new Error('no config');", /no config/],
    ['a missing handler', 'export const other = 1;', /index.handler is not a function/],
  ])('%s fails each invocation', async (_, source, message) => {
    const { pool } = poolOf(source);
    expect((await errorOf(pool.invoke({}))).errorMessage).toMatch(message);
    expect((await errorOf(pool.invoke({}))).errorMessage).toMatch(message);
  });

  it('too large an answer or event is refused', async () => {
    const { pool } = poolOf("export const handler = async ({ size }) => 'x'.repeat(size ?? 0);");
    expect((await errorOf(pool.invoke({ size: 7_000_000 }))).errorType).toBe('Function.ResponseSizeTooLarge');
    await expect(pool.invoke({ text: 'x'.repeat(7_000_000) })).rejects.toThrow(/larger than/);
  });
});

it('throttles at once beyond a reserved concurrency', async () => {
  const { pool } = poolOf('export const handler = async () => new Promise((resolve) => setTimeout(resolve, 50));', {
    reservedConcurrency: 1,
  });
  const first = pool.invoke({});
  await expect(pool.invoke({})).rejects.toThrow('Rate Exceeded');
  await first;
});

it('ends environments that nobody uses', async () => {
  const { pool } = poolOf('let count = 0; export const handler = async () => ++count;', {}, 20);
  expect(await pool.invoke({})).toBe(1);
  await waitUntil('a new environment', async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    return (await pool.invoke({})) === 1;
  });
});
