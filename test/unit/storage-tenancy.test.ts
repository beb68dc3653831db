import {
  CamelCasePlugin,
  type Compilable,
  DummyDriver,
  Kysely,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Tables } from '../../src/storage/schema.ts';
import { acrossHospitals, guarded, judge, type TenancyCheck, type TenancyVerdict, tenancyGuard } from '../../src/storage/tenancy.ts';

/** Builds statements and never runs them; the guard sees each as it would see it in a store. */
function builder(check?: TenancyCheck): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () => (check ? guarded(new SqliteQueryCompiler(), check) : new SqliteQueryCompiler()),
    },
    plugins: [new CamelCasePlugin()],
  });
}

const db = builder();
const mine = 'h1';
const verdictOf = (query: Compilable): TenancyVerdict => judge(query.compile().query as RootOperationNode);

type Row = readonly [name: string, query: Compilable];

/** Statements that name their hospital, or its row's own secret, for every tenant's table they touch. */
const owned: readonly Row[] = [
  ['a select', db.selectFrom('users').selectAll().where('hospitalId', '=', mine)],
  ['a select among other conditions', db.selectFrom('users').selectAll().where('id', '=', 'x').where('hospitalId', '=', mine)],
  ['a select of several hospitals by a list of values', db.selectFrom('users').selectAll().where('hospitalId', 'in', [mine, 'shared'])],
  ['a select under an alias', db.selectFrom('users as u').selectAll().where('u.hospitalId', '=', mine)],
  [
    'a value on the left',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb(eb.val(mine), '=', eb.ref('users.hospitalId'))),
  ],
  [
    'conditions joined by and()',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.and([eb('hospitalId', '=', mine), eb('role', '=', 'nurse')])),
  ],
  [
    'an or() beside the hospital',
    db
      .selectFrom('users')
      .selectAll()
      .where('hospitalId', '=', mine)
      .where((eb) => eb.or([eb('id', '=', 'a'), eb('id', '=', 'b')])),
  ],
  ['an update', db.updateTable('users').set({ firstName: 'A' }).where('hospitalId', '=', mine)],
  ['an update with returning', db.updateTable('users').set({ firstName: 'A' }).where('hospitalId', '=', mine).returning('id')],
  ['a delete', db.deleteFrom('users').where('hospitalId', '=', mine)],
  ['an insert', db.insertInto('departments').values({ id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 })],
  [
    'an insert of many',
    db.insertInto('departments').values([
      { id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 },
      { id: 'y', hospitalId: mine, name: 'Ears', createdAt: 1 },
    ]),
  ],
  [
    'an upsert on a key that holds the hospital',
    db
      .insertInto('auditHeads')
      .values({ hospitalId: mine, seq: 1, hash: 'x' })
      .onConflict((on) => on.column('hospitalId').doUpdateSet({ seq: 1 })),
  ],
  [
    "an upsert that changes only what is the hospital's",
    db
      .insertInto('departments')
      .values({ id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 })
      .onConflict((on) => on.column('id').doUpdateSet({ name: 'Eyes' }).where('departments.hospitalId', '=', mine)),
  ],
  [
    'an insert that gives way',
    db
      .insertInto('departments')
      .values({ id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 })
      .onConflict((on) => on.column('id').doNothing()),
  ],
  [
    'an insert from a select of the hospital',
    db
      .insertInto('userHospitalRoles')
      .columns(['hospitalId', 'userId', 'roleId'])
      .expression(db.selectFrom('users').select(['hospitalId', 'id', 'role']).where('hospitalId', '=', mine)),
  ],
  [
    'an inner join that passes the hospital on',
    db
      .selectFrom('doctors')
      .innerJoin('departments', (join) =>
        join.onRef('departments.hospitalId', '=', 'doctors.hospitalId').onRef('departments.id', '=', 'doctors.departmentId'),
      )
      .selectAll('doctors')
      .where('doctors.hospitalId', '=', mine),
  ],
  [
    'a left join that passes the hospital on',
    db
      .selectFrom('auditEntries')
      .leftJoin('auditPayloads', (join) =>
        join.onRef('auditPayloads.hospitalId', '=', 'auditEntries.hospitalId').onRef('auditPayloads.id', '=', 'auditEntries.id'),
      )
      .selectAll('auditEntries')
      .where('auditEntries.hospitalId', '=', mine),
  ],
  [
    'a left join that names the hospital of what it adds',
    db
      .selectFrom('doctors')
      .leftJoin('departments', (join) => join.on('departments.hospitalId', '=', mine).onRef('departments.id', '=', 'doctors.departmentId'))
      .selectAll('doctors')
      .where('doctors.hospitalId', '=', mine),
  ],
  [
    'a chain of three joins',
    db
      .selectFrom('users')
      .innerJoin('doctors', (join) => join.onRef('doctors.hospitalId', '=', 'users.hospitalId').onRef('doctors.userId', '=', 'users.id'))
      .innerJoin('departments', (join) =>
        join.onRef('departments.hospitalId', '=', 'doctors.hospitalId').onRef('departments.id', '=', 'doctors.departmentId'),
      )
      .select('users.id')
      .where('users.hospitalId', '=', mine),
  ],
  [
    'a table joined with itself',
    db
      .selectFrom('patients as child')
      .innerJoin('patients as guardian', (join) =>
        join.onRef('guardian.hospitalId', '=', 'child.hospitalId').onRef('guardian.id', '=', 'child.guardianId'),
      )
      .select('guardian.id')
      .where('child.hospitalId', '=', mine),
  ],
  [
    'a subquery of the hospital',
    db
      .selectFrom('users')
      .selectAll()
      .where('users.hospitalId', '=', mine)
      .where('id', 'in', db.selectFrom('doctors').select('userId').where('doctors.hospitalId', '=', mine)),
  ],
  [
    'a correlated exists that takes the hospital from outside',
    db
      .selectFrom('users')
      .selectAll()
      .where('users.hospitalId', '=', mine)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('doctors')
            .select('doctors.id')
            .whereRef('doctors.hospitalId', '=', 'users.hospitalId')
            .whereRef('doctors.userId', '=', 'users.id'),
        ),
      ),
  ],
  [
    'a derived table',
    db.selectFrom(db.selectFrom('users').select(['id', 'role']).where('hospitalId', '=', mine).as('staff')).select('staff.id'),
  ],
  [
    'a union of the hospital with itself',
    db
      .selectFrom('users')
      .select('id')
      .where('hospitalId', '=', mine)
      .union(db.selectFrom('patients').select('id').where('hospitalId', '=', mine)),
  ],
  [
    'a common table expression',
    db
      .with('staff', (of) => of.selectFrom('users').select(['id', 'role']).where('hospitalId', '=', mine))
      .selectFrom('staff')
      .select('staff.id'),
  ],
  ['a session by its own id', db.selectFrom('sessions').selectAll().where('id', '=', 's')],
  ['a refresh token by its hash', db.updateTable('refreshTokens').set({ usedAt: 1 }).where('tokenHash', '=', 'x')],
  ['a machine key by its hash', db.selectFrom('apiKeys').selectAll().where('keyHash', '=', 'x')],
  ['a platform table', db.selectFrom('hospitals').selectAll().where('name', '=', 'x')],
  [
    'a platform upsert',
    db
      .insertInto('platformSettings')
      .values({ key: 'a', value: 'b' })
      .onConflict((on) => on.column('key').doUpdateSet({ value: 'b' })),
  ],
  ['a function over columns written raw', db.selectFrom('users').select(sql<number>`count(*)`.as('n')).where('hospitalId', '=', mine)],
];

/** The same with something forgotten, or named where it binds nothing. */
const unowned: readonly (readonly [name: string, query: Compilable, tables: readonly string[]])[] = [
  ['a select of everything', db.selectFrom('users').selectAll(), ['users']],
  ['a select by id alone', db.selectFrom('users').selectAll().where('id', '=', 'x'), ['users']],
  ['a select under an alias', db.selectFrom('users as u').selectAll().where('u.id', '=', 'x'), ['users']],
  ['another operator', db.selectFrom('users').selectAll().where('hospitalId', '!=', mine), ['users']],
  ['a comparison that is no equality', db.selectFrom('users').selectAll().where('hospitalId', '>=', mine), ['users']],
  ['a pattern', db.selectFrom('users').selectAll().where('hospitalId', 'like', '%'), ['users']],
  [
    'the hospital on one side of an or()',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.or([eb('hospitalId', '=', mine), eb('id', '=', 'x')])),
    ['users'],
  ],
  [
    'a negated hospital',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.not(eb('hospitalId', '=', mine))),
    ['users'],
  ],
  [
    'a negated group',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.not(eb.and([eb('hospitalId', '=', mine), eb('role', '=', 'nurse')]))),
    ['users'],
  ],
  [
    'the hospital within a case',
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.case().when('hospitalId', '=', mine).then(1).else(1).end(), '=', 1),
    ['users'],
  ],
  ['a column compared with itself', db.selectFrom('users').selectAll().whereRef('hospitalId', '=', 'hospitalId'), ['users']],
  ['a column compared with another of its table', db.selectFrom('users').selectAll().whereRef('hospitalId', '=', 'id'), ['users']],
  [
    'a qualified column compared with itself',
    db.selectFrom('users').selectAll().whereRef('users.hospitalId', '=', 'users.hospitalId'),
    ['users'],
  ],
  [
    'every hospital there is, by a subquery',
    db.selectFrom('users').selectAll().where('hospitalId', 'in', db.selectFrom('hospitals').select('hospitals.id')),
    ['users'],
  ],
  [
    'a hospital looked up by a subquery',
    db.selectFrom('users').selectAll().where('hospitalId', '=', db.selectFrom('hospitals').select('hospitals.id').limit(1)),
    ['users'],
  ],
  ['a hospital written raw', db.selectFrom('users').selectAll().where('hospitalId', '=', sql<string>`hospital_id`), ['users']],
  ['a whole condition written raw', db.selectFrom('users').selectAll().where(sql<boolean>`hospital_id = ${mine}`), ['users']],
  [
    'the hospital in having',
    db.selectFrom('users').select('role').groupBy(['role', 'hospitalId']).having('hospitalId', '=', mine),
    ['users'],
  ],
  [
    "the hospital in an aggregate's filter",
    db.selectFrom('users').select((eb) => eb.fn.count('id').filterWhere('hospitalId', '=', mine).as('n')),
    ['users'],
  ],
  ['an update by id alone', db.updateTable('users').set({ firstName: 'A' }).where('id', '=', 'x'), ['users']],
  ['an update that only sets the hospital', db.updateTable('users').set({ hospitalId: mine }).where('id', '=', 'x'), ['users']],
  [
    'an update from another table',
    db
      .updateTable('users')
      .from('doctors')
      .set({ firstName: 'A' })
      .whereRef('doctors.userId', '=', 'users.id')
      .where('doctors.hospitalId', '=', mine),
    ['users'],
  ],
  [
    'an update with a subquery of everybody',
    db
      .updateTable('users')
      .set((eb) => ({ firstName: eb.selectFrom('patients').select('patients.firstName').limit(1) }))
      .where('users.hospitalId', '=', mine),
    ['patients'],
  ],
  ['a delete by id alone', db.deleteFrom('users').where('id', '=', 'x'), ['users']],
  ['a delete of everything', db.deleteFrom('patientPhones'), ['patient_phones']],
  [
    'an insert that names no hospital',
    db.insertInto('departments').values({ id: 'x', name: 'Eyes', createdAt: 1 } as never),
    ['departments'],
  ],
  ['an insert of defaults', db.insertInto('departments').defaultValues(), ['departments']],
  [
    'an insert from a select of everybody',
    db
      .insertInto('userHospitalRoles')
      .columns(['hospitalId', 'userId', 'roleId'])
      .expression(db.selectFrom('users').select(['hospitalId', 'id', 'role'])),
    ['users'],
  ],
  [
    "an insert from its own table, everybody's",
    db
      .insertInto('departments')
      .columns(['id', 'hospitalId', 'name', 'createdAt'])
      .expression(db.selectFrom('departments').select(['id', 'hospitalId', 'name', 'createdAt'])),
    ['departments'],
  ],
  [
    'an insert of a value looked up anywhere',
    db.insertInto('departments').values((eb) => ({
      id: 'x',
      hospitalId: mine,
      name: eb.selectFrom('patients').select('patients.firstName').limit(1) as never,
      createdAt: 1,
    })),
    ['patients'],
  ],
  [
    'an upsert on a key without the hospital',
    db
      .insertInto('departments')
      .values({ id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 })
      .onConflict((on) => on.column('id').doUpdateSet({ name: 'Eyes' })),
    ['departments'],
  ],
  [
    'an upsert that names no hospital but in its update',
    db
      .insertInto('departments')
      .values({ id: 'x', name: 'Eyes', createdAt: 1 } as never)
      .onConflict((on) => on.column('id').doUpdateSet({ name: 'Eyes' }).where('departments.hospitalId', '=', mine)),
    ['departments'],
  ],
  [
    'an insert or replace, which deletes what it meets',
    db.insertInto('departments').orReplace().values({ id: 'x', hospitalId: mine, name: 'Eyes', createdAt: 1 }),
    ['departments'],
  ],
  [
    'a join that names the hospital of one side',
    db
      .selectFrom('doctors')
      .innerJoin('departments', 'departments.id', 'doctors.departmentId')
      .selectAll('doctors')
      .where('doctors.hospitalId', '=', mine),
    ['departments'],
  ],
  [
    'a join that names the hospital of the other side',
    db
      .selectFrom('doctors')
      .innerJoin('departments', 'departments.id', 'doctors.departmentId')
      .selectAll('doctors')
      .where('departments.hospitalId', '=', mine),
    ['doctors'],
  ],
  [
    'a join that ties two hospitals and names none',
    db.selectFrom('doctors').innerJoin('departments', 'departments.hospitalId', 'doctors.hospitalId').selectAll('doctors'),
    ['doctors', 'departments'],
  ],
  [
    'an unqualified hospital in a join',
    db
      .selectFrom('doctors')
      .innerJoin('departments', 'departments.id', 'doctors.departmentId')
      .selectAll('doctors')
      .where('hospitalId', '=', mine),
    ['doctors', 'departments'],
  ],
  [
    'a left join whose condition names the hospital of what it keeps whole',
    db
      .selectFrom('users')
      .leftJoin('doctors', (join) => join.on('users.hospitalId', '=', mine).on('doctors.hospitalId', '=', mine))
      .select('users.id'),
    ['users'],
  ],
  [
    'a right join whose condition names the hospital of what it keeps whole',
    db
      .selectFrom('users')
      .rightJoin('doctors', (join) => join.on('users.hospitalId', '=', mine).on('doctors.hospitalId', '=', mine))
      .select('users.id'),
    ['doctors', 'users'],
  ],
  [
    'a join over the list of hospitals',
    db.selectFrom('users').innerJoin('hospitals', 'hospitals.id', 'users.hospitalId').selectAll('users'),
    ['users'],
  ],
  [
    'a join over the list of hospitals, one of them named',
    db.selectFrom('users').innerJoin('hospitals', 'hospitals.id', 'users.hospitalId').selectAll('users').where('hospitals.id', '=', mine),
    ['users'],
  ],
  [
    'a hospital tied to a column that is none',
    db
      .selectFrom('doctors')
      .innerJoin('users', 'users.role', 'doctors.hospitalId')
      .selectAll('doctors')
      .where('users.hospitalId', '=', mine),
    ['doctors'],
  ],
  ['a cross join', db.selectFrom('users').crossJoin('patients').select('patients.id').where('users.hospitalId', '=', mine), ['patients']],
  ['two tables in one from', db.selectFrom(['users', 'patients']).select('patients.id').where('users.hospitalId', '=', mine), ['patients']],
  [
    'a table joined with itself, one side free',
    db
      .selectFrom('patients as child')
      .innerJoin('patients as guardian', 'guardian.id', 'child.guardianId')
      .select('guardian.id')
      .where('child.hospitalId', '=', mine),
    ['patients'],
  ],
  [
    'a subquery that binds only itself',
    db
      .selectFrom('users')
      .selectAll()
      .where('id', 'in', db.selectFrom('users').select('users.id').where('users.hospitalId', '=', mine)),
    ['users'],
  ],
  [
    'a subquery of everybody',
    db.selectFrom('users').selectAll().where('users.hospitalId', '=', mine).where('id', 'in', db.selectFrom('doctors').select('userId')),
    ['doctors'],
  ],
  [
    'a subquery of everybody in the same table',
    db.selectFrom('users').selectAll().where('users.hospitalId', '=', mine).where('id', 'in', db.selectFrom('users as u').select('u.id')),
    ['users'],
  ],
  [
    'a subquery among the columns',
    db
      .selectFrom('users')
      .select((eb) => eb.selectFrom('patients').select('patients.id').limit(1).as('p'))
      .where('users.hospitalId', '=', mine),
    ['patients'],
  ],
  [
    'a subquery in order by',
    db
      .selectFrom('users')
      .select('users.id')
      .where('users.hospitalId', '=', mine)
      .orderBy((eb) => eb.selectFrom('patients').select('patients.id').limit(1)),
    ['patients'],
  ],
  [
    'a correlated exists by another column',
    db
      .selectFrom('users')
      .selectAll()
      .where('users.hospitalId', '=', mine)
      .where((eb) => eb.exists(eb.selectFrom('doctors').select('doctors.id').whereRef('doctors.userId', '=', 'users.id'))),
    ['doctors'],
  ],
  [
    'a derived table of everybody',
    db
      .selectFrom(db.selectFrom('users').select(['id', 'hospitalId']).as('staff'))
      .select('staff.id')
      .where('staff.hospitalId', '=', mine),
    ['users'],
  ],
  [
    'a union with everybody',
    db.selectFrom('users').select('id').where('hospitalId', '=', mine).union(db.selectFrom('users').select('id')),
    ['users'],
  ],
  [
    'a union all with another table of everybody',
    db.selectFrom('users').select('id').where('hospitalId', '=', mine).unionAll(db.selectFrom('patients').select('id')),
    ['patients'],
  ],
  [
    'an except',
    db
      .selectFrom('users')
      .select('id')
      .except(db.selectFrom('users').select('id').where('hospitalId', '=', mine)),
    ['users'],
  ],
  [
    'a common table expression of everybody',
    db
      .with('staff', (of) => of.selectFrom('users').select(['id', 'hospitalId']))
      .selectFrom('staff')
      .select('staff.id')
      .where('staff.hospitalId', '=', mine),
    ['users'],
  ],
  [
    'a common table expression called like a platform table',
    db
      .with('hospitals', (of) => of.selectFrom('users').select(['id', 'hospitalId']))
      .selectFrom('hospitals')
      .select('hospitals.id'),
    ['users'],
  ],
  [
    'a recursive common table expression of everybody',
    db
      .withRecursive('tree(id, parentId)', (of) =>
        of
          .selectFrom('hospitalRoles')
          .select(['id', 'parentId'])
          .unionAll(
            of
              .selectFrom('hospitalRoles')
              .innerJoin('tree', 'tree.id', 'hospitalRoles.parentId')
              .select(['hospitalRoles.id', 'hospitalRoles.parentId']),
          ),
      )
      .selectFrom('tree')
      .selectAll(),
    ['hospital_roles'],
  ],
  ['a session by its user alone', db.selectFrom('sessions').selectAll().where('userId', '=', 'x'), ['sessions']],
  ['a refresh token by its age', db.deleteFrom('refreshTokens').where('expiresAt', '<', 1), ['refresh_tokens']],
  [
    'refresh tokens of all sessions',
    db.selectFrom('refreshTokens').selectAll().where('sessionId', 'in', db.selectFrom('sessions').select('sessions.id')),
    ['refresh_tokens', 'sessions'],
  ],
  [
    'a table that nobody declared',
    builder()
      .selectFrom('secrets' as never)
      .selectAll()
      .where('hospitalId' as never, '=', mine as never),
    ['secrets'],
  ],
  ['a table named in a raw expression', db.selectFrom('hospitals').select(sql<number>`(select count(*) from users)`.as('n')), ['users']],
  [
    'a table handed to a raw expression',
    db.selectFrom('hospitals').select(sql<number>`(select count(*) from ${sql.table('users')})`.as('n')),
    ['raw SQL', 'users'],
  ],
  ['a table named raw in from', db.selectFrom(sql<Tables['users']>`users`.as('u')).select('u.id'), ['users']],
  ['a whole statement written raw', sql`select * from users where hospital_id = ${mine}` as unknown as Compilable, ['raw SQL', 'users']],
];

const compilable = (query: Compilable | { compile(of: Kysely<Tables>): { query: RootOperationNode } }): TenancyVerdict =>
  judge((query as { compile(of: Kysely<Tables>): { query: RootOperationNode } }).compile(db).query);

describe('the tenancy guard', () => {
  it.each(owned)('lets pass %s', (_, query) => expect(compilable(query).unowned).toEqual([]));

  it.each(unowned)('refuses %s', (_, query, tables) => expect([...compilable(query).unowned].sort()).toEqual([...tables].sort()));

  it('looks at enough shapes', () => expect(owned.length + unowned.length).toBeGreaterThanOrEqual(80));

  it('names the tables of a statement, each once', () => {
    const verdict = verdictOf(
      db
        .selectFrom('doctors')
        .innerJoin('departments', 'departments.hospitalId', 'doctors.hospitalId')
        .selectAll('doctors')
        .where('doctors.hospitalId', '=', mine),
    );
    expect(verdict).toMatchObject({ kind: 'SelectQueryNode', tables: ['doctors', 'departments'], unowned: [] });
  });

  it('throws before a statement becomes SQL, and tells who listens', () => {
    const seen: TenancyVerdict[] = [];
    const checked = builder(tenancyGuard((verdict) => seen.push(verdict)));
    expect(() => checked.selectFrom('users').selectAll().compile()).toThrow('A statement on users does not name its hospital.');
    expect(() => checked.selectFrom('users').selectAll().where('hospitalId', '=', mine).compile()).not.toThrow();
    expect(seen.map(({ unowned }) => unowned)).toEqual([['users'], []]);
    expect(() => sql`select * from users`.compile(checked)).toThrow('does not name its hospital');
  });

  it('refuses a text again that it refused before, and reports every statement', () => {
    const seen: TenancyVerdict[] = [];
    const checked = builder(tenancyGuard((verdict) => seen.push(verdict)));
    for (const id of ['a', 'b']) {
      expect(() => checked.selectFrom('users').select('id').where('id', '=', id).compile()).toThrow('does not name its hospital');
      expect(() => checked.selectFrom('users').select('id').where('hospitalId', '=', id).compile()).not.toThrow();
    }
    expect(seen.map(({ unowned }) => unowned)).toEqual([['users'], [], ['users'], []]);
  });

  it('lets a unit of work begin and end, and no other raw statement pass', () => {
    for (const text of ['BEGIN', 'BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']) expect(compilable(sql.raw(text) as never).unowned).toEqual([]);
    for (const text of ['BEGIN; DELETE FROM users', 'PRAGMA key', 'VACUUM', 'ATTACH x AS y', 'DELETE FROM nothing_declared'])
      expect(compilable(sql.raw(text) as never).unowned, text).not.toEqual([]);
  });

  it('refuses what is no statement on rows', () => {
    expect(compilable(db.schema.dropTable('users') as never).unowned).toEqual(['users']);
    expect(compilable(db.schema.createIndex('i').on('users').column('role') as never).unowned).toEqual(['users']);
  });

  it('is gone from what looks across hospitals, and from nothing else', () => {
    const checked = builder(tenancyGuard());
    expect(() => acrossHospitals(checked).selectFrom('jobs').selectAll().compile()).not.toThrow();
    expect(() => checked.selectFrom('jobs').selectAll().compile()).toThrow();
    expect(acrossHospitals(checked).selectFrom('jobs').select('hospitalId').compile().sql).toContain('hospital_id');
  });
});
