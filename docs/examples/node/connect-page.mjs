// The SaaS's own "Connect WhatsApp" page: the browser talks to this server, and only this server knows the key.
//
//   WHARF_API=… WHARF_KEY=wharf_ak_… WHARF_WEBHOOK_URL=… PORT=5000 node connect-page.mjs

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { requireEnvironment } from './environment.mjs';
import { call } from './wharf.mjs';

const page = readFileSync(new URL('../connect-page.html', import.meta.url));
const webhookUrl = requireEnvironment('WHARF_WEBHOOK_URL');
/** Stands for the SaaS's database: sessionId, key and secret by customer. */
const sessions = new Map();

// region routes
const routes = {
  'POST /connect': async (customer) => {
    if (!sessions.has(customer.id)) sessions.set(customer.id, createSession(customer));
    await sessions.get(customer.id);
    return {};
  },
  'GET /connect/state': async (customer) => {
    const { sessionId } = await sessions.get(customer.id);
    const { reason, qrCode, expiresAt } = await call('GET', `/sessions/${sessionId}/qr?wait=20`);
    return { reason, qrCode, expiresAt };
  },
  'POST /connect/again': async (customer) => {
    const { sessionId } = await sessions.get(customer.id);
    await call('POST', `/sessions/${sessionId}/restart`);
    return {};
  },
  'POST /connect/pairing-code': async (customer, { phone }) => {
    const { sessionId } = await sessions.get(customer.id);
    const { code, expiresAt } = await call('POST', `/sessions/${sessionId}/pairing-code`, { body: { phone } });
    return { code, expiresAt };
  },
};
// endregion routes

async function createSession({ id, name }) {
  try {
    return await call('POST', '/sessions', {
      idempotencyKey: randomUUID(),
      body: { name, metadata: { customer: id }, webhook: { url: webhookUrl, events: ['message.*', 'status.change'] } },
    });
  } catch (error) {
    sessions.delete(id);
    throw error;
  }
}

/** A real SaaS takes the customer from its own login, never from what the browser writes. */
function loggedInCustomer() {
  return { id: 'customer-4711', name: 'Client ABC' };
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  const route = routes[`${request.method} ${request.url}`];
  try {
    const answer = route && (await route(loggedInCustomer(), await readJson(request)));
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(answer ?? {}));
  } catch (error) {
    console.error(error.message);
    response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ code: error.code ?? null }));
  }
});

async function readJson(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw new Error('The body is too large.');
  }
  return JSON.parse(text || '{}');
}

server.listen(Number(process.env.PORT ?? 5000), '127.0.0.1', () =>
  console.log(`listening on ${server.address().port}`),
);
