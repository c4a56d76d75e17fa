// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how templates and policies write variables
import { describe, expect, it } from 'vitest';
import { resolveStack, type StackInput } from '../../../local/template/stack-model.ts';
import type { Template } from '../../../local/template/template.ts';

function input(template: Template, more: Partial<StackInput> = {}): StackInput {
  return {
    stackName: 'wharf-dev',
    region: 'us-east-1',
    accountId: '000000000000',
    template,
    parameters: {},
    sqsEndpoint: 'http://127.0.0.1:9324',
    apiEndpoint: 'http://127.0.0.1:3000',
    isWithoutMeaning: (type) => type === 'AWS::EC2::VPC',
    crossStack: { exports: new Map(), outputs: new Map() },
    ...more,
  };
}

describe('resolveStack', () => {
  it('gives queues, tables and functions stable names and the references that the runtime needs', () => {
    const template: Template = {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Resources: {
        Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
        Work: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: { 'Fn::Sub': 'work-${Stage}.fifo' },
            FifoQueue: true,
            RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
          },
        },
        Fn: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Environment: {
              Variables: {
                QUEUE: { Ref: 'Work' },
                PREFIX: { 'Fn::Select': [0, { 'Fn::Split': ['.fifo', { Ref: 'Work' }] }] },
              },
            },
          },
        },
      },
    };
    const [dead, work, fn] = resolveStack(input(template));
    expect(dead?.identity.attributes.QueueName).toBe('wharf-dev-Dead.fifo');
    expect(work?.properties).toMatchObject({
      QueueName: 'work-dev.fifo',
      RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:wharf-dev-Dead.fifo' },
    });
    expect(fn?.properties.Environment).toEqual({
      Variables: {
        QUEUE: 'http://127.0.0.1:9324/000000000000/work-dev.fifo',
        PREFIX: 'http://127.0.0.1:9324/000000000000/work-dev',
      },
    });
    expect(resolveStack(input(template)).map((each) => each.identity)).toEqual(
      [dead, work, fn].map((each) => each?.identity),
    );
  });

  it('uses given parameters before defaults and checks allowed values', () => {
    const template: Template = {
      Parameters: { Mode: { Type: 'String', Default: 'closed', AllowedValues: ['open', 'closed'] } },
      Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Description: { Ref: 'Mode' } } } },
    };
    const [role] = resolveStack(input(template, { parameters: { Mode: 'open', Other: 'ignored' } }));
    expect(role?.properties.Description).toBe('open');
    expect(() => resolveStack(input(template, { parameters: { Mode: 'ajar' } }))).toThrow(/Mode may not be "ajar"/);
  });

  it('stops at a parameter without a value', () => {
    const template: Template = { Parameters: { Needed: { Type: 'String' } }, Resources: {} };
    expect(() => resolveStack(input(template))).toThrow(/parameter Needed/);
  });

  it('leaves out resources whose condition is false, and stops at references to them', () => {
    const template: Template = {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: { Live: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } },
      Resources: { Extra: { Type: 'AWS::SQS::Queue', Condition: 'Live' } },
    };
    expect(resolveStack(input(template))).toEqual([]);
    const referring: Template = {
      ...template,
      Resources: { ...template.Resources, Role: { Type: 'AWS::IAM::Role', Properties: { Path: { Ref: 'Extra' } } } },
    };
    expect(() => resolveStack(input(referring))).toThrow(/refers to Extra/);
  });

  it('makes up attributes only for types without local meaning', () => {
    const resources = (type: string): Template => ({
      Resources: {
        It: { Type: type },
        Role: { Type: 'AWS::IAM::Role', Properties: { Path: { 'Fn::GetAtt': ['It', 'Odd'] } } },
      },
    });
    expect(resolveStack(input(resources('AWS::EC2::VPC')))[1]?.properties.Path).toBe('wharf-dev-It.Odd');
    expect(() => resolveStack(input(resources('AWS::SQS::Queue')))).toThrow(/attribute Odd of It \(AWS::SQS::Queue\)/);
  });

  it('hands exports and outputs to the next stack', () => {
    const crossStack: StackInput['crossStack'] = { exports: new Map(), outputs: new Map() };
    const first: Template = {
      Resources: { Q: { Type: 'AWS::SQS::Queue' } },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Q', 'Arn'] }, Export: { Name: 'q-arn' } } },
    };
    resolveStack(input(first, { crossStack }));
    const second: Template = {
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            A: { 'Fn::ImportValue': 'q-arn' },
            B: { 'Fn::GetStackOutput': { StackName: 'wharf-dev', OutputName: 'Arn' } },
          },
        },
      },
    };
    const [role] = resolveStack(input(second, { stackName: 'other', crossStack }));
    expect(role?.properties.A).toBe('arn:aws:sqs:us-east-1:000000000000:wharf-dev-Q');
    expect(role?.properties.B).toBe(role?.properties.A);
  });

  it('stops at a circle', () => {
    const template: Template = {
      Resources: {
        A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['B', 'QueueName'] } } },
        B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['A', 'QueueName'] } } },
      },
    };
    expect(() => resolveStack(input(template))).toThrow(/circle/);
  });
});
