import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { WharfOptions } from '../options.ts';
import { acknowledge } from '../shared/acknowledge.ts';

/**
 * The network of the connectors: public subnets in two zones, no NAT gateway, nothing inbound. Each task has its own public address,
 * which spreads the sessions over addresses and costs a ninth of a NAT gateway. DynamoDB and S3 are reached inside AWS.
 */
export class FleetNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { proxyPorts }: Pick<WharfOptions, 'proxyPorts'>) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      // The service asks for the address itself; nothing else that is put into these subnets gets one.
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 22, mapPublicIpOnLaunch: false },
      ],
      // Emptying the default group needs a custom resource with a function of its own, for a group that nothing uses.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
    });
    // The class and the interface of CDK differ in one optional property under exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    acknowledge(
      this.vpc,
      'AwsSolutions-VPC7',
      'Nothing can come in, and everything that goes out is logged by the connector; flow logs of long-lived sockets would cost more than the tasks tell by them. The operator may add them.',
    );
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Wharf connectors: HTTPS and WhatsApp sockets out, nothing in',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'WhatsApp, its media servers and AWS');
    for (const port of new Set(proxyPorts)) {
      if (port !== 443) this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Proxies of sessions');
    }
  }
}
