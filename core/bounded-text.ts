/**
 * Text from outside, made fit to be stored and shown: without control characters, and cut to a number of characters.
 *
 * @example boundedText('curl/8.5\n', 256) // 'curl/8.5'
 */
export function boundedText(text: string, lengthMax: number): string {
  // A cut between the halves of a surrogate pair would leave half a character.
  return [...text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()].slice(0, lengthMax).join('');
}
