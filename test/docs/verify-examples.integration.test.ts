import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWebhookKeyPair, newWebhookSecret } from '../../core/webhooks/secret.ts';
import { signWebhook } from '../../core/webhooks/signature.ts';
import { examplesFolder } from './support/examples.ts';

const example = (file: string) => import(join(examplesFolder, 'node', file));
const { readWebhook } = await example('verify-with-library.mjs');
const { isGenuineWebhook } = await example('verify-with-public-key.mjs');
const secret = newWebhookSecret();
const { signingKey, publicKey } = newWebhookKeyPair();
const body = '{"text":"Grüße 👋 \u2028"}';

function headersOf(signedBody = body, ageSeconds = 0) {
  const timestampSeconds = Math.floor(Date.now() / 1_000) - ageSeconds;
  const input = { id: 'evt_1', timestampSeconds, body: Buffer.from(signedBody), secrets: [secret, signingKey] };
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signWebhook(input),
  };
}

/** Runs a script that says `yes` or `no` about what it is given, or undefined when the interpreter or library is not here. */
function ask(command: readonly string[], headers: Readonly<Record<string, string>>): string | undefined {
  const [program = '', ...rest] = command;
  const input = JSON.stringify({ secret, publicKey, headers, body });
  const { status, stdout } = spawnSync(program, rest, { input, encoding: 'utf8', cwd: examplesFolder });
  if (status === 3 || status === null || status === 127) return undefined;
  return stdout.trim();
}

const php = [
  'php',
  '-r',
  `if (!function_exists('sodium_crypto_sign_verify_detached')) exit(3);
   require 'php/verify-with-public-key.php';
   $in = json_decode(stream_get_contents(STDIN), true); $h = $in['headers'];
   echo isSignedByPublicKey([$in['publicKey']], $h['webhook-id'], $h['webhook-timestamp'], $h['webhook-signature'], $in['body']) ? 'yes' : 'no';`,
];
const python = [
  'python3',
  '-c',
  `import json, sys, importlib.util
if importlib.util.find_spec('standardwebhooks') is None: sys.exit(3)
sys.path.insert(0, 'python')
from verify_with_library import read_webhook
given = json.load(sys.stdin)
try:
    read_webhook(given['secret'], given['headers'], given['body'])
    print('yes')
except Exception:
    print('no')`,
];

describe('the short ways to verify in the guide of webhooks', () => {
  it('read what Wharf signs and nothing else: the library in Node.js', () => {
    expect(readWebhook(secret, headersOf(), body)).toEqual(JSON.parse(body));
    expect(() => readWebhook(secret, headersOf(`${body} `), body)).toThrow();
    expect(() => readWebhook(secret, headersOf(body, 400), body)).toThrow();
  });

  it('read what Wharf signs and nothing else: the public key in Node.js', () => {
    const rawBody = Buffer.from(body);
    expect(isGenuineWebhook([newWebhookKeyPair().publicKey, publicKey], headersOf(), rawBody)).toBe(true);
    expect(isGenuineWebhook([newWebhookKeyPair().publicKey], headersOf(), rawBody)).toBe(false);
    expect(isGenuineWebhook([publicKey], headersOf(`${body} `), rawBody)).toBe(false);
    expect(isGenuineWebhook([publicKey], headersOf(body, 400), rawBody)).toBe(false);
    expect(isGenuineWebhook([publicKey], {}, rawBody)).toBe(false);
  });

  it.each([
    ['the public key in PHP', php],
    ['the library in Python', python],
  ])('read what Wharf signs and nothing else: %s', (name, command) => {
    const good = ask(command, headersOf());
    if (good === undefined) return console.warn(`not here, so not run: ${name}`);
    expect(good).toBe('yes');
    expect(ask(command, headersOf(`${body} `))).toBe('no');
    expect(ask(command, headersOf(body, 400))).toBe('no');
  });

  it.each([
    ['php', ['-l', 'php/verify-with-library.php']],
    ['python3', ['-B', '-c', "import ast; ast.parse(open('python/verify_with_library.py').read())"]],
  ])('are written in good %s', (program, parameters) => {
    const { status, error } = spawnSync(program, parameters, { cwd: join(examplesFolder) });
    if (error !== undefined) return console.warn(`not here, so not run: ${program}`);
    expect(status).toBe(0);
  });
});
