/** Properties of one emulated resource type: those that the runner obeys, and those that mean nothing on one machine. */
export interface KnownProperties {
  readonly obeyed: readonly string[];
  readonly withoutMeaning: readonly string[];
}

const iamPolicy: KnownProperties = {
  obeyed: ['PolicyDocument', 'Roles', 'PolicyName', 'ManagedPolicyName'],
  withoutMeaning: ['Description', 'Path', 'Groups', 'Users'],
};

const tableObeyed = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
  'TimeToLiveSpecification',
  'DeletionProtectionEnabled',
];

/**
 * The resource types that run here. A property that stands in neither list stops the boot, so that the template cannot ask for something that
 * silently does not happen.
 */
export const emulatedTypes: Readonly<Record<string, KnownProperties>> = {
  'AWS::DynamoDB::Table': {
    obeyed: tableObeyed,
    withoutMeaning: [
      'BillingMode',
      'ContributorInsightsSpecification',
      'OnDemandThroughput',
      'PointInTimeRecoverySpecification',
      'SSESpecification',
      'TableClass',
      'Tags',
    ],
  },
  'AWS::DynamoDB::GlobalTable': {
    obeyed: tableObeyed,
    withoutMeaning: ['BillingMode', 'Replicas', 'SSESpecification', 'WriteOnDemandThroughputSettings'],
  },
  'AWS::SQS::Queue': {
    obeyed: [
      'QueueName',
      'FifoQueue',
      'ContentBasedDeduplication',
      'DeduplicationScope',
      'FifoThroughputLimit',
      'DelaySeconds',
      'MaximumMessageSize',
      'MessageRetentionPeriod',
      'ReceiveMessageWaitTimeSeconds',
      'VisibilityTimeout',
      'RedrivePolicy',
      'RedriveAllowPolicy',
    ],
    withoutMeaning: ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'Tags'],
  },
  'AWS::S3::Bucket': {
    obeyed: ['BucketName', 'CorsConfiguration'],
    // Lifecycle rules count in days; no local run lasts that long.
    withoutMeaning: [
      'BucketEncryption',
      'LifecycleConfiguration',
      'LoggingConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'Tags',
    ],
  },
  'AWS::SecretsManager::Secret': {
    obeyed: ['Name', 'GenerateSecretString', 'SecretString'],
    withoutMeaning: ['Description', 'KmsKeyId', 'Tags'],
  },
  'AWS::KMS::Key': {
    obeyed: [],
    withoutMeaning: [
      'Description',
      'Enabled',
      'EnableKeyRotation',
      'KeyPolicy',
      'PendingWindowInDays',
      'RotationPeriodInDays',
      'Tags',
    ],
  },
  'AWS::KMS::Alias': { obeyed: ['AliasName', 'TargetKeyId'], withoutMeaning: [] },
  'AWS::Lambda::Function': {
    obeyed: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
    ],
    withoutMeaning: ['Architectures', 'Description', 'LoggingConfig', 'RecursiveLoop', 'Tags', 'TracingConfig'],
  },
  'AWS::Lambda::EventSourceMapping': {
    obeyed: [
      'BatchSize',
      'Enabled',
      'EventSourceArn',
      'FilterCriteria',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'ScalingConfig',
    ],
    withoutMeaning: ['MetricsConfig', 'Tags'],
  },
  'AWS::ApiGatewayV2::Api': {
    obeyed: ['CorsConfiguration', 'ProtocolType'],
    withoutMeaning: ['Description', 'DisableExecuteApiEndpoint', 'Name', 'Tags'],
  },
  'AWS::ApiGatewayV2::Stage': {
    obeyed: ['ApiId', 'DefaultRouteSettings', 'StageName'],
    withoutMeaning: ['AccessLogSettings', 'AutoDeploy', 'Description', 'Tags'],
  },
  'AWS::ApiGatewayV2::Route': {
    obeyed: ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'],
    withoutMeaning: ['OperationName'],
  },
  'AWS::ApiGatewayV2::Integration': {
    obeyed: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
    withoutMeaning: ['Description', 'IntegrationMethod'],
  },
  'AWS::Events::Rule': {
    obeyed: ['Name', 'ScheduleExpression', 'State', 'Targets'],
    withoutMeaning: ['Description'],
  },
  'AWS::Scheduler::Schedule': {
    obeyed: ['Name', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'Target'],
    withoutMeaning: ['Description', 'FlexibleTimeWindow', 'GroupName'],
  },
  'AWS::ECS::Cluster': {
    obeyed: ['ClusterName'],
    withoutMeaning: [
      'CapacityProviders',
      'ClusterSettings',
      'Configuration',
      'DefaultCapacityProviderStrategy',
      'Tags',
    ],
  },
  'AWS::ECS::TaskDefinition': {
    obeyed: ['ContainerDefinitions', 'ExecutionRoleArn', 'Family', 'TaskRoleArn'],
    withoutMeaning: [
      'Cpu',
      'EphemeralStorage',
      'Memory',
      'NetworkMode',
      'RequiresCompatibilities',
      'RuntimePlatform',
      'Tags',
      'Volumes',
    ],
  },
  'AWS::ECS::Service': {
    obeyed: ['Cluster', 'DeploymentConfiguration', 'DesiredCount', 'ServiceName', 'TaskDefinition'],
    withoutMeaning: [
      'AvailabilityZoneRebalancing',
      'CapacityProviderStrategy',
      'DeploymentController',
      'EnableECSManagedTags',
      'EnableExecuteCommand',
      'LaunchType',
      'NetworkConfiguration',
      'PlatformVersion',
      'PropagateTags',
      'Tags',
    ],
  },
  'AWS::IAM::Role': {
    obeyed: ['ManagedPolicyArns', 'Policies', 'RoleName'],
    withoutMeaning: ['AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Path', 'Tags'],
  },
  'AWS::IAM::Policy': iamPolicy,
  'AWS::IAM::ManagedPolicy': iamPolicy,
  'AWS::IAM::RolePolicy': { obeyed: ['PolicyDocument', 'PolicyName', 'RoleName'], withoutMeaning: [] },
};

/** What a container definition may hold, by the same rule. */
export const containerProperties: KnownProperties = {
  obeyed: ['Command', 'EntryPoint', 'Environment', 'Essential', 'Image', 'Name', 'Secrets', 'StopTimeout'],
  withoutMeaning: [
    'Cpu',
    'HealthCheck',
    'LinuxParameters',
    'LogConfiguration',
    'Memory',
    'MemoryReservation',
    'MountPoints',
    'PortMappings',
    'ReadonlyRootFilesystem',
    'Ulimits',
    'User',
    'VersionConsistency',
  ],
};
