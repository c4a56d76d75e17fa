/** An ECS service as the template describes it. */
export interface ServiceSpec {
  readonly logicalId: string;
  readonly arn: string;
  readonly name: string;
  readonly clusterName: string;
  readonly desiredCount: number;
  /** Bounds of a deployment, in percent of the desired count. */
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly task: TaskSpec;
}

/** A task definition with its one container. */
export interface TaskSpec {
  readonly logicalId: string;
  readonly family: string;
  readonly revision: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string | undefined;
  readonly container: ContainerSpec;
}

export interface ContainerSpec {
  readonly name: string;
  /** The build context of the image, which by the project's rule is also its content. */
  readonly folder: string;
  /** Entry point and command, relative to `folder`. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Variable and where its value comes from: `<secret ARN>[:<json key>:<stage>:<version>]`. */
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly stopTimeoutSeconds: number;
}
