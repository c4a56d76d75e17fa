import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Passwords as PHC strings. Argon2id with 19 MiB, two passes and one lane where Node has it (its OpenSSL must be 3.2 or newer), else
 * scrypt with N = 2^14, r = 8, p = 5: equal choices of OWASP's password storage cheat sheet.
 */
type Parameters =
  | { readonly algorithm: 'argon2id'; readonly memoryKib: number; readonly passes: number; readonly lanes: number }
  | { readonly algorithm: 'scrypt'; readonly costLog2: number; readonly blockSize: number; readonly lanes: number };

interface ParsedHash {
  readonly parameters: Parameters;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

const saltBytes = 16;
const digestBytes = 32;
const argon2Async = argon2 === undefined ? undefined : promisify(argon2);
const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);

const current: Parameters =
  argon2Async === undefined
    ? { algorithm: 'scrypt', costLog2: 14, blockSize: 8, lanes: 5 }
    : { algorithm: 'argon2id', memoryKib: 19_456, passes: 2, lanes: 1 };

/** A hash that no password has: verifying against it costs what any verification costs. */
export const unmatchableHash = format({
  parameters: current,
  salt: Buffer.alloc(saltBytes),
  digest: Buffer.alloc(digestBytes),
});

/**
 * Hashes a password exactly as typed.
 *
 * @example await hashPassword('correct horse') // '$argon2id$v=19$m=19456,t=2,p=1$…$…'
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return format({ parameters: current, salt, digest: await derive(password, salt, current) });
}

/** Whether a password is the one behind a hash. Throws when the stored text is not a hash of ours. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parse(hash);
  const digest = await derive(password, parsed.salt, parsed.parameters);
  return digest.length === parsed.digest.length && timingSafeEqual(digest, parsed.digest);
}

/** Whether a hash was made with other than today's parameters, and should be made anew at the next login. */
export function needsRehash(hash: string): boolean {
  return parameterText(parse(hash).parameters) !== parameterText(current);
}

async function derive(password: string, salt: Buffer, parameters: Parameters): Promise<Buffer> {
  if (parameters.algorithm === 'scrypt') {
    const options = { N: 2 ** parameters.costLog2, r: parameters.blockSize, p: parameters.lanes };
    return scryptAsync(password, salt, digestBytes, options);
  }
  if (argon2Async === undefined) throw new Error('A password hash needs Argon2, which this Node does not have.');
  return argon2Async('argon2id', {
    message: password,
    nonce: salt,
    memory: parameters.memoryKib,
    passes: parameters.passes,
    parallelism: parameters.lanes,
    tagLength: digestBytes,
  });
}

function parameterText(parameters: Parameters): string {
  return parameters.algorithm === 'argon2id'
    ? `argon2id$v=19$m=${parameters.memoryKib},t=${parameters.passes},p=${parameters.lanes}`
    : `scrypt$ln=${parameters.costLog2},r=${parameters.blockSize},p=${parameters.lanes}`;
}

function format({ parameters, salt, digest }: ParsedHash): string {
  return `$${parameterText(parameters)}$${unpadded(salt)}$${unpadded(digest)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

const hashPattern =
  /^\$(?:argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)|scrypt\$ln=(\d+),r=(\d+),p=(\d+))\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(hash: string): ParsedHash {
  const match = hashPattern.exec(hash);
  if (match === null) throw new Error('A stored password hash has an unknown form.');
  const [, memoryKib, passes, argonLanes, costLog2, blockSize, scryptLanes, salt = '', digest = ''] = match;
  const parameters: Parameters =
    memoryKib === undefined
      ? { algorithm: 'scrypt', costLog2: Number(costLog2), blockSize: Number(blockSize), lanes: Number(scryptLanes) }
      : { algorithm: 'argon2id', memoryKib: Number(memoryKib), passes: Number(passes), lanes: Number(argonLanes) };
  return { parameters, salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') };
}
