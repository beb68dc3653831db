import * as fs from 'node:fs';
import { explainFailure } from './explain.mjs';
import { SetupProblem } from './run.mjs';

/** Bytes that may still be written below a folder; without a limit where this Node cannot tell (before 18.15). */
function freeBytes(folder) {
  if (fs.statfsSync === undefined) return Number.POSITIVE_INFINITY;
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}

/** On a full disk npm leaves out what does not fit and calls it a success, so the space is looked at before and after it. */
export function refuseFullDisk(folder, neededBytes) {
  if (freeBytes(folder) < neededBytes) throw new SetupProblem(explainFailure('ENOSPC', folder));
}
