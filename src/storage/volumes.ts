import { readFileSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Volume } from '../domain/jobs/backup-places.ts';

export interface Mount {
  readonly device: string;
  readonly folder: string;
  readonly type: string;
}

const DISKS = ['vfat', 'exfat', 'ntfs', 'ntfs3', 'fuseblk', 'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'hfsplus'];
const SYSTEM = /^\/(boot|efi|usr|var|etc|proc|sys|dev|run(?!\/media\/)|snap)(\/|$)/;

/** Disks beside the one that the data lie on, sticks first. Empty where the system does not tell of its mounts. */
export function listVolumes(home: string): Volume[] {
  return otherDisks(readMounts(), home)
    .flatMap(({ device, folder }) => {
      try {
        if (!statSync(folder).isDirectory()) return [];
        const { bavail, bsize } = statfsSync(folder);
        return [{ folder, freeBytes: bavail * bsize, removable: isRemovable(device, folder) }];
      } catch {
        return []; // it went while it was looked at
      }
    })
    .sort((a, b) => Number(b.removable) - Number(a.removable) || (a.folder < b.folder ? -1 : 1));
}

/** Pure: what is mounted from a disk that holds neither the system nor the data; one place for each disk. */
export function otherDisks(mounts: readonly Mount[], home: string): Mount[] {
  const holds = (folder: string, path: string) => folder === '/' || path === folder || path.startsWith(`${folder}/`);
  const holder = (path: string) => mounts.filter(({ folder }) => holds(folder, path)).sort((a, b) => b.folder.length - a.folder.length)[0];
  const taken = [holder(home), holder('/')].map((mount) => mount?.device);
  const found = mounts.filter(
    ({ device, folder, type }) =>
      device.startsWith('/dev/') && DISKS.includes(type) && !taken.includes(device) && !SYSTEM.test(folder) && folder !== '/',
  );
  return [...new Map(found.toReversed().map((mount) => [mount.device, mount])).values()];
}

/** Pure: the lines of /proc/self/mounts, in which spaces stand as \040. */
export function parseMounts(text: string): Mount[] {
  const plain = (field: string) =>
    field.replace(/\\([0-7]{3})/g, (_code, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return text.split('\n').flatMap((line) => {
    const [device, folder, type] = line.split(' ');
    return device && folder && type ? [{ device: plain(device), folder: plain(folder), type }] : [];
  });
}

function readMounts(): Mount[] {
  try {
    return parseMounts(readFileSync('/proc/self/mounts', 'utf8'));
  } catch {
    return [];
  }
}

function isRemovable(device: string, folder: string): boolean {
  if (/^\/(media|run\/media)\//.test(folder)) return true;
  try {
    return /\/usb\d/.test(realpathSync(`/sys/class/block/${basename(device)}`));
  } catch {
    return false;
  }
}
