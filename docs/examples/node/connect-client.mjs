// Creates a session for one client and waits until the client has scanned the QR code.
//
//   WHARF_API=https://…/api/v1 WHARF_KEY=wharf_ak_… WHARF_WEBHOOK_URL=https://saas.example/webhooks/wharf \
//     node connect-client.mjs customer-4711 'Client ABC'

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireEnvironment } from './environment.mjs';
import { call } from './wharf.mjs';

const [customerId = 'customer-4711', name = 'Client ABC'] = process.argv.slice(2);
const qrFile = process.env.WHARF_QR_FILE ?? 'qr.png';

// region create
const created = await call('POST', '/sessions', {
  // One for each click. If the answer is lost, the repeat gets the same session, and not a second one.
  idempotencyKey: randomUUID(),
  body: {
    name,
    metadata: { customer: customerId },
    webhook: {
      url: requireEnvironment('WHARF_WEBHOOK_URL'),
      events: ['message.received', 'message.sent', 'message.status', 'status.change'],
    },
  },
});
// endregion create
// Key and secret are shown this once. A real program stores them encrypted instead of printing them.
console.log(JSON.stringify(created));

// region wait
const stillMoving = ['starting', 'connecting', 'reconnecting'];
let shown;
for (;;) {
  const { reason, qrCode, expiresAt } = await call('GET', `/sessions/${created.sessionId}/qr?wait=20`);
  if (reason === 'connected') break;
  if (reason !== null && !stillMoving.includes(reason)) {
    throw new Error(`No code will come by itself: ${reason}. POST /sessions/${created.sessionId}/restart begins anew.`);
  }
  if (qrCode !== null && qrCode !== shown) {
    shown = qrCode;
    await writeFile(qrFile, Buffer.from(qrCode.split(',')[1], 'base64'));
    console.log(`Scan ${qrFile} before ${expiresAt}.`);
  }
  await sleep(2_000);
}
// endregion wait
console.log(`Session ${created.sessionId} is connected.`);
