import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of cdk-nag for one construct and what is below it, with the reason that makes it true here.
 *
 * @example acknowledge(bucket, 'AwsSolutions-S1', 'Access to media is in the API log already.')
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** The same for one resource with a wildcard in a policy of the construct; any other wildcard stays a finding. */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  const written = flatten(Stack.of(construct).resolve(resource));
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${written}]`, reason);
}

type Intrinsic =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Join': readonly [string, readonly Intrinsic[]] };

/** A resource as cdk-nag names it in a finding: references in angle brackets. */
function flatten(value: Intrinsic): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  const [delimiter, parts] = value['Fn::Join'];
  return parts.map(flatten).join(delimiter);
}
