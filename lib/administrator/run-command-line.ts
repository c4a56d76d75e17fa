import { readFileSync } from 'node:fs';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { makeAdministrator } from '../../core/accounts/make-administrator.ts';
import { apiBasePath } from '../../core/http/api-routes.ts';
import { findControlTable } from './find-control-table.ts';
import { readAdministratorOptions } from './options.ts';

/**
 * Makes an administrator, with the rights that the terminal has on the control table, and answers what to print: a one-time token and
 * the call that sets the password with it. Throws a sentence for what goes wrong.
 *
 * @example console.log(await runCommandLine(['--email', 'you@example.com', '--stage', 'production']))
 */
export async function runCommandLine(args: readonly string[]): Promise<string> {
  const options = readAdministratorOptions(args);
  const local = options.endpoints === undefined ? undefined : readEndpoints(options.endpoints);
  const client = new DynamoDBClient(local === undefined ? {} : local.configuration);
  try {
    const dynamodb = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    const tableName = options.table ?? (await findControlTable(client, options.stage));
    const made = await makeAdministrator({ dynamodb, tableName }, { ...options, nowMs: Date.now() });
    const api = local?.api ?? '$API';
    return `
${options.email} is ${made.isNew ? 'a new account' : 'an account that was there'} and an administrator now: ${made.userId}
Set the password before ${made.expiresAt}; the token works once. A new run gives a new token.

  curl -s ${api}/auth/password-reset/confirm -H 'content-type: application/json' -d '{"token":"${made.resetToken}","password":"…"}'
${local === undefined ? '\n$API is the output ApiUrl of the stack.\n' : ''}`;
  } finally {
    client.destroy();
  }
}

function readEndpoints(file: string): { readonly api: string; readonly configuration: DynamoDBClientConfig } {
  const { api, dynamodb } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly api: string;
    readonly dynamodb: string;
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { api: `${api}${apiBasePath}`, configuration: { endpoint: dynamodb, region: 'us-east-1', credentials } };
}
