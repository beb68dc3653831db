import { parseArgs } from 'node:util';
import { cutPower } from '../../test/kit/power/cuts.ts';
import { whyNoTrace } from '../../test/kit/power/trace.ts';

/**
 * Cuts the power of a writing storage as often as it is told, on recordings of its disk, and compares what was acknowledged with what
 * is there. Ends with status 1 when anything was lost, torn or half done; with `--flushless` it must, because there the flush before
 * the acknowledgement is taken out.
 *
 *   node scripts/bench/power-cuts.ts [2000] [--seed 1] [--flushless]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { flushless: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const why = whyNoTrace();
if (why !== undefined) {
  process.stderr.write(`The power cannot be cut here: ${why}.\n`);
  process.exit(2);
}
const began = performance.now();
const seconds = () => ((performance.now() - began) / 1_000).toFixed(0);
const { cuts, acknowledged, compared, events, flushes, faults } = await cutPower({
  cuts: Number(positionals[0] ?? 2_000),
  seed: Number(values.seed),
  flushless: values.flushless,
  afterCut(report) {
    if (report.cuts % 100 === 0) process.stdout.write(`${report.cuts} cuts, ${report.faults.length} faults, ${seconds()} s\n`);
  },
});
process.stdout.write(
  `${cuts} cuts${values.flushless ? ' without the flush' : ''}; recorded: ${events} calls, ${flushes} flushes, ${acknowledged} acknowledged units; ` +
    `${compared} acknowledged units looked for; ${faults.length} faults, ${seconds()} s\n${faults.slice(0, 20).join('\n')}${faults.length > 0 ? '\n' : ''}`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
