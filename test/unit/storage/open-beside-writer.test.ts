import { describe, expect, it } from 'vitest';
import { openStorage } from '../../../src/storage/sqlite/storage.ts';
import { openTestStorage } from '../../kit/storage.ts';

describe('a database that somebody is writing to', () => {
  it('is opened by a command beside it as soon as that has ended', async () => {
    const service = await openTestStorage();
    service.raw().exec('BEGIN IMMEDIATE');
    const opening = openStorage({ file: service.file, key: service.key });
    setTimeout(() => service.raw().exec('COMMIT'), 150);
    const command = await opening;
    expect(await command.read('hospital', (stores) => stores.audit.head())).toBeUndefined();
    await command.close();
    await service.close();
  });
});
