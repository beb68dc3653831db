import { createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { exportSPKI, importJWK, type JWK, SignJWT } from 'jose';
import { newId } from '../../../src/shared/ids.ts';
import { makeSigningKey } from '../../../src/storage/files/signing-keys.ts';
import { PLATFORM, sha256, type World } from './world.ts';

/** Something that looks like a sign-in and is none; `code` is what the house must answer. */
export interface Forgery {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly code: 'AUTHENTICATION_ERROR' | 'TOKEN_EXPIRED';
}

const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const MINUTE_MS = 60_000;

/** Every way we know to come in without being let in. The person whose name is abused is a hospital's administrator. */
export async function forgeries(world: World): Promise<readonly Forgery[]> {
  const { here, elsewhere, signingKey, house, now } = world;
  const admin = here.users.hospital_admin?.user_id ?? '';
  const { token, sessionId } = await world.mint(admin, here.hospitalId);
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  const bearer = (name: string, value: string, code: Forgery['code'] = 'AUTHENTICATION_ERROR'): Forgery => ({
    name,
    headers: { authorization: `Bearer ${value}` },
    code,
  });
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const signedWith = async (jwk: JWK, kid: string, more: object = {}, without: readonly string[] = []) => {
    const payload = Object.fromEntries(Object.entries({ ...claims, ...more }).filter(([name]) => !without.includes(name)));
    return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' }).sign(await importJWK(jwk, 'EdDSA'));
  };
  const own = (more: object, without?: readonly string[]) => signedWith(signingKey.privateJwk as JWK, signingKey.kid, more, without);
  const stranger = makeSigningKey(now());
  const publicPem = await exportSPKI((await importJWK(signingKey.publicJwk as JWK, 'EdDSA', { extractable: true })) as CryptoKey);

  // Sessions and users that ended, each in its own way.
  const ended = await world.mint(admin, here.hospitalId);
  await house.storage.transact(here.hospitalId, (stores) => stores.access.revokeSession(ended.sessionId, now()));
  const overId = newId();
  await house.storage.transact(here.hospitalId, (stores) =>
    stores.access.insertSession({
      id: overId,
      hospitalId: here.hospitalId,
      userId: admin,
      createdAt: 0,
      expiresAt: now() - 1,
      revokedAt: null,
    }),
  );
  const gone = await world.make.user(here, { role: 'hospital_admin' });
  const { token: goneToken } = await world.mint(gone, here.hospitalId);
  await world.call('DELETE', `/api/v1/users/${gone}`, { token: here.tokens.hospital_admin });
  const moved = await world.make.user(here, { role: 'hospital_admin' });
  const { token: movedToken } = await world.mint(moved, here.hospitalId);
  await world.call('PATCH', `/api/v1/users/${moved}`, { token: here.tokens.hospital_admin, body: { role: 'nurse' } });
  const revoked = await world.make.key(here);
  await world.call('DELETE', `/api/v1/auth/api-keys/${revoked.id}`, { token: here.tokens.hospital_admin });
  const oldKey = `bsk_${sha256(newId())}`;
  await house.storage.transact(here.hospitalId, (stores) =>
    stores.access.insertApiKey({
      id: newId(),
      hospitalId: here.hospitalId,
      name: 'old',
      scopes: ['all'],
      prefix: oldKey.slice(0, 10),
      keyHash: sha256(oldKey),
      createdBy: admin,
      createdAt: 0,
      expiresAt: now() - 1,
      revokedAt: null,
    }),
  );
  const refresh = await world.make.refreshToken(admin, here.hospitalId);
  const hmac = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: signingKey.kid, typ: 'JWT' })
    .sign(new TextEncoder().encode(publicPem));
  const embedded = (() => {
    const header = b64({ alg: 'EdDSA', jwk: stranger.publicJwk, kid: signingKey.kid });
    const key = createPrivateKey({ key: stranger.privateJwk as never, format: 'jwk' });
    createPublicKey(key);
    return `${header}.${body}.${signBytes(null, Buffer.from(`${header}.${body}`), key).toString('base64url')}`;
  })();

  return [
    { name: 'nobody', headers: {}, code: 'AUTHENTICATION_ERROR' },
    { name: 'Basic', headers: { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }, code: 'AUTHENTICATION_ERROR' },
    { name: 'an empty bearer', headers: { authorization: 'Bearer' }, code: 'AUTHENTICATION_ERROR' },
    bearer('nonsense', 'nonsense'),
    bearer('two dots', '..'),
    bearer('claims of another role', `${head}.${b64({ ...claims, role: 'platform_admin' })}.${signature}`),
    bearer('claims of a longer life', `${head}.${b64({ ...claims, exp: 9_999_999_999 })}.${signature}`),
    bearer('a signature with one letter changed', `${head}.${body}.${flip(signature, 40)}`),
    bearer('no signature', `${head}.${body}.`),
    bearer('alg none, unsigned', `${b64({ alg: 'none', typ: 'JWT' })}.${body}.`),
    bearer('alg none, signed', `${b64({ alg: 'none', kid: signingKey.kid })}.${body}.${signature}`),
    bearer('alg NoNe', `${b64({ alg: 'NoNe', kid: signingKey.kid })}.${body}.${signature}`),
    bearer('HMAC under the public key', hmac),
    bearer('a key sent along', embedded),
    bearer("another key under the house's name", await signedWith(stranger.privateJwk as JWK, signingKey.kid)),
    bearer('another key under its own name', await signedWith(stranger.privateJwk as JWK, stranger.kid)),
    bearer('of another issuer', await own({ iss: 'elsewhere' })),
    bearer('without an end', await own({}, ['exp'])),
    bearer('without a session', await own({}, ['sid'])),
    bearer(
      'over since ten minutes',
      await world.signer.sign({ userId: admin, sessionId, hospitalId: here.hospitalId }, now() - 40 * MINUTE_MS, now() - 10 * MINUTE_MS),
      'TOKEN_EXPIRED',
    ),
    bearer("somebody else's session", await own({ sub: here.users.nurse?.user_id })),
    bearer('a session that never was', await own({ sid: newId() })),
    bearer('a session taken to another hospital', await own({ hid: elsewhere.hospitalId })),
    bearer('a session taken to the platform', await own({ hid: PLATFORM })),
    bearer('a session that was left', ended.token),
    bearer('a session that is over', await own({ sid: overId })),
    bearer('a user who was removed', goneToken),
    bearer('a user whose role was changed', movedToken),
    bearer('a refresh token', refresh),
    bearer('a machine key that is none', `bsk_${'A'.repeat(43)}`),
    { name: 'a key that is none', headers: { 'x-api-key': `bsk_${'A'.repeat(43)}` }, code: 'AUTHENTICATION_ERROR' },
    { name: 'a key that was revoked', headers: { 'x-api-key': revoked.key }, code: 'AUTHENTICATION_ERROR' },
    { name: 'a key that is over', headers: { 'x-api-key': oldKey }, code: 'AUTHENTICATION_ERROR' },
    { name: 'a key cut short', headers: { 'x-api-key': here.keys.all.key.slice(0, -1) }, code: 'AUTHENTICATION_ERROR' },
  ];
}
