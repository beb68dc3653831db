// The models commands alone, for tests that kill a process in the middle: node models-cli.ts '<settings as JSON>' <arguments>
import { modelsCommand } from '../../src/cli/models.ts';
import type { WeightsSettings } from '../../src/weights/catalogue.ts';

const [settings = '{}', ...words] = process.argv.slice(2);
await modelsCommand(() => JSON.parse(settings) as WeightsSettings).parseAsync(words, { from: 'user' });
