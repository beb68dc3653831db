import { describe, expect, it } from 'vitest';
import { isDue } from '../../../src/domain/access/box-certificate.ts';
import { covers, namesOf, permittedFor, within } from '../../../src/domain/access/box-names.ts';

const around = {
  hostname: 'Clinic-Box',
  addresses: [
    { address: '127.0.0.1', internal: true },
    { address: '192.168.1.20', internal: false },
    { address: 'fe80::1%eth0', internal: false },
    { address: 'FD00:0:0:0:0:0:0:0002', internal: false },
  ],
  publicUrl: 'https://bedside.clinic.example:8443/',
  more: ['10.0.0.7', ' Front-Desk '],
};

describe('names of the box', () => {
  it('are its own, those of its network and those that somebody set', () => {
    expect(namesOf(around)).toEqual({
      names: ['clinic-box', 'clinic-box.local', 'bedside.clinic.example', 'front-desk', 'localhost'],
      addresses: ['127.0.0.1', '::1', '192.168.1.20', 'fd00::2', '10.0.0.7'],
    });
  });

  it('leave out what no certificate can name', () => {
    const { names, addresses } = namesOf({ ...around, hostname: 'my_box', publicUrl: 'http://[fd00::5]:8080', more: ['a b', '-x', ''] });
    expect(names).toEqual(['localhost']);
    expect(addresses).toContain('fd00::5');
  });

  it('bind an authority to this network and to this box', () => {
    const permitted = permittedFor(namesOf({ ...around, more: ['203.0.113.9'] }));
    expect(permitted.names).toContain('local');
    expect(permitted.names).toContain('bedside.clinic.example');
    expect(permitted.addresses).toContain('203.0.113.9/32');
    const asked = {
      names: ['other.local', 'bank.example', 'clinic-box', 'evilclinic-box', 'localhost'],
      addresses: ['172.16.3.4', '203.0.113.9', '203.0.113.10', '8.8.8.8', 'fd12::1', '2001:db8::1', '::1'],
    };
    expect(within(asked, permitted)).toEqual({
      names: ['other.local', 'clinic-box', 'localhost'],
      addresses: ['172.16.3.4', '203.0.113.9', 'fd12::1', '::1'],
    });
  });

  it('ask for another certificate when one comes, and not when one goes', () => {
    const before = { names: ['a', 'b'], addresses: ['10.0.0.1'] };
    expect(covers(before, { names: ['a'], addresses: [] })).toBe(true);
    expect(covers(before, { names: ['a'], addresses: ['10.0.0.2'] })).toBe(false);
  });
});

describe('a certificate', () => {
  const day = 24 * 3_600_000;
  const names = { names: ['a'], addresses: [] };
  const kept = { fromMs: 0, toMs: 397 * day, names };

  it.each([
    ['in its first year', 100 * day, names, false],
    ['two months before its end', 338 * day, names, true],
    ['that has ended', 400 * day, names, true],
    ['that has not begun, because the clock went back', -day, names, true],
    ['that lacks a name', 100 * day, { names: ['a', 'b'], addresses: [] }, true],
  ])('%s', (_what, nowMs, wanted, due) => expect(isDue(kept, wanted, nowMs)).toBe(due));
});
