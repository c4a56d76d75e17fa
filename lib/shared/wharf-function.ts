import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  type RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type EnvironmentName, environmentNames } from '../../core/environment.ts';
import type { WharfOptions } from '../options.ts';

export type FunctionEnvironment = Readonly<Partial<Record<EnvironmentName, string>>>;

export interface WharfFunctionProps {
  /** Folder of the function below `lambdas/` and of its bundle. */
  readonly name: string;
  readonly description: string;
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly timeout: Duration;
  readonly memoryMiB?: number;
  readonly environment: FunctionEnvironment;
  /** Everything that the function may do besides writing its log. */
  readonly statements: readonly PolicyStatement[];
  readonly recursiveLoop?: RecursiveLoop;
}

/**
 * A function as all of them are here: Node 24 on arm64, its bundle from `dist/lambdas/<name>`, a log group with an end, and a role
 * that holds exactly the given statements and no AWS managed policy.
 */
export function createFunction(scope: Construct, id: string, props: WharfFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: props.options.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new LambdaFunction(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(bundleOf(props)),
    role: createRole(scope, `${id}Role`, logGroup, props),
    logGroup,
    timeout: props.timeout,
    memorySize: props.memoryMiB ?? 512,
    tracing: props.options.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    environment: {
      [environmentNames.stage]: props.options.stage,
      [environmentNames.logLevel]: props.options.logLevel,
      ...props.environment,
    },
    ...(props.recursiveLoop === undefined ? {} : { recursiveLoop: props.recursiveLoop }),
  });
}

function bundleOf(props: WharfFunctionProps): string {
  const folder = join(props.bundleFolder, 'lambdas', props.name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`There is no bundle of the function ${props.name} in ${folder}. Run: npm run bundle`);
  }
  return folder;
}

function createRole(scope: Construct, id: string, logGroup: LogGroup, props: WharfFunctionProps): Role {
  const writeLog = new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Of the Wharf function ${props.name}`,
    inlinePolicies: { work: new PolicyDocument({ statements: [writeLog, ...props.statements] }) },
  });
}
