import { UserError } from '../user-error.ts';
import type { Json, Template, TemplateParameter } from './template.ts';

/** CloudFormation's own names, as a stack in the given account and region sees them. */
export function pseudoParameters(stack: {
  stackName: string;
  region: string;
  accountId: string;
}): Record<string, Json> {
  const { stackName, region, accountId } = stack;
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
  };
}

/**
 * The value of each declared parameter: the given one, else its default. A parameter with neither stops.
 *
 * @example parameterValues({ Parameters: { Stage: { Type: 'String', Default: 'dev' } }, Resources: {} }, {}) // { Stage: 'dev' }
 */
export function parameterValues(template: Template, given: Readonly<Record<string, string>>): Record<string, Json> {
  const entries = Object.entries(template.Parameters ?? {}).map(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.Default;
    if (value === undefined) throw new UserError(`The template wants a value for its parameter ${name}.`);
    checkAllowed(name, parameter, value);
    return [name, typed(parameter, value)] as const;
  });
  return Object.fromEntries(entries);
}

function checkAllowed(name: string, parameter: TemplateParameter, value: string | number): void {
  const allowed = parameter.AllowedValues;
  if (allowed === undefined || allowed.some((each) => String(each) === String(value))) return;
  throw new UserError(`The parameter ${name} may not be ${JSON.stringify(value)}; allowed: ${allowed.join(', ')}.`);
}

function typed(parameter: TemplateParameter, value: string | number): Json {
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
  return isList ? String(value).split(',') : String(value);
}
