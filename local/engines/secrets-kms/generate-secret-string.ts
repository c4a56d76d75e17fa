import { randomInt } from 'node:crypto';

/** CloudFormation's `GenerateSecretString`. */
export interface GenerateSecretString {
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
  readonly PasswordLength?: number;
  /** With a template: the member of its JSON object that gets the password. */
  readonly GenerateStringKey?: string;
  readonly SecretStringTemplate?: string;
}

const defaultLength = 32;
const lengthMax = 4_096;

/**
 * A random secret by CloudFormation's rules: the password itself, or the template's JSON object with the password in it.
 *
 * @example generateSecretString({ PasswordLength: 64, ExcludePunctuation: true }) // 64 letters and digits
 */
export function generateSecretString(rules: GenerateSecretString): string {
  const password = generatePassword(rules);
  if (rules.SecretStringTemplate === undefined || rules.GenerateStringKey === undefined) return password;
  const template = JSON.parse(rules.SecretStringTemplate) as Record<string, unknown>;
  return JSON.stringify({ ...template, [rules.GenerateStringKey]: password });
}

function generatePassword(rules: GenerateSecretString): string {
  const length = Number(rules.PasswordLength ?? defaultLength);
  const kinds = characterKinds(rules);
  if (!Number.isInteger(length) || length < Math.max(1, kinds.length) || length > lengthMax) {
    throw new Error(`A secret of ${rules.PasswordLength} characters cannot be generated.`);
  }
  if (kinds.length === 0) throw new Error('The rules for a generated secret exclude all characters.');
  const all = kinds.join('');
  const required = rules.RequireEachIncludedType === false ? [] : kinds.map(pick);
  const characters = [...required, ...Array.from({ length: length - required.length }, () => pick(all))];
  return shuffle(characters).join('');
}

function characterKinds(rules: GenerateSecretString): string[] {
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const kinds = [
    rules.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    rules.IncludeSpace ? ' ' : '',
  ];
  const allowed = kinds.map((kind) => [...kind].filter((character) => !excluded.has(character)).join(''));
  return allowed.filter((kind) => kind !== '');
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] as string;
}

/** Fisher and Yates, so that the required characters do not stand in front. */
function shuffle(characters: string[]): string[] {
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] as string, characters[index] as string];
  }
  return characters;
}
