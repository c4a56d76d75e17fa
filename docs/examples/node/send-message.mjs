// Sends a text and waits until WhatsApp has taken it.
//
//   WHARF_API=… WHARF_KEY=wharf_sk_… WHARF_SESSION=ses_… node send-message.mjs +4915112345678 'Your order is ready' order-4711-ready

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireEnvironment } from './environment.mjs';
import { call } from './wharf.mjs';

const session = requireEnvironment('WHARF_SESSION');
// The third argument names the cause of the message, one name for one message of the account. Running this again sends nothing twice.
const [to, text, idempotencyKey = randomUUID()] = process.argv.slice(2);
if (!to || !text) {
  console.error('Usage: node send-message.mjs TO TEXT [IDEMPOTENCY_KEY]');
  process.exit(2);
}

// region send
const { messageId } = await call('POST', `/sessions/${session}/messages`, {
  body: { to, text },
  idempotencyKey,
});
// endregion send
console.log(messageId);

for (let tries = 0; tries < 60; tries += 1) {
  const { status, failureReason } = await call('GET', `/sessions/${session}/messages/${messageId}`);
  if (status === 'failed') throw new Error(`The message was not sent: ${failureReason}`);
  if (status !== 'queued' && status !== 'sending') {
    console.log(status);
    process.exit(0);
  }
  await sleep(500);
}
console.log('It is still queued; the webhook will tell.');
