import type { RunningSimulator } from '../../../simulator/start-simulator.ts';
import { BaileysClient } from './baileys-client.ts';
import { ControlClient } from './control-client.ts';
import { waitFor } from './wait-for.ts';

/** A client that is linked to a phone by QR, logged in, and done with its first synchronisation. */
export async function linkClient(
  simulator: RunningSimulator,
  phone: string,
  options: ConstructorParameters<typeof BaileysClient>[2] = {},
): Promise<BaileysClient> {
  const control = new ControlClient(simulator.controlUrl);
  const client = new BaileysClient(simulator.url, undefined, options);
  await control.post(`/phones/${phone}/scan`, { qr: await client.qr() });
  await client.closed();
  await client.reconnect();
  await waitFor('the first synchronisation', () => (client.auth.creds.accountSyncCounter ?? 0) > 0);
  return client;
}
