import type { RunningSimulator } from '../../../simulator/start-simulator.ts';
import { BaileysClient } from './baileys-client.ts';
import { ControlClient } from './control-client.ts';

/** A client that is linked to a phone by QR and logged in. */
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
  return client;
}
