// Receives webhooks: checks the signature, keeps the body once, answers, and only then does the work.
//
//   WHARF_WEBHOOK_SECRET=whsec_… PORT=4000 node receive-webhooks.mjs

import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { requireEnvironment } from './environment.mjs';
import { Inbox } from './inbox.mjs';
import { isGenuineWebhook } from './verify-webhook.mjs';

/** Wharf's bodies end at 200,000 bytes. */
const bodyBytesMax = 1_000_000;

/** Starts the server. `handle(event)` gets each event once; one that throws is tried again with the next event and at the next start. */
export function startReceiver(handle) {
  const secret = requireEnvironment('WHARF_WEBHOOK_SECRET');
  const inbox = new Inbox(process.env.WHARF_INBOX ?? 'inbox');
  let work = Promise.resolve();
  const handleAll = () => {
    work = work.then(() => handleUnhandled(inbox, handle));
  };
  const server = createServer(async (request, response) => {
    try {
      const { status, stored } = await receive(request, secret, inbox);
      response.writeHead(status).end();
      if (stored) handleAll();
    } catch (error) {
      console.error('a webhook could not be kept:', error.message);
      response.writeHead(500).end();
    }
  });
  server.listen(Number(process.env.PORT ?? 4000), process.env.HOST ?? '127.0.0.1', () => {
    console.log(`listening on ${server.address().port}`);
  });
  handleAll();
}

// region receive
async function receive(request, secret, inbox) {
  if (request.method !== 'POST') return { status: 405 };
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return { status: 413 };
    chunks.push(chunk);
  }
  const rawBody = Buffer.concat(chunks);
  if (!isGenuineWebhook(secret, request.headers, rawBody)) return { status: 401 };
  // A repeat is a success too: anything else would bring it again.
  return { status: 204, stored: inbox.store(request.headers['webhook-id'], rawBody) };
}
// endregion receive

async function handleUnhandled(inbox, handle) {
  for (const event of inbox.unhandled()) {
    try {
      await handle(event);
      inbox.markHandled(event.id);
    } catch (error) {
      console.error(`${event.id} was not handled:`, error.message);
    }
  }
}

/** What a SaaS would do: find its own customer by `metadata`, then act by type. */
function printEvent({ type, sequence, sessionId, metadata, data }) {
  const customer = metadata.customer ?? 'unknown customer';
  console.log(`handled ${type} ${sequence} of ${sessionId} (${customer}) ${data.messageId ?? data.status ?? ''}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) startReceiver(printEvent);
