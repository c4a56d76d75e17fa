import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { defaultPlanName, type Plans } from '../core/plans/index.ts';

/** Values that change without a change of the code: set by `cdk deploy --parameters` and, on one machine, by the local runner. */
export interface WharfParameters {
  readonly simulatorUrl: string;
  readonly simulatorRootKey: string;
  readonly simulatorAllowedHost: string;
  readonly webhookAllowedCidrs: string;
  readonly registrationMode: string;
  readonly registrationsPerAddress: string;
  readonly defaultPlan: string;
  readonly workersMin: string;
  readonly workersMax: string;
  readonly zeroAfterMinutes: string;
}

/** Adds the template's parameters. Their names are part of the contract with the local runner. */
export function addParameters(stack: Stack, plans: Plans): WharfParameters {
  const text = (name: string, description: string, allowedPattern: string) =>
    new CfnParameter(stack, name, { type: 'String', default: '', description, allowedPattern }).valueAsString;
  return {
    simulatorUrl: text(
      'SimulatorUrl',
      'Address of a WhatsApp simulator; empty means the real service.',
      '^$|^wss?://[^ ]+$',
    ),
    simulatorRootKey: text(
      'SimulatorRootKey',
      'Base64 of the root public key of that simulator.',
      '^$|^[A-Za-z0-9+/]{43}=$',
    ),
    simulatorAllowedHost: text(
      'SimulatorAllowedHost',
      'The one host other than loopback that SimulatorUrl may name.',
      '^[A-Za-z0-9.-]*$',
    ),
    webhookAllowedCidrs: text(
      'WebhookAllowedCidrs',
      'Comma-separated private networks that webhooks may reach all the same. Empty in production.',
      '^[0-9a-fA-F.:/, ]*$',
    ),
    registrationMode: new CfnParameter(stack, 'RegistrationMode', {
      type: 'String',
      default: 'closed',
      allowedValues: ['open', 'invite', 'closed'],
      description: 'Who may register an account through the API.',
    }).valueAsString,
    registrationsPerAddress: new CfnParameter(stack, 'RegistrationsPerAddress', {
      type: 'Number',
      default: 20,
      minValue: 1,
      description: 'Accounts that one client network may open at once, where registration is open.',
    }).valueAsString,
    ...scaling(stack),
    defaultPlan: new CfnParameter(stack, 'DefaultPlan', {
      type: 'String',
      default: defaultPlanName,
      allowedValues: [...plans.keys()],
      description: 'The plan of accounts to which no administrator gave one.',
    }).valueAsString,
  };
}

/** Most tasks that a mistake or an attack can make the scaler start, unless the operator says otherwise. */
const workersMaxDefault = 20;

function scaling(stack: Stack): Pick<WharfParameters, 'workersMin' | 'workersMax' | 'zeroAfterMinutes'> {
  const number = (name: string, defaultValue: number, description: string) =>
    new CfnParameter(stack, name, { type: 'Number', default: defaultValue, minValue: 0, maxValue: 1_000, description })
      .valueAsString;
  return {
    workersMin: number('WorkersMin', 2, 'Connector tasks at least, while a session needs one.'),
    workersMax: number('WorkersMax', workersMaxDefault, 'Connector tasks at most.'),
    zeroAfterMinutes: new CfnParameter(stack, 'ZeroAfterMinutes', {
      type: 'String',
      default: '15',
      allowedPattern: '^[0-9]{0,4}$',
      description: 'Minutes without a session that needs a connector, after which no task runs; empty means never.',
    }).valueAsString,
  };
}
