import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

/** Small files of every kind, made here: nothing of anybody else's is copied into the repository. */

export interface PdfText {
  readonly text: string;
  readonly x?: number;
  /** From the bottom of the page, in points. */
  readonly y: number;
  readonly size?: number;
  readonly bold?: boolean;
}

export interface PdfOptions {
  readonly title?: string;
  /** Needed to open it. */
  readonly password?: string;
  /** What stands in the content streams instead, as it is. */
  readonly content?: Buffer;
  readonly packed?: boolean;
}

/** Lines of plain text from the top of a page, as tools of the trade set them. */
export function column(lines: readonly string[], { x = 72, top = 700, pitch = 14, size = 11 } = {}): PdfText[] {
  return lines.map((text, i) => ({ text, x, y: top - i * pitch, size }));
}

export function pdf(pages: readonly (readonly PdfText[])[], options: PdfOptions = {}): Buffer {
  const objects: Buffer[] = [];
  const add = (body: Buffer | string): number => objects.push(Buffer.from(body));
  const stream = (bytes: Buffer): Buffer => {
    const body = options.packed ? deflateSync(bytes) : bytes;
    return Buffer.concat([
      Buffer.from(`<< /Length ${body.length} ${options.packed ? '/Filter /FlateDecode ' : ''}>>\nstream\n`),
      body,
      Buffer.from('\nendstream'),
    ]);
  };
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${5 + i * 2} 0 R`).join(' ')}] >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>');
  for (const [i, texts] of pages.entries()) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${6 + i * 2} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
    );
    const escaped = (text: string): string => text.replace(/[\\()]/g, (mark) => `\\${mark}`);
    const content = texts
      .map(({ text, x = 72, y, size = 11, bold }) => `BT /F${bold ? 2 : 1} ${size} Tf ${x} ${y} Td (${escaped(text)}) Tj ET`)
      .join('\n');
    add(stream(options.content ?? Buffer.from(content, 'latin1')));
  }
  const trailer: string[] = [];
  if (options.title) trailer.push(`/Info ${add(`<< /Title (${options.title}) >>`)} 0 R`);
  if (options.password !== undefined) trailer.push(`/Encrypt ${add(lock(options.password))} 0 R /ID [<${fileId}> <${fileId}>]`);
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  let at = parts[0]?.length ?? 0;
  const places = objects.map((body, i) => {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    parts.push(whole);
    at += whole.length;
    return at - whole.length;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer.join(' ')} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

const fileId = '00112233445566778899aabbccddeeff';
const padding = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');

/** The standard security handler, revision 2 (ISO 32000-1, 7.6.3): enough to ask for a password. */
function lock(password: string): string {
  const padded = Buffer.concat([Buffer.from(password), padding]).subarray(0, 32);
  const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(-4);
  const key = md5(padded, owner, permissions, Buffer.from(fileId, 'hex')).subarray(0, 5);
  return `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${owner.toString('hex')}> /U <${rc4(key, padding).toString('hex')}> >>`;
}

function rc4(key: Buffer, bytes: Buffer): Buffer {
  const box = Array.from({ length: 256 }, (_, i) => i);
  const swap = (i: number, j: number): void => {
    [box[i], box[j]] = [box[j] as number, box[i] as number];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (box[i] as number) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    bytes.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (box[i] as number)) & 255;
      swap(i, j);
      return byte ^ (box[((box[i] as number) + (box[j] as number)) & 255] as number);
    }),
  );
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer;
  /** What it says of its own size, where that is a lie. */
  readonly says?: number;
  readonly encrypted?: boolean;
  /** Already packed by deflate; `bytes` is that. */
  readonly packed?: { readonly size: number; readonly crc: number };
}

export function zip(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let place = 0;
  for (const { name, bytes, says, encrypted, packed } of parts) {
    const label = Buffer.from(name);
    const body = packed ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed?.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(says ?? packed?.size ?? bytes.length, 18);
    common.writeUInt16LE(label.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(place, 10);
    locals.push(Buffer.from('PK\x03\x04'), common, label, body);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, label);
    place += 30 + label.length + body.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...locals, list, end]);
}

const types =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const relations =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';

/** The parts of a Word document around this body (`<w:p>…`), and whatever parts come besides. */
export function docxParts(body: string, more: readonly ZipPart[] = []): ZipPart[] {
  const document = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>${body}</w:body></w:document>`;
  return [
    { name: '[Content_Types].xml', bytes: Buffer.from(types) },
    { name: '_rels/.rels', bytes: Buffer.from(relations) },
    { name: 'word/document.xml', bytes: Buffer.from(document) },
    ...more,
  ];
}

export function docx(body: string, more: readonly ZipPart[] = []): Buffer {
  return zip(docxParts(body, more));
}

/** A paragraph of Word's; `style` is the name of its style, `look` what stands in the properties of its run. */
export function wordParagraph(text: string, { style = '', look = '' } = {}): string {
  const named = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : '';
  return `<w:p>${named}<w:r>${look ? `<w:rPr>${look}</w:rPr>` : ''}<w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

export function wordTable(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string => row.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('');
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('')}</w:tbl>`;
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A file as an accident, or somebody who means harm, would have left it. */
export function mutated(file: Buffer, other: Buffer, random: () => number): Buffer {
  const at = (length: number): number => Math.floor(random() * length);
  let bytes = Buffer.from(file);
  for (let times = 1 + at(3); times > 0; times--) {
    const place = at(bytes.length);
    switch (at(6)) {
      case 0: // bits flipped
        for (let i = 1 + at(40); i > 0; i--) {
          const spot = at(bytes.length);
          bytes[spot] = (bytes[spot] ?? 0) ^ (1 << at(8));
        }
        break;
      case 1: // cut off
        bytes = bytes.subarray(0, Math.max(64, place));
        break;
      case 2: // a piece of another file
        bytes = Buffer.concat([bytes.subarray(0, place), other.subarray(at(other.length)).subarray(0, 2_000), bytes.subarray(place)]);
        break;
      case 3: // a piece twice, or a piece missing
        bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.max(0, place - at(3_000) + at(3_000)))]);
        break;
      case 4: {
        // a length, a count or a place that is a lie
        const text = bytes.toString('latin1');
        const numbers = [...text.matchAll(/\b\d{1,10}\b/g)];
        const one = numbers[at(numbers.length)];
        const lie = ['0', '1', '-1', '4294967295', '2147483647', '99999999', '65536'][at(7)] as string;
        if (one) bytes = Buffer.from(text.slice(0, one.index) + lie + text.slice(one.index + one[0].length), 'latin1');
        break;
      }
      default: // four bytes of a package that count something
        if (bytes.length > 8) bytes.writeUInt32LE([0, 1, 0xffffffff, 0x7fffffff, 65_536][at(5)] as number, at(bytes.length - 4));
    }
  }
  return bytes;
}
