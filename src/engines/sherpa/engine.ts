import { siblingModule } from '../../shared/sibling.ts';
import type { Purpose } from '../call.ts';
import type { EngineLimits, EngineSpec } from '../engine-process.ts';
import type { SherpaInit } from './models.ts';

/**
 * The process for one set of sherpa's models. A live recogniser and the detector of speech that guards it live in one process: the one is
 * of no use without the other, and together they take 85 MB where two processes take 155 (proportional set sizes after loading). Voices get a process of their own, so that a voice that
 * crashes does not make the service deaf.
 */
export function sherpaEngine(options: {
  readonly id: string;
  readonly purpose: Purpose;
  readonly init: SherpaInit;
  readonly fix?: string;
  readonly limits?: EngineLimits;
  readonly lazy?: boolean;
}): EngineSpec {
  return { fix: 'bedside models verify', ...options, module: siblingModule(import.meta.url, 'worker') };
}
