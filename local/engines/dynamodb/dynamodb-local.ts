import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * DynamoDB Local may be used only by who accepted its licence, which asks for an AWS account in good standing; hence two variables that
 * nobody sets by accident, and no search for the jar.
 */
export const dynamodbLocalVariables = {
  acceptLicence: 'WHARF_ACCEPT_DYNAMODB_LOCAL_LICENCE',
  folder: 'WHARF_DYNAMODB_LOCAL_FOLDER',
} as const;

/** The folder with `DynamoDBLocal.jar` when the user opted in. Throws when the opt-in is there but the jar is not. */
export function acceptedDynamodbLocalFolder(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment[dynamodbLocalVariables.acceptLicence] !== 'yes') return undefined;
  const folder = environment[dynamodbLocalVariables.folder];
  if (folder === undefined || folder === '' || !existsSync(join(folder, 'DynamoDBLocal.jar'))) {
    throw new Error(
      `${dynamodbLocalVariables.acceptLicence} is set, but ${dynamodbLocalVariables.folder} does not name a folder with DynamoDBLocal.jar.`,
    );
  }
  return folder;
}

/** The command line of DynamoDB Local, telemetry off, one database for all access keys and regions. */
export function dynamodbLocalCommand(folder: string, port: number, dataFolder: string | undefined) {
  return {
    command: 'java',
    folder,
    arguments: [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-port',
      String(port),
      '-sharedDb',
      '-disableTelemetry',
      ...(dataFolder === undefined ? ['-inMemory'] : ['-dbPath', dataFolder]),
    ],
  };
}
