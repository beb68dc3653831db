import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AppError } from './errors.ts';

/** How far away an address is: in this machine, in the house's own network, or somewhere in the world. */
export type Distance = 'machine' | 'house' | 'world';

/** Pure: undefined for what is nobody's to write to: unspecified, link-local (where clouds keep their secrets), multicast, reserved. */
export function distanceOf(address: string): Distance | undefined {
  const plain = plainAddress(address);
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0 || within(nowhere, plain, family)) return undefined;
  if (within(machine, plain, family)) return 'machine';
  return within(house, plain, family) ? 'house' : 'world';
}

/**
 * The address under which a host is to be reached, where it lies within what is allowed: who connects to this address, and not to
 * the name once more, is not led elsewhere in between. Throws `forbidden` (EGRESS_DENIED) or `unavailable`.
 */
export async function addressWithin(host: string, allowed: readonly Distance[]): Promise<string> {
  const literal = host.replace(/^\[|\]$/g, '');
  if (isIP(literal) === 0 && literal !== 'localhost' && !allowed.includes('house') && !allowed.includes('world')) throw denied();
  // To ask for a name is to send something, too: the two that need no asking are answered here.
  const found = isIP(literal) > 0 ? [literal] : literal === 'localhost' ? ['127.0.0.1'] : await addressesOf(literal);
  const near = found.find((address) => {
    const distance = distanceOf(address);
    return distance !== undefined && allowed.includes(distance);
  });
  if (near === undefined) throw denied();
  return near;
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new AppError('unavailable', 'The receiver could not be reached.', { reason: 'UNREACHABLE' }, error);
  }
}

function denied(): AppError {
  return new AppError('forbidden', 'Nothing may leave for this receiver as this box is set. It waits.', { reason: 'EGRESS_DENIED' });
}

/** IPv4 written as IPv6 is IPv4. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(?:0:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] ?? '';
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!hex) return address;
  const [high, low] = [Number.parseInt(hex[1] ?? '0', 16), Number.parseInt(hex[2] ?? '0', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

type Ranges = readonly (readonly [net: string, prefix: number])[];
function within(ranges: Ranges, address: string, family: 'ipv4' | 'ipv6'): boolean {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list.check(address, family);
}

const machine: Ranges = [
  ['127.0.0.0', 8],
  ['::1', 128],
];
const house: Ranges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
];
const nowhere: Ranges = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
  ['2002::', 16],
];
