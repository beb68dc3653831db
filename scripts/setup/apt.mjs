import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lastWords } from './explain.mjs';
import { isTrue } from './npm.mjs';
import { capture } from './run.mjs';
import { noteState, readState } from './state.mjs';

export const SERVE_PACKAGES = ['espeak-ng', 'ffmpeg'];
export const TEST_PACKAGES = [...SERVE_PACKAGES, 'chromium', 'tesseract-ocr', 'tesseract-ocr-hin'];

const COMMANDS = { chromium: ['chromium', 'chromium-browser', 'google-chrome'], 'tesseract-ocr': ['tesseract'] };
const TRY_AGAIN_AFTER_MS = 24 * 3600 * 1000;

function onPath(command, path) {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Tesseract's languages are data files, so there is no command to look for. */
function hasTesseractLanguage(language, env) {
  const debian = '/usr/share/tesseract-ocr';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'tessdata')) : [];
  const folders = [...versions, '/usr/share/tessdata', '/usr/local/share/tessdata', ...(env.TESSDATA_PREFIX ? [env.TESSDATA_PREFIX] : [])];
  return folders.some((folder) => existsSync(join(folder, `${language}.traineddata`)));
}

/** Which of these Debian packages bring something that this machine does not have yet, from whatever source. */
export function missingTools(packages, env = process.env) {
  return packages.filter((name) => {
    const language = /^tesseract-ocr-(\w+)$/.exec(name)?.[1];
    if (language !== undefined) return !hasTesseractLanguage(language, env);
    return !(COMMANDS[name] ?? [name]).some((command) => onPath(command, env.PATH ?? ''));
  });
}

/** Why apt is not to be used here, as half a sentence; null where it may be. */
export function whyNotApt({ uid, env }) {
  if (/^(0|false)$/i.test(env.BEDSIDE_APT ?? '')) return 'BEDSIDE_APT=0';
  if (isTrue(env.BEDSIDE_OFFLINE)) return 'BEDSIDE_OFFLINE=1';
  if (!onPath('apt-get', env.PATH ?? '')) return 'there is no apt-get here';
  return uid === 0 ? null : 'not root';
}

export const aptLine = (packages) => `apt-get update && apt-get install -y ${packages.join(' ')}`;

async function install(packages, env) {
  const apt = (args, limitMs) =>
    capture('apt-get', ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=60', ...args], {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      limitMs,
    });
  // Only the download has a time limit: dpkg must never be stopped half-way.
  const fetch = (names) => apt(['install', '-y', '--no-install-recommends', '--download-only', ...names], 240_000);
  const unpack = (names) => apt(['install', '-y', '--no-install-recommends', ...names]);

  let result = await fetch(packages);
  if (result.code !== 0) {
    await apt(['update'], 60_000);
    result = await fetch(packages);
  }
  if (result.code === 0) return unpack(packages);
  // One name that this release does not have must not keep the others away.
  if (packages.length > 1 && /Unable to locate package|no installation candidate/.test(result.output))
    for (const name of packages) if ((await fetch([name])).code === 0) await unpack([name]);
  return result;
}

/** Brings the missing command-line tools where that is allowed. Never an error: Bedside runs without them and says what it lacks. */
export async function installTools(root, packages, env = process.env, uid = process.getuid?.()) {
  const missing = missingTools(packages, env);
  if (missing.length === 0) return 'all there';
  const reason = whyNotApt({ uid, env });
  if (reason !== null) return `${missing.join(', ')} missing and left alone (${reason}); to have them, run as root: ${aptLine(missing)}`;
  const last = readState(root).apt;
  if (last?.missing === missing.join(' ') && Date.now() - last.at < TRY_AGAIN_AFTER_MS)
    return `${missing.join(', ')} missing; the last try failed (${last.said}); to have them, run: ${aptLine(missing)}`;

  const { output, timedOut } = await install(missing, env);
  const still = missingTools(missing, env);
  if (still.length === 0) return `${missing.join(', ')} installed`;
  const said = timedOut ? 'it took too long' : lastWords(output);
  noteState(root, { apt: { missing: still.join(' '), at: Date.now(), said } });
  return `${still.join(', ')} could not be installed (${said}); to have them, run: ${aptLine(still)}`;
}
