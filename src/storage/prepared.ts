import type { Compilable } from 'kysely';

/**
 * Statements that every request runs, built and compiled once and handed to the connection without a detour: Kysely takes longer to
 * build or to execute a statement than SQLite to run it. They pass the tenancy guard when they are compiled.
 */
export interface Prepared {
  /**
   * Runs the statement of this name with these values. `build` is asked for it once, with places that stand for the values, so what
   * it builds must be the same whatever they are.
   */
  rows<V extends Values, R>(name: string, values: V, build: (places: V) => Compilable<R>): Promise<R[]>;
}

/** Readies a statement on one connection: values in, rows out, under the names that `schema.ts` has for their columns. */
export type Prepare = (sql: string) => Run;
type Run = (values: readonly unknown[]) => unknown[];

type Values = Readonly<Record<string, string | number | null>>;

const PLACE = Symbol('place');
interface Place {
  readonly [PLACE]: string;
}

export function makePrepared(prepare: Prepare): Prepared {
  const known = new Map<string, { run: Run; parameters: readonly unknown[] }>();
  return {
    async rows<V extends Values, R>(name: string, values: V, build: (places: V) => Compilable<R>) {
      let statement = known.get(name);
      if (!statement) {
        const places = Object.fromEntries(Object.keys(values).map((key): [string, Place] => [key, { [PLACE]: key }]));
        const { sql, parameters } = build(places as unknown as V).compile();
        statement = { run: prepare(sql), parameters };
        known.set(name, statement);
      }
      return statement.run(statement.parameters.map((parameter) => (isPlace(parameter) ? values[parameter[PLACE]] : parameter))) as R[];
    },
  };
}

function isPlace(parameter: unknown): parameter is Place {
  return typeof parameter === 'object' && parameter !== null && PLACE in parameter;
}
