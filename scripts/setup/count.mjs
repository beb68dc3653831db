/**
 * Counts what vitest's JSON reporter wrote. A file that could not even be loaded, a failed hook, a crash and a run without
 * a single test each count as one failure: a green line must mean that tests ran.
 * `report` is null where vitest wrote none.
 */
export function countVitest(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const passed = report.numPassedTests;
  let failed = report.numFailedTests;
  const skipped = [];
  for (const file of report.testResults) {
    const results = file.assertionResults;
    if (file.status === 'failed' && !results.some(({ status }) => status === 'failed')) failed += 1;
    const left = results.filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status));
    const groups = new Set(left.map(({ ancestorTitles, title }) => ancestorTitles.find((name) => name !== '') ?? title));
    for (const name of groups) {
      const count = left.filter(({ ancestorTitles, title }) => (ancestorTitles.find((text) => text !== '') ?? title) === name).length;
      skipped.push({ file: file.name, name, count });
    }
  }
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed, skipped };
}

/** The line that ends a test run. */
export function summaryLine(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}
