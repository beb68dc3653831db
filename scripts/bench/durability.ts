import { parseArgs } from 'node:util';
import { crashAndCompare } from '../../test/kit/crash.ts';

/**
 * Kills a writing storage as often as it is told, and compares what was acknowledged with what is there. Ends with status 1 when
 * anything was lost, doubled, torn or half done.
 *
 *   node scripts/bench/durability.ts [10000] [--full] [--side-by-side 2]
 *
 * A kill is not a power cut: see test/kit/crash.ts.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, 'side-by-side': { type: 'string', default: '2' } },
});
const wanted = Number(positionals[0] ?? 10_000);
const lines = Math.max(1, Number(values['side-by-side']));
const began = performance.now();
const seconds = () => (performance.now() - began) / 1_000;
const reports = await Promise.all(
  Array.from({ length: lines }, (_, line) =>
    crashAndCompare({
      cycles: Math.floor((wanted + line) / lines),
      full: values.full,
      afterCycle({ cycles, acknowledged, faults }) {
        if (cycles % 100 === 0)
          process.stdout.write(
            `line ${line}: ${cycles} cycles, ${acknowledged} acknowledged, ${faults.length} faults, ${seconds().toFixed(0)} s\n`,
          );
      },
    }),
  ),
);
const sum = (of: (report: (typeof reports)[number]) => number) => reports.reduce((total, report) => total + of(report), 0);
const faults = reports.flatMap((report) => report.faults);
process.stdout.write(
  `${sum((report) => report.cycles)} kills (${values.full ? 'full' : 'group commit'}), ${sum((report) => report.acknowledged)} acknowledged units, ` +
    `${faults.length} faults, ${seconds().toFixed(0)} s\n${faults.slice(0, 20).join('\n')}${faults.length > 0 ? '\n' : ''}`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
