import { afterEach, describe, expect, it } from 'vitest';
import { type ApiServer, openApiServer } from '../../../local/http-api/api-server.ts';

describe('the API port', () => {
  let server: ApiServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('answers 503 until it serves, then with what the answerer says', async () => {
    server = await openApiServer(0);
    expect((await fetch(server.endpoint)).status).toBe(503);
    server.serve(async (request) => ({
      status: 201,
      headers: { 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/plain' },
      body: Buffer.from(`${request.method} ${request.url} ${request.body}`),
    }));
    const response = await fetch(`${server.endpoint}/x?y=1`, { method: 'POST', body: 'hello' });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('POST /x?y=1 hello');
  });

  it('refuses a body beyond 10 MB', async () => {
    server = await openApiServer(0);
    server.serve(async () => ({ status: 200, headers: {}, body: Buffer.alloc(0) }));
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect((await fetch(server.endpoint, { method: 'POST', body })).status).toBe(413);
    expect((await fetch(server.endpoint, { method: 'POST', body: body.subarray(1) })).status).toBe(200);
  });

  it('names port and flag when the port is taken', async () => {
    server = await openApiServer(0);
    const { port } = new URL(server.endpoint);
    await expect(openApiServer(Number(port))).rejects.toThrow(
      `Port ${port} of the API is in use; choose another one with --port.`,
    );
  });
});
