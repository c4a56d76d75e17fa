/** WhatsApp's own limit for texts and captions. An altered client may send what no queue and no table row takes. */
export const textCharactersMax = 65_536;
/** Names, titles, addresses, answers: far above what a client lets anybody type. */
export const nameCharactersMax = 1_024;
/** What browsers and servers take as a rule. */
export const urlCharactersMax = 2_048;

/**
 * The first `charactersMax` characters of a text, without half of a surrogate pair at its end; `undefined` for what is no text or empty.
 *
 * @example cutText('hello', 3) // 'hel'
 */
export function cutText(
  text: string | null | undefined,
  charactersMax: number = textCharactersMax,
): string | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const cut = text.slice(0, charactersMax);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
