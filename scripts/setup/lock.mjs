const SYSTEMS = { android: 'android', darwin: 'darwin', mac: 'darwin', linux: 'linux', win: 'win32', win32: 'win32' };

/** True where npm finds `name` from the package at `path` of a lock file, in its own node_modules or in one above. */
function isLocked(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

/** The optional packages that some package of the lock file names and the lock file lacks, as [{ parent, name, version }]. */
export function unlockedOptionals(lock) {
  return Object.entries(lock.packages).flatMap(([parent, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(lock.packages, parent, name))
      .map(([name, version]) => ({ parent, name, version })),
  );
}

/** The lock file with an entry, without a checksum, for each of them. The platform is read from the package's name. */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  for (const { parent, name, version } of unlockedOptionals(lock)) {
    const [, system, cpu, flavour] = /[/-](android|darwin|mac|linux|win32|win)-(arm64|x64|riscv64)(?:-(musl|metal))?$/.exec(name) ?? [];
    if (system === undefined) throw new Error(`${name} does not tell its platform by its name: add it to package-lock.json by hand.`);
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(packages[parent].dev ? { dev: true } : {}),
      ...(flavour === 'musl' ? { libc: ['musl'] } : {}),
      optional: true,
      os: [SYSTEMS[system]],
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...lock, packages: Object.fromEntries(sorted) };
}
