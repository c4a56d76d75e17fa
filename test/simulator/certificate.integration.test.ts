import { Curve, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { verifySignature } from '../../simulator/wire/verify-signature.ts';
import { BaileysClient } from './support/baileys-client.ts';
import { linkClient } from './support/link.ts';

const realRoot = WA_CERT_DETAILS.PUBLIC_KEY;
const lenientVerify = Curve.verify;
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterEach(() => {
  Curve.verify = lenientVerify;
  WA_CERT_DETAILS.PUBLIC_KEY = realRoot;
});

afterAll(() => simulator.stop());

it('is refused by a client that verifies and trusts another root', async () => {
  Curve.verify = verifySignature;
  const client = new BaileysClient(simulator.url);
  expect(await client.closed()).toBe(400);
});

it('satisfies a client that verifies and trusts our root, from the first byte to the login', async () => {
  Curve.verify = verifySignature;
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(simulator.rootPublicKeyBase64, 'base64');
  const client = await linkClient(simulator, '491760000001');
  client.close();
});
