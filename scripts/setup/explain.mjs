const CAUSES = [
  [/\bENOSPC\b|no space left/i, 'The disk that holds {folder} is full: free at least 2 GB there and run the same command again.'],
  [
    /\b(EACCES|EPERM|EROFS)\b|permission denied|read-only file system/i,
    'The folder {folder} (or npm\'s cache, "npm config get cache") cannot be written: give it to the user who runs this (sudo chown -R "$(id -un)" {folder}) and run the same command again.',
  ],
  [
    /\bEUSAGE\b|can only install with an existing package-lock/i,
    'package-lock.json is missing or does not fit package.json: bring it back with "git checkout package-lock.json" and run the same command again.',
  ],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|ENOTCACHED|UNABLE_TO_GET_ISSUER_CERT\w*|SELF_SIGNED_CERT\w*)\b|network request|Exit handler never called/i,
    'The npm registry cannot be reached: connect this machine to the internet for the first set-up (or name a mirror with "npm config set registry <address>", a proxy with HTTPS_PROXY) and run the same command again.',
  ],
  [
    /\bEINTEGRITY\b/,
    'A downloaded package is not what package-lock.json expects: run "npm cache clean --force" and the same command again; if it happens again, somebody on the way alters packages.',
  ],
  [
    /\b(E404|ETARGET)\b/,
    'The npm registry in use does not have a package that is needed: check "npm config get registry", or ask whoever keeps the mirror to add it. It said: {last}',
  ],
  [
    /\bEBADPLATFORM\b/,
    'A package does not support this kind of machine: use Linux on x64 or arm64 (Debian or Ubuntu), or the container image. It said: {last}',
  ],
];

/** The lines of an output that say something, newest last, without npm's own decoration. */
export function lastWords(output, lines = 1) {
  const said = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!|warn|WARN)\s?/, '').trim())
    .filter((line) => line !== '' && !/^(A complete log of this run|\/.*-debug-\d+\.log$|code |errno |syscall )/.test(line));
  return said.slice(-lines).join('\n');
}

/** The sentence for a cause that is known, with {places}; undefined for any other. */
export const knownCause = (output) => CAUSES.find(([pattern]) => pattern.test(output))?.[1];

/** Turns the output of a failed set-up command, or a thrown system error, into one sentence that says what to do. */
export function explainFailure(output, folder) {
  const sentence = knownCause(output) ?? 'The last thing it said was: {last}';
  return sentence.replaceAll('{folder}', folder).replaceAll('{last}', lastWords(output));
}
