import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readOptions } from '../../../lib/options.ts';
import { WharfStack } from '../../../lib/wharf-stack.ts';

export const projectFolder = join(import.meta.dirname, '../../..');

/** The functions of the stack by their folders. */
export const functionNames = [
  'auth',
  'account',
  'sessions',
  'messages',
  'auto-reply',
  'media',
  'directory',
  'webhooks',
  'system',
  'fan-out',
  'deliver',
  'sweep',
  'deliveries',
  'recover',
  'scaler',
  'mail',
] as const;

/** Bundles that hold nothing. */
export const bundleFolder = createEmptyBundles();

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

/** The stack over bundles that hold nothing, with the settings of `cdk.json`, a sender of mails, and the given options on top. */
export function createStack(context: Readonly<Record<string, unknown>> = {}): { app: App; stack: WharfStack } {
  const settings = JSON.parse(readFileSync(join(projectFolder, 'cdk.json'), 'utf8'));
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { ...settings.context, mailFrom: 'wharf@example.com', ...context },
  });
  const stack = new WharfStack(app, 'Wharf-test', {
    options: readOptions(app.node.getAllContext()),
    bundleFolder,
    env: { region: 'us-east-1' },
  });
  return { app, stack };
}

export function synthesize(context: Readonly<Record<string, unknown>> = {}): Template {
  return Template.fromStack(createStack(context).stack);
}

export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

/** The one resource of a type whose logical id starts so. */
export function resource(template: Template, type: string, idStart: string): Resource {
  const found = resourcesOf(template, type).filter(([id]) => id.startsWith(idStart));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} start with ${idStart}.`);
  return found[0]![1];
}

/** What a value refers to: the logical id behind a Ref or a GetAtt. */
export function target(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0] ?? '';
}

function createEmptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bundles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of functionNames) {
    mkdirSync(join(folder, 'lambdas', name), { recursive: true });
    // Different content, else all functions would share one asset.
    writeFileSync(join(folder, 'lambdas', name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  mkdirSync(join(folder, 'connector'));
  writeFileSync(join(folder, 'connector', 'Dockerfile'), 'FROM scratch\n');
  return folder;
}
