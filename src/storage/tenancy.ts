import {
  CamelCasePlugin,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type RootOperationNode,
} from 'kysely';
import { AppError } from '../shared/errors.ts';
import { type Tables, type Tenancy, tenancy } from './schema.ts';

/** One statement as the checker saw it: the tables it touches, and those of them it touches without naming an owner. */
export interface TenancyVerdict {
  readonly kind: string;
  readonly tables: readonly string[];
  readonly unowned: readonly string[];
}

/**
 * Refuses a statement on a tenant's table that does not name the tenant. It reads Kysely's syntax tree before it becomes SQL,
 * so that a forgotten `where` fails in the first test that runs it, and never in a clinic.
 */
export function tenancyGuard(onStatement?: (verdict: TenancyVerdict) => void): KyselyPlugin {
  return {
    transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
      const verdict = judge(node);
      onStatement?.(verdict);
      if (verdict.unowned.length > 0)
        throw new AppError('internal', 'A statement on {tables} does not name its hospital.', {
          values: { tables: verdict.unowned.join(', ') },
        });
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** Pure: what a statement touches, and whose rows it would reach. Unknown tables count as unowned. */
export function judge(root: RootOperationNode, rules: Readonly<Record<string, Tenancy>> = tenancy): TenancyVerdict {
  const tables = new Map<string, string>(); // name in the statement (alias or table) -> table
  const owned = new Set<string>();
  collectTables(root, tables);
  const insert = root.kind === 'InsertQueryNode' ? new Set((root.columns ?? []).map((column) => column.column.name)) : undefined;
  const conditions = bindings(root, tables.size, false);
  const owns = (name: string, table: string): boolean => {
    const rule = rules[table];
    if (rule === 'platform') return true;
    if (rule === undefined) return false;
    const columns = rule === 'hospital' ? ['hospital_id'] : ['hospital_id', ...rule.orBy];
    if (columns.some((column) => insert?.has(column))) return true;
    // A join's `a.hospital_id = b.hospital_id` passes an owner on, and does not make one.
    return conditions.some((b) => (b.table ?? name) === name && columns.includes(b.column) && (b.same === undefined || owned.has(b.same)));
  };
  for (let before = -1; before !== owned.size; ) {
    before = owned.size;
    for (const [name, table] of tables) if (owns(name, table)) owned.add(name);
  }
  const unowned = [...tables].filter(([name]) => !owned.has(name)).map(([, table]) => table);
  return { kind: root.kind, tables: [...new Set(tables.values())], unowned: [...new Set(unowned)] };
}

type AnyNode = { readonly kind?: string } & Record<string, unknown>;

function collectTables(node: unknown, into: Map<string, string>): void {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const item of node) collectTables(item, into);
    return;
  }
  const { kind } = node as AnyNode;
  if (kind === 'AliasNode') {
    const { node: inner, alias } = node as unknown as { node: OperationNode; alias: OperationNode };
    const table = tableName(inner);
    const name = (alias as unknown as { name?: string }).name;
    if (table && name) {
      into.set(name, table);
      return;
    }
  }
  if (kind === 'ReferenceNode') return; // a column's qualifier is no new table
  const table = tableName(node as OperationNode);
  if (table) {
    into.set(table, table);
    return;
  }
  for (const value of Object.values(node)) collectTables(value, into);
}

function tableName(node: unknown): string | undefined {
  if ((node as AnyNode)?.kind !== 'TableNode') return undefined;
  return (node as { table: { identifier: { name: string } } }).table.identifier.name;
}

interface Binding {
  readonly table: string | undefined;
  readonly column: string;
  /** The other table, where the column is tied to a column and not to a value. */
  readonly same?: string | undefined;
}

/** Columns that AND-ed conditions of WHERE and ON tie to one value, to a list of values, or to a column of another table. */
function bindings(node: unknown, tableCount: number, inCondition: boolean): Binding[] {
  if (!node || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap((item) => bindings(item, tableCount, inCondition));
  const any = node as AnyNode;
  if (any.kind === 'OrNode') return []; // one side of an OR binds nothing
  if (any.kind === 'BinaryOperationNode' && inCondition) {
    const { leftOperand, operator, rightOperand } = any as unknown as {
      leftOperand: AnyNode;
      operator: { operator?: string };
      rightOperand: AnyNode;
    };
    if (operator.operator !== '=' && operator.operator !== 'in') return [];
    const left = columnOf(leftOperand, tableCount);
    const right = columnOf(rightOperand, tableCount);
    if (left && right)
      return [
        { ...left, same: right.table },
        { ...right, same: left.table },
      ];
    return left ? [left] : right ? [right] : bindings(rightOperand, tableCount, false);
  }
  const inside = inCondition ? any.kind !== 'SelectQueryNode' : any.kind === 'WhereNode' || any.kind === 'OnNode';
  return Object.values(any).flatMap((value) => (typeof value === 'object' ? bindings(value, tableCount, inside) : []));
}

function columnOf(node: AnyNode, tableCount: number): Binding | undefined {
  if (node?.kind !== 'ReferenceNode') return undefined;
  const { table, column } = node as unknown as { table?: unknown; column: { column?: { name: string } } };
  const name = column.column?.name;
  // Without a qualifier a column is only unambiguous in a statement on one table.
  if (name === undefined || (!table && tableCount > 1)) return undefined;
  return { table: table ? tableName(table) : undefined, column: name };
}

/** The way around the guard, for the few statements that serve every hospital (the worker's look for due jobs). Each use says why. */
export function acrossHospitals(db: Kysely<Tables>): Kysely<Tables> {
  return db.withoutPlugins().withPlugin(new CamelCasePlugin());
}
