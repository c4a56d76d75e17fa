/** Noncharacters that JSON leaves as they are and SQS refuses: a message that held one would never leave, and its session with it. */
const refusedBySqs = /[\ufffe\uffff]/g;

/**
 * JSON that SQS takes, whatever a stranger wrote in a text of it; parsing it gives the very same text back.
 *
 * @example queueBody({ text: '\uffff' }) // '{"text":"\\uffff"}'
 */
export function queueBody(value: object): string {
  return JSON.stringify(value).replace(refusedBySqs, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
