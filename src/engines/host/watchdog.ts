import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/**
 * A thread beside the engine's JavaScript loop, which native code may hold for seconds. It tells the parent twice a second that the
 * process runs at all, and whether the loop has turned since the last time; and it ends the process when the parent has gone.
 */
const { parentPid, turns, beatFd, everyMs } = workerData as { parentPid: number; turns: Int32Array; beatFd: number; everyMs: number };
const beat = Buffer.alloc(1);
let seen = -1;

setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  const now = Atomics.load(turns, 0);
  beat[0] = now === seen ? 0 : 1;
  seen = now;
  try {
    writeSync(beatFd, beat);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}, everyMs);
