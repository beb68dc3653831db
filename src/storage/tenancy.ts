import type { CompiledQuery, Kysely, QueryCompiler, RootOperationNode } from 'kysely';
import { AppError } from '../shared/errors.ts';
import { type Tables, type Tenancy, tenancy } from './schema.ts';

/** One statement as the checker saw it: the tables it touches, and those of them it touches without naming an owner. */
export interface TenancyVerdict {
  readonly kind: string;
  readonly tables: readonly string[];
  readonly unowned: readonly string[];
  readonly statement: RootOperationNode;
}

/** Judges what a connection is about to run. Throws `internal`. */
export type TenancyCheck = (statement: Pick<CompiledQuery, 'sql' | 'query'>) => void;

const KNOWN = 500;

/**
 * Refuses a statement on a tenant's table that does not name the tenant, so that a forgotten `where` fails in the first test that
 * runs it, and never in a clinic. It reads Kysely's syntax tree, once for each text: the values stand apart, so the verdict
 * follows from the text.
 */
export function tenancyGuard(onStatement?: (verdict: TenancyVerdict) => void): TenancyCheck {
  const known = new Map<string, TenancyVerdict>();
  return ({ sql, query }) => {
    if ((query as Marked).acrossHospitals) return;
    const verdict = known.get(sql) ?? judge(query);
    if (known.size >= KNOWN) known.clear();
    known.set(sql, verdict);
    onStatement?.(verdict);
    if (verdict.unowned.length > 0)
      throw new AppError('internal', 'A statement on {tables} does not name its hospital.', {
        values: { tables: verdict.unowned.join(', ') },
      });
  };
}

/** A compiler that shows each statement to the guard, whatever plugins made of it before. */
export function guarded(compiler: QueryCompiler, check: TenancyCheck): QueryCompiler {
  return {
    compileQuery(node, queryId) {
      const compiled = compiler.compileQuery(node, queryId);
      check(compiled);
      return compiled;
    },
  };
}

type Rules = Readonly<Record<string, Tenancy>>;
/** A node of the syntax tree; which fields it has follows from its kind. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's nodes are a hundred shapes, of which the guard knows a dozen and trusts none
type Node = { readonly kind: string } & Readonly<Record<string, any>>;

/** Names that a select may see: those of its own `from` and, in a subquery, those around it. */
interface Scope {
  /** Name of a tenant's table in the statement -> is its owner named? */
  readonly owned: ReadonlyMap<string, boolean>;
  /** Names given by WITH. */
  readonly given: ReadonlySet<string>;
}

/** A table (or a subquery, without `table`) under the name by which conditions mean it. */
interface Source {
  readonly name: string;
  readonly table: string | undefined;
}

interface Column {
  readonly source: string | undefined;
  readonly column: string;
}

/** A column that a condition ties to values, or (`same`) to a column of another source. */
interface Binding extends Column {
  readonly same?: Column;
}

/**
 * Pure: what a statement touches, and whose rows it would reach. What it does not understand binds nothing: a condition counts
 * where it stands AND-ed in the statement's own WHERE or ON, and is an equality with values. Every subquery answers for itself.
 */
export function judge(root: RootOperationNode, rules: Rules = tenancy): TenancyVerdict {
  const verdicts = new Map<string, boolean>(); // table -> owned wherever it was touched
  const touch = (table: string, isOwned: boolean) => void verdicts.set(table, (verdicts.get(table) ?? true) && isOwned);
  if (root.kind === 'RawNode' && !isUnitOfWork(root)) touch('raw SQL', false);
  walk(root as Node, { owned: new Map(), given: new Set() });
  const tables = [...verdicts.keys()];
  return { kind: root.kind, tables, unowned: tables.filter((table) => !verdicts.get(table)), statement: root };

  function walk(node: unknown, scope: Scope): void {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, scope);
      return;
    }
    if (!isNode(node)) return;
    const { kind } = node;
    if (kind === 'SelectQueryNode') statement(node, sourcesOf(node.from?.froms), scope);
    else if (kind === 'UpdateQueryNode') statement(node, [...sourcesOf(node.table), ...sourcesOf(node.from?.froms)], scope);
    else if (kind === 'DeleteQueryNode') statement(node, [...sourcesOf(node.from?.froms), ...sourcesOf(node.using?.tables)], scope);
    else if (kind === 'InsertQueryNode') insert(node, scope);
    else if (kind === 'TableNode')
      touch(tableName(node), rules[tableName(node)] === 'platform'); // met where no rule of a statement expects it
    else if (kind === 'CommonTableExpressionNode') walk(node.expression, scope);
    else if (kind !== 'ReferenceNode') {
      // Text cannot be judged. It may hold expressions over the columns around it, and no tables.
      if (kind === 'RawNode') for (const table of tablesIn(node, rules)) touch(table, rules[table] === 'platform');
      for (const value of Object.values(node)) walk(value, scope);
    }
  }

  /** Select, update and delete: sources, joins, a WHERE, and whatever stands in them. */
  function statement(node: Node, from: readonly Source[], around: Scope): void {
    const given = withNames(node, around);
    const joins: readonly Node[] = node.joins ?? [];
    const sources = [...from, ...joins.flatMap((join) => sourcesOf(join.table))];
    const tied = [
      ...bindings(node.where?.where),
      ...joins.flatMap((join) => {
        const on = bindings(join.on?.on);
        if (join.joinType === 'InnerJoin') return on;
        // What an outer join keeps whole is not narrowed by its condition; only what it adds is.
        const added = new Set(sourcesOf(join.table).map(({ name }) => name));
        return join.joinType === 'LeftJoin' ? on.filter(({ source }) => source !== undefined && added.has(source)) : [];
      }),
    ];
    const owned = new Map(around.owned);
    for (const { name } of sources) owned.set(name, false);
    for (let again = true; again; ) {
      again = false;
      for (const source of sources)
        if (!owned.get(source.name) && owns(source, tied, sources.length === 1, owned)) {
          owned.set(source.name, true);
          again = true;
        }
    }
    for (const { name, table } of sources)
      if (table !== undefined && !isGiven(table, given)) touch(table, rules[table] === 'platform' || owned.get(name) === true);
    const scope = { owned, given };
    for (const [key, value] of Object.entries(node)) {
      if (key === 'setOperations' || key === 'with')
        walk(value, { owned: around.owned, given }); // sees what is around, not what is within
      else if (key === 'from' || key === 'table' || key === 'using') walkSources(value, scope);
      else if (key === 'joins')
        for (const join of joins) {
          walkSources(join.table, scope);
          walk(join.on, scope);
        }
      else walk(value, scope);
    }
  }

  function insert(node: Node, around: Scope): void {
    const { into, columns, onConflict, orAction, replace, ...rest } = node;
    const scope = { owned: around.owned, given: withNames(node, around) };
    const table = into && tableName(into);
    const rule = table === undefined ? undefined : rules[table];
    if (table !== undefined) {
      const names = (list: readonly Node[] | undefined) => (list ?? []).map((column) => column.column.name as string);
      const keeps = (list: readonly Node[] | undefined) => names(list).some((name) => ownersOf(rule).includes(name));
      const source = { name: table, table };
      // An upsert changes the row that it meets: its key says whose that is, or its own WHERE does.
      const changesOwn =
        onConflict?.updates === undefined ||
        keeps(onConflict.columns) ||
        owns(source, bindings(onConflict.updateWhere?.where), true, new Map());
      const replaces = replace === true || orAction?.action === 'replace';
      touch(table, rule === 'platform' || (keeps(columns) && changesOwn && !replaces));
    }
    walk(Object.values(rest), scope);
    walk([onConflict?.updates, onConflict?.indexExpression], scope);
  }

  function owns({ name, table }: Source, tied: readonly Binding[], alone: boolean, owned: ReadonlyMap<string, boolean>): boolean {
    const columns = ownersOf(table === undefined ? undefined : rules[table]);
    // `a.hospital_id = b.hospital_id` passes an owner on, and does not make one. A platform's table has none to pass.
    const passesOn = ({ column, same }: Binding) =>
      same?.source === undefined ||
      (same.source !== name && owned.get(same.source) === true && (column !== 'hospital_id' || same.column === 'hospital_id'));
    return tied.some(
      (binding) =>
        (binding.source === undefined ? alone : binding.source === name) && columns.includes(binding.column) && passesOn(binding),
    );
  }

  /** A name of WITH is no table, unless it hides one. */
  function isGiven(table: string, given: ReadonlySet<string>): boolean {
    return given.has(table) && rules[table] === undefined;
  }

  function walkSources(node: unknown, scope: Scope): void {
    if (Array.isArray(node)) for (const item of node) walkSources(item, scope);
    else if (isNode(node) && node.kind !== 'TableNode' && !(node.kind === 'AliasNode' && node.node.kind === 'TableNode'))
      if (node.kind === 'FromNode' || node.kind === 'UsingNode') walkSources(Object.values(node), scope);
      else walk(node, scope);
  }
}

/** Columns that name the owner of a row of this table. */
function ownersOf(rule: Tenancy | undefined): readonly string[] {
  if (rule === 'hospital') return ['hospital_id'];
  if (rule === undefined || rule === 'platform') return [];
  return 'by' in rule ? rule.by : ['hospital_id', ...rule.orBy];
}

function withNames(node: Node, around: Scope): ReadonlySet<string> {
  const names = ((node.with?.expressions ?? []) as readonly Node[]).map(({ name }) => tableName(name.table));
  return names.length === 0 ? around.given : new Set([...around.given, ...names]);
}

function sourcesOf(node: unknown): Source[] {
  if (Array.isArray(node)) return node.flatMap(sourcesOf);
  if (!isNode(node)) return [];
  if (node.kind === 'TableNode') return [{ name: tableName(node), table: tableName(node) }];
  if (node.kind === 'ListNode') return sourcesOf(node.items);
  if (node.kind !== 'AliasNode') return [];
  const name = node.alias.kind === 'IdentifierNode' ? String(node.alias.name) : '';
  return [{ name, table: node.node.kind === 'TableNode' ? tableName(node.node) : undefined }];
}

/** What the AND-ed equalities of a condition tie. One side of an OR, a NOT, a CASE or raw text ties nothing. */
function bindings(node: unknown): Binding[] {
  if (!isNode(node)) return [];
  if (node.kind === 'AndNode') return [...bindings(node.left), ...bindings(node.right)];
  if (node.kind === 'ParensNode') return bindings(node.node);
  if (node.kind !== 'BinaryOperationNode') return [];
  const operator = node.operator.kind === 'OperatorNode' ? node.operator.operator : undefined;
  if (operator !== '=' && operator !== 'in') return [];
  const left = columnOf(node.leftOperand);
  const right = columnOf(node.rightOperand);
  if (left && right) {
    // Tied to a column, both must say whose they are: a column that equals itself ties nothing.
    if (left.source === undefined || right.source === undefined) return [];
    return [
      { ...left, same: right },
      { ...right, same: left },
    ];
  }
  if (left && isValue(node.rightOperand)) return [left];
  return right && operator === '=' && isValue(node.leftOperand) ? [right] : [];
}

function columnOf(node: unknown): Column | undefined {
  if (!isNode(node) || node.kind !== 'ReferenceNode' || node.column.kind !== 'ColumnNode') return undefined;
  return { source: node.table ? tableName(node.table) : undefined, column: node.column.column.name };
}

function isValue(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.kind === 'ValueListNode') return node.values.every(isValue);
  return node.kind === 'ValueNode' || node.kind === 'PrimitiveValueListNode';
}

function tableName(node: Node): string {
  return node.kind === 'TableNode' ? String(node.table.identifier.name) : '';
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && typeof (node as { kind?: unknown }).kind === 'string';
}

/** Declared tables whose names occur in raw text, and `raw SQL` where it reads from one that is not. */
function tablesIn({ sqlFragments }: Node, rules: Rules): string[] {
  const words = new Set(String(sqlFragments.join(' ')).toLowerCase().match(/\w+/g) ?? []);
  const named = Object.keys(rules).filter((table) => words.has(table));
  return named.length === 0 && ['select', 'from', 'join', 'into'].some((word) => words.has(word)) ? ['raw SQL'] : named;
}

function isUnitOfWork(root: RootOperationNode): boolean {
  const { sqlFragments, parameters } = root as unknown as { sqlFragments: readonly string[]; parameters: readonly unknown[] };
  return parameters.length === 0 && /^(BEGIN( IMMEDIATE)?|COMMIT|ROLLBACK)$/.test(sqlFragments.join(''));
}

type Marked = RootOperationNode & { readonly acrossHospitals?: true };

/** The way around the guard, for the few statements that serve every hospital (the worker's look for due jobs). Each use says why. */
export function acrossHospitals(db: Kysely<Tables>): Kysely<Tables> {
  return db.withPlugin({
    transformQuery: ({ node }) => ({ ...node, acrossHospitals: true }),
    transformResult: async ({ result }) => result,
  });
}
