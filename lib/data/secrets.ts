import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge.ts';

export interface SecretsProps {
  readonly deletionProtection: boolean;
}

/** What the deployment keeps secret: the KMS key that wraps the tenants' data keys, and the secret that signs login tokens. */
export class Secrets extends Construct {
  readonly sealingKey: Key;
  readonly jwtSecret: Secret;

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id);
    this.sealingKey = new Key(this, 'SealingKey', {
      description: 'Wraps the data key of each Wharf tenant',
      enableKeyRotation: true,
      // Without this key no linked account can ever be opened again.
      removalPolicy: props.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(30),
    });
    this.jwtSecret = new Secret(this, 'JwtSecret', {
      description: 'Signs the login tokens of the Wharf API',
      // 64 of 62 different characters: 381 bits for HMAC-SHA-256.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      this.jwtSecret,
      'AwsSolutions-SMG4',
      'A new value logs everybody out, so it is changed by the operator when there is cause, not by a timer; tokens themselves live for minutes.',
    );
  }

  /** Open what was sealed, and make the data key of a tenant that has none yet. */
  sealAndOpen(): PolicyStatement {
    return this.#keyUse(['kms:GenerateDataKey', 'kms:Decrypt']);
  }

  /** Only open what was sealed. */
  open(): PolicyStatement {
    return this.#keyUse(['kms:Decrypt']);
  }

  readJwtSecret(): PolicyStatement {
    return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.jwtSecret.secretArn] });
  }

  #keyUse(actions: string[]): PolicyStatement {
    return new PolicyStatement({ actions, resources: [this.sealingKey.keyArn] });
  }
}
