import { BlockList, isIP } from 'node:net';
import type { BoxNames, Permitted } from './certificates.ts';

/** What is known of this machine and its network, as Node tells it. */
export interface Surroundings {
  readonly hostname: string;
  readonly addresses: readonly { readonly address: string; readonly internal: boolean }[];
  readonly publicUrl: string | undefined;
  /** Names and addresses that somebody has set: of the machine around a container, for instance. */
  readonly more: readonly string[];
}

/** Networks that nobody on the Internet has. */
const PRIVATE = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', '::1/128', 'fc00::/7'];
/** Endings that nobody on the Internet can own. */
const PRIVATE_ENDINGS = ['localhost', 'local', 'lan', 'internal', 'home.arpa'];

/** Pure: every name and address under which somebody on this network may reach the box, in a steady order. */
export function namesOf({ hostname, addresses, publicUrl, more }: Surroundings): BoxNames {
  const own = hostname.toLowerCase();
  const short = own.split('.')[0] ?? '';
  const given = [...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]), ...more].map(normal);
  const names = [own, `${short}.local`, short, ...given.filter((text) => isIP(text) === 0), 'localhost'].filter(isName);
  const reachable = addresses.filter(({ internal }) => !internal).map(({ address }) => normal(address));
  const numbers = [...reachable, ...given].filter((text) => isIP(text) !== 0 && !isLinkLocal(text));
  return { names: [...new Set(names)], addresses: [...new Set(['127.0.0.1', '::1', ...numbers])] };
}

/** Pure: what an authority made now may vouch for: what can only be on this network, and what this box is called. */
export function permittedFor({ names, addresses }: BoxNames): Permitted {
  const list = blockList(PRIVATE);
  const others = addresses.filter((address) => !list.check(address, family(address)));
  return {
    names: [...new Set([...PRIVATE_ENDINGS, ...names.filter((name) => !isUnder(name, PRIVATE_ENDINGS))])],
    addresses: [...PRIVATE, ...others.map((address) => `${address}/${family(address) === 'ipv4' ? 32 : 128}`)],
  };
}

/** Pure: the part of these names that an authority may vouch for. */
export function within({ names, addresses }: BoxNames, permitted: Permitted): BoxNames {
  const list = blockList(permitted.addresses);
  return {
    names: names.filter((name) => isUnder(name, permitted.names)),
    addresses: addresses.filter((address) => list.check(address, family(address))),
  };
}

/** Pure: is each of these names among those? */
export function covers(those: BoxNames, { names, addresses }: BoxNames): boolean {
  return names.every((name) => those.names.includes(name)) && addresses.every((address) => those.addresses.includes(address));
}

function isUnder(name: string, endings: readonly string[]): boolean {
  return endings.some((ending) => name === ending || name.endsWith(`.${ending}`));
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix = ''] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family(address));
  }
  return list;
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Without brackets and zone, in small letters, an IPv6 address in its one short form. */
function normal(text: string): string {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$|%.*$/g, '');
  return isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
}

/** Such an address has no meaning without the name of a cable. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address);
}

function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text) && isIP(text) === 0;
}
