import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePrepared } from '../../../src/storage/prepared.ts';
import { kyselyOver, openConnection, preparerOf } from '../../../src/storage/sqlite/database.ts';
import { type TenancyVerdict, tenancyGuard } from '../../../src/storage/tenancy.ts';
import { openTestStorage, type TestStorage } from '../../kit/storage.ts';

describe('a prepared statement', () => {
  let open: TestStorage;
  beforeAll(async () => {
    open = await openTestStorage();
  });
  afterAll(() => open.close());

  it('is built once, and run with other values each time, in the places where they belong', async () => {
    const connection = openConnection(open.file, open.key);
    const db = kyselyOver(connection, tenancyGuard());
    const prepared = makePrepared(preparerOf(connection));
    let built = 0;
    const put = (key: string, value: string) =>
      prepared.rows('put', { key, value }, (of) => {
        built++;
        return db
          .insertInto('platformSettings')
          .values(of)
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: of.value }));
      });
    const get = async (key: string) =>
      (await prepared.rows('get', { key }, (of) => db.selectFrom('platformSettings').selectAll().where('key', '=', of.key)))[0];
    await put('a', '1');
    await put('b', '2');
    await put('a', "3' OR 1=1 --");
    expect([built, await get('a'), await get('b'), await get('c')]).toEqual([
      1,
      { key: 'a', value: "3' OR 1=1 --" },
      { key: 'b', value: '2' },
      undefined,
    ]);
    await db.destroy();
  });

  it('gives its rows the names that Kysely gives them', async () => {
    const connection = openConnection(open.file, open.key);
    const db = kyselyOver(connection, tenancyGuard());
    const hospital = { id: 'h', name: 'H', email: null, adminContact: 'a', settings: '{}', createdAt: 1, updatedAt: 2 };
    await db.insertInto('hospitals').values(hospital).execute();
    const query = db.selectFrom('hospitals').selectAll();
    const rows = await makePrepared(preparerOf(connection)).rows('all', {}, () => query);
    expect(rows).toEqual(await query.execute());
    expect(rows).toEqual([hospital]);
    await db.destroy();
  });

  it('is shown to the guard, and refused each time when it names no hospital', async () => {
    const seen: TenancyVerdict[] = [];
    const connection = openConnection(open.file, open.key);
    const db = kyselyOver(
      connection,
      tenancyGuard((verdict) => seen.push(verdict)),
    );
    const prepared = makePrepared(preparerOf(connection));
    const stray = () => prepared.rows('stray', { id: 'x' }, (of) => db.selectFrom('users').selectAll().where('id', '=', of.id));
    for (let i = 0; i < 2; i++) await expect(stray()).rejects.toThrow('does not name its hospital');
    expect(seen.map(({ unowned }) => unowned)).toEqual([['users'], ['users']]);
    await db.destroy();
  });
});
