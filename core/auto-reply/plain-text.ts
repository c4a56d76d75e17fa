/**
 * A text as triggers compare it: small letters, no accents, single blanks.
 *
 * @example plainText('  Öffnungs­zeiten? ') // 'offnungszeiten?'
 */
export function plainText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\p{M}\u00ad\u200b-\u200f]/gu, '')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Whether words stand in a plain text on their own, not as a part of longer words. */
export function holdsWords(text: string, words: string): boolean {
  if (words === '') return false;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (!isWordCharacter(text, at - 1) && !isWordCharacter(text, at + words.length)) return true;
  }
  return false;
}

function isWordCharacter(text: string, at: number): boolean {
  const character = text[at];
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}
