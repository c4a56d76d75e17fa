/**
 * Phone numbers as people write them. The full table of numbering plans is a third of an API function's bundle and would still not know who is on
 * WhatsApp, so this reads only what E.164 fixes; a test holds it against libphonenumber for every country.
 */

/** What may stand between digits: blanks of any width, hyphens, dots, slashes, brackets. */
const separators = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\-\u2010-\u2015\u2212./()[\]]/gu;
/** German, British and other writers keep the trunk zero in brackets although it is not dialled from abroad. */
const trunkZero = /\(0\)/g;
/** E.164: a country code that does not begin with zero, fifteen digits in all. The shortest in use have seven. */
const digitsPattern = /^[1-9]\d{6,14}$/;

/**
 * The digits of a number that is written with its country code, with or without `+` or `00` before it, or undefined.
 *
 * @example parsePhone('+49 (0)151 234-5678') // '491512345678'
 */
export function parsePhone(text: string): string | undefined {
  const written = text.replace(trunkZero, '').replace(separators, '').replace('\uff0b', '+');
  const digits = written.replace(/^(?:\+|00)/, '');
  return digitsPattern.test(digits) ? digits : undefined;
}
