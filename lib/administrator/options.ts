import { parseArgs } from 'node:util';

export interface AdministratorOptions {
  readonly email: string;
  readonly name: string;
  readonly stage: string;
  /** The control table; found by the stage when it is not given. */
  readonly table: string | undefined;
  /** An `endpoints.json` of the local runner. */
  readonly endpoints: string | undefined;
}

export const usageText = `npm run create-admin -- --email you@example.com [--name You] [--stage production] [--table name] [--endpoints .wharf/endpoints.json]`;

/** Reads the command line. Throws a sentence for what is missing or unknown. */
export function readAdministratorOptions(args: readonly string[]): AdministratorOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      stage: { type: 'string' },
      table: { type: 'string' },
      endpoints: { type: 'string' },
    },
  });
  const { email = '', name = 'Administrator', table, endpoints } = values;
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
    throw new Error(`--email takes an address.\n${usageText}`);
  if (name.trim() === '' || name.length > 100) throw new Error('--name takes 1 to 100 characters.');
  const stage = values.stage ?? (endpoints === undefined ? 'production' : 'local');
  return { email, name: name.trim(), stage, table, endpoints };
}
