import { AppError } from '../shared/errors.ts';
import { loadCatalogue, type WeightsSettings } from './catalogue.ts';
import { openVerdicts } from './checked.ts';
import { type Choice, chooseModels, type Hardware, type Selection } from './choose.ts';
import { locateModels } from './locate.ts';
import { checkModel, damagedError, type ResolvedModel } from './resolve.ts';

/** A choice whose every byte was checked. */
export interface ReadyModel {
  readonly choice: Choice;
  readonly model: ResolvedModel;
}

export interface CheckedSelection extends Omit<Selection, 'chosen'> {
  readonly ready: readonly ReadyModel[];
  /** Models that are there but whose bytes are wrong: native code never sees them. */
  readonly refused: readonly { readonly id: string; readonly error: AppError }[];
}

/** What a start needs: the best set of what is on this box, checked by SHA-256; a damaged model gives way to the next best. No network is touched. */
export async function selectModels(
  settings: WeightsSettings,
  wish: { readonly hardware: Hardware; readonly languages: readonly string[]; readonly prefer?: readonly string[] },
  signal: AbortSignal,
): Promise<CheckedSelection> {
  const catalogue = await loadCatalogue(settings);
  const located = await locateModels(settings, catalogue);
  const refused = new Map<string, AppError>(
    [...located.damaged.values()]
      .filter(({ entry }) => !located.models.has(entry.id))
      .map((damage) => [damage.entry.id, damagedError(damage)]),
  );
  const checked = new Map<string, ResolvedModel>();
  const verdicts = await openVerdicts(settings.modelsDir);
  try {
    for (;;) {
      const available = [...located.models.values()].filter(({ entry }) => !refused.has(entry.id));
      const selection = chooseModels({ ...wish, profile: settings.profile, catalogue, available });
      const before = refused.size;
      for (const { id } of selection.chosen) {
        const model = located.models.get(id);
        if (!model || checked.has(id) || refused.has(id)) continue;
        try {
          checked.set(id, await checkModel(model, verdicts, signal));
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
          refused.set(id, error);
        }
      }
      if (refused.size > before) continue;
      const { chosen, ...rest } = selection;
      const ready = chosen.flatMap((choice) => {
        const model = checked.get(choice.id);
        return model ? [{ choice, model }] : [];
      });
      return { ...rest, ready, refused: [...refused].map(([id, error]) => ({ id, error })) };
    }
  } finally {
    await verdicts.save();
  }
}
