/** The containers that are handed to ffmpeg, by the demuxer that reads each. Nothing else reaches it: no playlists, no scripts, no pictures. */
export type Container = 'mov' | 'matroska' | 'ogg' | 'mp3' | 'flac' | 'aac' | 'amr' | 'aiff' | 'caf';

/** Says from its first bytes what kind of file this is. */
export function containerOf(bytes: Uint8Array): Container | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(4, 8) === 'ftyp') return 'mov';
  if (bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3) return 'matroska';
  if (text(0, 4) === 'OggS') return 'ogg';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(0, 5) === '#!AMR') return 'amr';
  if (text(0, 4) === 'FORM' && /^AIF[FC]$/.test(text(8, 12))) return 'aiff';
  if (text(0, 4) === 'caff') return 'caf';
  if (text(0, 3) === 'ID3') return 'mp3';
  // Frame headers: twelve set bits, then the layer; AAC in ADTS has layer 0, MP3 layers 1 to 3.
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf0) === 0xf0 && ((bytes[1] ?? 0) & 0x06) === 0) return 'aac';
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0 && ((bytes[1] ?? 0) & 0x06) !== 0) return 'mp3';
  return undefined;
}
