// Answers questions about prices and opening hours, and steps aside when somebody wants a person.
//
//   WHARF_API=… WHARF_KEY=wharf_sk_… WHARF_WEBHOOK_SECRET=whsec_… PORT=4000 node sales-assistant.mjs

import { readFileSync } from 'node:fs';
import { startReceiver } from './receive-webhooks.mjs';
import { call } from './wharf.mjs';

const catalogue = JSON.parse(
  readFileSync(process.env.WHARF_CATALOGUE ?? new URL('../catalogue.json', import.meta.url)),
);

// region answer
const words = {
  person: ['human', 'person', 'agent', 'operator'],
  hours: ['hours', 'open', 'opening', 'close', 'closed', 'when'],
  price: ['price', 'prices', 'cost', 'costs', 'much'],
};

/** What to say to a text: `{ topic, text }`. */
function answerTo(message) {
  const said = new Set(message.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const names = (list) => list.some((word) => said.has(word));
  const priceOf = ({ name, price }) => `${name}: ${price}`;
  if (names(words.person)) return { topic: 'person', text: 'Of course. Somebody of our team will write to you here.' };
  if (names(words.hours)) return { topic: 'hours', text: catalogue.hours };
  const asked = catalogue.products.filter((product) => names(product.keywords));
  if (asked.length > 0) return { topic: 'price', text: asked.map(priceOf).join('\n') };
  if (names(words.price)) return { topic: 'price', text: catalogue.products.map(priceOf).join('\n') };
  return { topic: 'help', text: `This is ${catalogue.shop}. Ask for "price", "hours" or "human".` };
}
// endregion answer

// region quiet
const hourMs = 3_600_000;
/** Chats in which the assistant keeps quiet, and until when. */
const quietUntil = { person: new Map(), help: new Map() };

function isQuiet(kind, chatId) {
  return (quietUntil[kind].get(chatId) ?? 0) > Date.now();
}

function keepQuiet(kind, chatId, hours) {
  for (const [id, until] of quietUntil[kind]) if (until < Date.now()) quietUntil[kind].delete(id);
  quietUntil[kind].set(chatId, Date.now() + hours * hourMs);
}
// endregion quiet

// region reply
async function reply({ id, type, sessionId, data }) {
  if (type !== 'message.received' || data.type !== 'text') return;
  const chatId = data.chat.id;
  const isPrivate = chatId.endsWith('@s.whatsapp.net') || chatId.endsWith('@lid');
  if (!isPrivate || isQuiet('person', chatId)) return;
  const { topic, text } = answerTo(data.text);
  // Two assistants that help each other would never end.
  if (topic === 'help' && isQuiet('help', chatId)) return;
  // Named after the event: an event that is handled again sends nothing again.
  await call('POST', `/sessions/${sessionId}/messages`, { body: { to: chatId, text }, idempotencyKey: `reply-${id}` });
  if (topic === 'person') keepQuiet('person', chatId, 4);
  if (topic === 'help') keepQuiet('help', chatId, 24);
  console.log(`answered ${topic} to ${data.messageId}`);
}
// endregion reply

startReceiver(reply);
