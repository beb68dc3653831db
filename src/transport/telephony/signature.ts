import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Pure: the address under which an exchange signed this form, or undefined where it did not. The signature is HMAC-SHA1 of the address
 * and the form's fields, sorted, under the account's token; some exchanges sign the standard port and some do not.
 */
export function signedAddress(
  token: string | undefined,
  signature: string | undefined,
  addresses: readonly string[],
  form: URLSearchParams,
): string | undefined {
  if (!token || !signature) return undefined;
  const sent = Buffer.from(signature);
  return addresses.find((address) =>
    withAndWithoutPort(address).some((one) => {
      const right = Buffer.from(signatureOf(token, one, form));
      return sent.length === right.length && timingSafeEqual(sent, right);
    }),
  );
}

/** Pure: what an exchange that holds this token signs. A field that comes several times counts once for each value. */
export function signatureOf(token: string, address: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const fields = names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac('sha1', token)
    .update(address + fields.join(''))
    .digest('base64');
}

function withAndWithoutPort(address: string): string[] {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:?#]+)(:\d+)?(.*)$/i.exec(address);
  if (!match) return [address];
  const [, scheme = '', host = '', port, rest = ''] = match;
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  if (port !== undefined && port !== standard) return [address];
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}${standard}${rest}`];
}
