import type { EngineConnection, SendOutcome } from '../../../connector/engine/port.ts';

/** Composes and sends a text over a connection of the engine. */
export async function sendText(
  connection: EngineConnection | undefined,
  message: { readonly chatId: string; readonly messageId: string; readonly text: string },
): Promise<SendOutcome | undefined> {
  const { chatId, messageId, text } = message;
  const composed = await connection?.compose({ chatId, messageId, content: { type: 'text', text } });
  if (composed?.kind !== 'composed') throw new Error('A text was not composed.');
  return connection?.send({ chatId, messageId, protocol: composed.protocol });
}
