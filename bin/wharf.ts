import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { addMoreShards } from '../lib/fleet/add-more-shards.ts';
import { readOptions } from '../lib/options.ts';
import { readPlansFile } from '../lib/plans-file.ts';
import { WharfStack } from '../lib/wharf-stack.ts';

const projectFolder = join(import.meta.dirname, '..');

/**
 * The CDK app, run by the CDK command line and, directly, by the local runner. The command line passes the context of `cdk.json` on;
 * read here as well, it is the same without it. What the environment gives (`CDK_CONTEXT_JSON`) wins. `-c nag=true` adds cdk-nag.
 */
const app = new App({
  analyticsReporting: false,
  context: JSON.parse(readFileSync(join(projectFolder, 'cdk.json'), 'utf8')).context,
});
const options = readOptions(app.node.getAllContext());
// No account: the zones of the network then come from CloudFormation, and no look-up needs AWS while synthesizing.
const env = { region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' };
const main = new WharfStack(app, `Wharf-${options.stage}`, {
  options,
  bundleFolder: join(projectFolder, 'dist'),
  plansText: readPlansFile(projectFolder),
  env,
});
addMoreShards(app, main, { options, env });
if (String(app.node.tryGetContext('nag')) === 'true') {
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
}
app.synth();
