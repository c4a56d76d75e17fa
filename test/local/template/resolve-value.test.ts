// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how templates and policies write variables
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCondition } from '../../../local/template/evaluate-condition.ts';
import { noValue, type ResolveScope, resolveValue } from '../../../local/template/resolve-value.ts';
import type { Json } from '../../../local/template/template.ts';

const names: Readonly<Record<string, Json>> = {
  Stage: 'dev',
  Zones: ['a', 'b'],
  'AWS::Region': 'eu-west-1',
  Count: '3',
};

const scope: ResolveScope = {
  place: 'test',
  ref: (name) => {
    const value = names[name];
    if (value === undefined) throw new Error(`unknown ${name}`);
    return value;
  },
  attribute: (logicalId, attribute) => `${logicalId}#${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (map, top, second) => (map === 'M' && top === 'eu-west-1' ? { bucket: 'b1' }[second] : undefined),
  importValue: (name) => `import:${name}`,
  stackOutput: (stack, output) => `output:${stack}/${output}`,
};

describe('resolveValue', () => {
  it.each<[string, Json, Json]>([
    ['Ref', { Ref: 'Stage' }, 'dev'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue#Arn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Queue.Nested.Arn' }, 'Queue#Nested.Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 7]] }, 'a-dev-7'],
    ['Sub', { 'Fn::Sub': '${Stage}/${Queue.Arn}/${!Literal}' }, 'dev/Queue#Arn/${Literal}'],
    ['Sub with variables', { 'Fn::Sub': ['${X}-${Stage}', { X: { Ref: 'Count' } }] }, '3-dev'],
    ['Select', { 'Fn::Select': [1, { Ref: 'Zones' }] }, 'b'],
    ['Split', { 'Fn::Split': ['-', 'a-b-c'] }, ['a', 'b', 'c']],
    ['Select of Split', { 'Fn::Select': ['0', { 'Fn::Split': ['-shard-', 'http://q/x-shard-0'] }] }, 'http://q/x'],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['If, true branch', { 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
    ['If, false branch', { 'Fn::If': ['No', 'y', { Ref: 'Stage' }] }, 'dev'],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'bucket'] }, 'b1'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-x' } }, 'import:dev-x'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 's', OutputName: 'o' } }, 'output:s/o'],
    ['NoValue in an object', { A: { Ref: 'AWS::NoValue' }, B: 1 }, { B: 1 }],
    ['NoValue in a list', ['a', { 'Fn::If': ['No', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    ['an object that only looks like one', { Ref: 'Stage', Other: 1 }, { Ref: 'Stage', Other: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  it('gives NoValue at the top as such', () => {
    expect(resolveValue({ Ref: 'AWS::NoValue' }, scope)).toBe(noValue);
  });

  it.each<[string, Json, RegExp]>([
    ['an unknown function', { 'Fn::Cidr': ['10.0.0.0/16', 2] }, /Fn::Cidr/],
    ['a select without element', { 'Fn::Select': [5, ['a']] }, /finds no element/],
    ['a join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, /is no text/],
    ['an entry that no mapping has', { 'Fn::FindInMap': ['M', 'us-east-1', 'bucket'] }, /finds nothing/],
    ['a malformed Sub', { 'Fn::Sub': 7 }, /malformed/],
  ])('stops at %s', (_, value, message) => {
    expect(() => resolveValue(value, scope)).toThrow(message);
  });

  it('leaves values without functions as they are', () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !/"(Ref|Fn::)/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(plain, (value) => {
        expect(resolveValue(value as Json, scope)).toEqual(value);
      }),
    );
  });

  it('undoes Split with Join', () => {
    const text = fc.string();
    const delimiter = fc.string({ minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(text, delimiter, (whole, by) => {
        expect(resolveValue({ 'Fn::Join': [by, { 'Fn::Split': [by, whole] }] }, scope)).toBe(whole);
      }),
    );
  });
});

describe('evaluateCondition', () => {
  it.each<[Json, boolean]>([
    [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] }, true],
    [{ 'Fn::Equals': [{ Ref: 'Count' }, 3] }, true],
    [{ 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
  ])('%j is %s', (condition, expected) => {
    expect(evaluateCondition(condition, scope)).toBe(expected);
  });

  it.each<Json>([{ 'Fn::Equals': ['only one'] }, { 'Fn::And': [true] }, { 'Fn::Not': [] }, 'maybe'])(
    'stops at %j',
    (condition) => {
      expect(() => evaluateCondition(condition, scope)).toThrow(/malformed/);
    },
  );
});
