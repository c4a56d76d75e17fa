import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { tableIndexes, timeToLiveAttribute } from '../../core/storage/table-keys.ts';

export interface TablesProps {
  /** Keeps the tables when the stack goes, and refuses to delete them. */
  readonly deletionProtection: boolean;
}

/** The five tables. Keys, indexes and the time-to-live attribute come from `core`, where the rows are described. */
export class Tables extends Construct {
  readonly control: Table;
  readonly keys: Table;
  readonly messages: Table;
  readonly deliveries: Table;
  readonly fleet: Table;
  readonly #deletionProtection: boolean;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    this.#deletionProtection = props.deletionProtection;
    this.control = this.#table('Control', { expires: true });
    addIndex(this.control, tableIndexes.byShard);
    addIndex(this.control, tableIndexes.byNeed);
    this.keys = this.#table('Keys', { expires: false });
    this.messages = this.#table('Messages', { expires: true });
    addIndex(this.messages, tableIndexes.byChat);
    this.deliveries = this.#table('Deliveries', { expires: true });
    addIndex(this.deliveries, tableIndexes.byWebhook);
    addIndex(this.deliveries, tableIndexes.byDue);
    addIndex(this.deliveries, tableIndexes.byEndpoint);
    this.fleet = this.#table('Fleet', { expires: false });
  }

  #table(id: string, options: { readonly expires: boolean }): Table {
    return new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // What must stay secret is sealed before it is written; this key adds a trail of its use without rights for each role.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: this.#deletionProtection,
      removalPolicy: this.#deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(options.expires ? { timeToLiveAttribute } : {}),
    });
  }
}

interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** What the index holds besides its keys; the whole row when absent. */
  readonly includes?: readonly string[];
}

function addIndex(table: Table, index: TableIndex): void {
  table.addGlobalSecondaryIndex({
    indexName: index.name,
    partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
    sortKey: { name: index.sortKey, type: AttributeType.STRING },
    ...projectionOf(index.includes),
  });
}

function projectionOf(includes: TableIndex['includes']) {
  if (includes === undefined) return { projectionType: ProjectionType.ALL };
  if (includes.length === 0) return { projectionType: ProjectionType.KEYS_ONLY };
  return { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...includes] };
}
