import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/**
 * Statements that every request runs, built and compiled once: Kysely takes longer to build a statement than SQLite to run it.
 * They pass the tenancy guard when they are compiled.
 */
export interface Prepared {
  /**
   * Runs the statement of this name with these values. `build` is asked for it once, with places that stand for the values, so what
   * it builds must be the same whatever they are.
   */
  rows<V extends Values, R>(db: Kysely<Tables>, name: string, values: V, build: (places: V) => Compilable<R>): Promise<R[]>;
}

type Values = Readonly<Record<string, string | number | null>>;

const PLACE = Symbol('place');
interface Place {
  readonly [PLACE]: string;
}

export function makePrepared(): Prepared {
  const compiled = new Map<string, CompiledQuery>();
  return {
    async rows<V extends Values, R>(db: Kysely<Tables>, name: string, values: V, build: (places: V) => Compilable<R>) {
      let statement = compiled.get(name);
      if (!statement) {
        const places = Object.fromEntries(Object.keys(values).map((key): [string, Place] => [key, { [PLACE]: key }]));
        statement = build(places as unknown as V).compile();
        compiled.set(name, statement);
      }
      const parameters = statement.parameters.map((parameter) => (isPlace(parameter) ? values[parameter[PLACE]] : parameter));
      return (await db.executeQuery<R>({ ...(statement as CompiledQuery<R>), parameters })).rows;
    },
  };
}

function isPlace(parameter: unknown): parameter is Place {
  return typeof parameter === 'object' && parameter !== null && PLACE in parameter;
}
