import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import type { WharfOptions } from '../options.ts';
import type { WharfParameters } from '../parameters.ts';
import { acknowledge, acknowledgeWildcard } from '../shared/acknowledge.ts';
import type { FunctionEnvironment } from '../shared/wharf-function.ts';
import { type ConnectorAccessProps, connectorStatements } from './connector-access.ts';
import { FleetNetwork } from './network.ts';

export interface ConnectorServiceProps extends ConnectorAccessProps {
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly parameters: WharfParameters;
  /** Value of `PLANS`. */
  readonly plansText: string;
}

/** The longest that Fargate waits between SIGTERM and SIGKILL: the connector drains in it. */
const stopTimeout = Duration.seconds(120);

/** Part of the task's memory for JavaScript objects; the rest is for sockets' buffers, WebAssembly and Node itself. */
const heapShare = 0.75;

/** Smaller young generations make each promise dearer the more sockets a process holds. */
const semiSpaceMiB = 16;

/** The connector fleet: a Fargate service on arm64 whose image is the folder `dist/connector` and nothing else. */
export class ConnectorService extends Construct {
  readonly cluster: Cluster;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: ConnectorServiceProps) {
    super(scope, id);
    const network = new FleetNetwork(this, 'Network', props.options);
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    acknowledge(
      this.cluster,
      'AwsSolutions-ECS4',
      'Container Insights bills each task a second time for CPU and memory, which the service already reports without it.',
    );
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster as ICluster,
      taskDefinition: this.#taskDefinition(props),
      // No desired count: the scaler sets it, and a deployment must not undo that. The first task runs from the start.
      // New tasks first: a session has a new owner before its old one goes.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      assignPublicIp: true,
      securityGroups: [network.securityGroup],
      enableExecuteCommand: false,
    });
    // Without the route to the internet the first task could not pull its image, and the circuit breaker would undo the stack.
    this.service.node.addDependency(network.vpc.internetConnectivityEstablished);
  }

  #taskDefinition(props: ConnectorServiceProps): FargateTaskDefinition {
    const { options, bundleFolder } = props;
    const taskDefinition = new FargateTaskDefinition(this, 'Task', {
      cpu: options.taskCpu,
      memoryLimitMiB: options.taskMemoryMiB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: this.#taskRole(props),
    });
    const container = taskDefinition.addContainer('connector', {
      image: ContainerImage.fromAsset(imageFolder(bundleFolder), { platform: Platform.LINUX_ARM64 }),
      environment: {
        AWS_REGION: Stack.of(this).region,
        NODE_OPTIONS: nodeOptions(options.taskMemoryMiB),
        ...environmentOf(props),
      },
      stopTimeout,
      readonlyRootFilesystem: true,
      logging: LogDrivers.awsLogs({ streamPrefix: 'connector', logGroup: this.#logGroup(options) }),
    });
    // Media on their way lie in files; everything else of the image stays as it is.
    taskDefinition.addVolume({ name: 'temporary' });
    container.addMountPoints({ sourceVolume: 'temporary', containerPath: '/tmp', readOnly: false });
    acknowledge(
      taskDefinition,
      'AwsSolutions-ECS2',
      'The variables are names, addresses and limits; secrets are read through the task role, never from the environment.',
    );
    acknowledgeWildcard(
      taskDefinition.obtainExecutionRole(),
      '*',
      'ecr:GetAuthorizationToken, which ECS needs to pull the image, takes no resource.',
    );
    return taskDefinition;
  }

  #taskRole(props: ConnectorServiceProps): Role {
    const tasks = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${this.cluster.clusterName}/*`,
    });
    // While a connector owns shards, neither scale-in nor deployment may stop it.
    const protect = new PolicyStatement({ actions: ['ecs:UpdateTaskProtection'], resources: [tasks] });
    const role = new Role(this, 'TaskRole', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: 'Of the Wharf connector',
      inlinePolicies: { work: new PolicyDocument({ statements: [...connectorStatements(props), protect] }) },
    });
    acknowledgeWildcard(
      role,
      tasks,
      'Tasks of the one cluster, which runs nothing but connectors; ECS makes their ids.',
    );
    props.shardQueues.acknowledgePattern(role);
    acknowledgeWildcard(
      role,
      props.mediaBucket.arnForObjects('media/*'),
      'The objects of the one media bucket; their names are made at run time.',
    );
    return role;
  }

  #logGroup(options: WharfOptions): LogGroup {
    return new LogGroup(this, 'Log', { retention: options.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
  }
}

function imageFolder(bundleFolder: string): string {
  const folder = join(bundleFolder, 'connector');
  if (!existsSync(join(folder, 'Dockerfile'))) {
    throw new Error(`There is no bundle of the connector in ${folder}. Run: npm run bundle`);
  }
  return folder;
}

function nodeOptions(taskMemoryMiB: number): string {
  return `--max-semi-space-size=${semiSpaceMiB} --max-old-space-size=${Math.floor(taskMemoryMiB * heapShare)}`;
}

function environmentOf(props: ConnectorServiceProps): FunctionEnvironment {
  const { options, parameters, tables } = props;
  return {
    [environmentNames.stage]: options.stage,
    [environmentNames.logLevel]: options.logLevel,
    [environmentNames.controlTable]: tables.control.tableName,
    [environmentNames.keysTable]: tables.keys.tableName,
    [environmentNames.messagesTable]: tables.messages.tableName,
    [environmentNames.fleetTable]: tables.fleet.tableName,
    [environmentNames.eventsQueueUrl]: props.eventsQueue.queueUrl,
    [environmentNames.shardQueueUrlPrefix]: props.shardQueues.urlPrefix,
    [environmentNames.shardCount]: String(options.shards),
    [environmentNames.mediaBucket]: props.mediaBucket.bucketName,
    [environmentNames.mediaBytesMax]: String(options.mediaMegabytesMax * 1024 * 1024),
    [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
    [environmentNames.sealingKeyId]: props.secrets.sealingKey.keyArn,
    [environmentNames.workerCapacity]: String(options.workerCapacity),
    [environmentNames.plans]: props.plansText,
    [environmentNames.defaultPlan]: parameters.defaultPlan,
    [environmentNames.simulatorUrl]: parameters.simulatorUrl,
    [environmentNames.simulatorRootKey]: parameters.simulatorRootKey,
    [environmentNames.simulatorAllowedHost]: parameters.simulatorAllowedHost,
  };
}
