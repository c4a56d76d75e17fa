import { expect, it } from 'vitest';
import { checkResources } from '../../../local/resources/check-resources.ts';
import type { TemplateResource } from '../../../local/template/template.ts';

const check = (resource: TemplateResource) => () => checkResources('wharf', { Resources: { Thing: resource } });

it('stops at unknown types and at unknown properties of emulated ones, with the logical id', () => {
  expect(check({ Type: 'AWS::Kinesis::Stream' })).toThrow('AWS::Kinesis::Stream (Thing in wharf)');
  const layered = { Type: 'AWS::Lambda::Function', Properties: { Layers: [] } };
  expect(check(layered)).toThrow('property Layers of Thing (AWS::Lambda::Function) in wharf');
});

it('lets pass what it obeys and what means nothing here', () => {
  expect(check({ Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, Tags: [] } })).not.toThrow();
  expect(check({ Type: 'AWS::EC2::VPC', Properties: { Whatever: 1 } })).not.toThrow();
  expect(check({ Type: 'constructor' })).toThrow('resource type constructor');
});
