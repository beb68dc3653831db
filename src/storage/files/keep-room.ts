import type { DiskRoom } from '../../domain/disk-room.ts';
import type { FileStore } from '../../domain/files.ts';

/** A file store that leaves the last of the disk to what cannot wait: it reads and removes as ever, and takes nothing new. */
export function keepRoom(files: FileStore, disk: DiskRoom): FileStore {
  return {
    ...files,
    async write(hospitalId, content, options) {
      disk.refuseIfLow();
      return files.write(hospitalId, content, options);
    },
  };
}
