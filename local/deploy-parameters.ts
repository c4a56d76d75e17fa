import type { RunnerOptions } from './options.ts';
import type { SimulatorProcess } from './stack/start-simulator.ts';

/**
 * The values of the template's parameters on one machine: its simulator instead of WhatsApp, webhooks to loopback receivers, anybody may register, on a
 * plan whose limits no test or trial meets, and as many connectors as the person at the terminal wants, always. They are given when the template is resolved and not when it is synthesized, so that the assembly stays the same from start to start.
 */
export function deployParameters(
  simulator: Pick<SimulatorProcess, 'url' | 'rootPublicKey'>,
  { workers, zeroAfterMinutes }: Pick<RunnerOptions, 'workers' | 'zeroAfterMinutes'>,
): Readonly<Record<string, string>> {
  return {
    SimulatorUrl: simulator.url,
    SimulatorRootKey: simulator.rootPublicKey,
    SimulatorAllowedHost: '',
    WebhookAllowedCidrs: '127.0.0.1/32,::1/128',
    RegistrationMode: 'open',
    // All trials and tests come from one address.
    RegistrationsPerAddress: '100000',
    DefaultPlan: 'sandbox',
    WorkersMin: String(workers),
    WorkersMax: String(workers),
    ZeroAfterMinutes: zeroAfterMinutes === undefined ? '' : String(zeroAfterMinutes),
  };
}

/** Options of the local synthesis: a stage of its own, as few shards as one machine can use, and a sender of mails, which `GET {control}/mails` shows. */
export const localContext: Readonly<Record<string, unknown>> = {
  stage: 'local',
  shards: 8,
  mailFrom: 'wharf@wharf.test',
};
