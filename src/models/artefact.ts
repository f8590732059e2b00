// One format for everything that is kept as bytes: magic, version byte, checksum, a JSON header, then typed arrays,
// each starting at a multiple of 8 so that it can be read in place.
//
//   0  4  "RPRT"      4  1  format version      5  3  zero
//   8  4  checksum (FNV-1a of all that follows, little-endian)
//  12  4  length of the header in bytes
//  16  …  header: {"kind", "version", "sections": [{"name", "type", "offset", "length"}], "meta"}

const magic = 0x54525052;
const formatVersion = 1;
const fixedPart = 16;

const arrayTypes = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type ArrayType = keyof typeof arrayTypes;
export type Section = Float64Array | Float32Array | Int32Array | Uint8Array;
type SectionHeader = { name: string; type: ArrayType; offset: number; length: number };

export type Artefact = {
  readonly kind: string;
  /** Of the kind's own layout. */
  readonly version: number;
  readonly meta: unknown;
  readonly sections: Readonly<Record<string, Section>>;
};

const align = (offset: number) => (offset + 7) & ~7;

function checksumOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let index = 12; index < bytes.length; index++) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  return hash >>> 0;
}

function typeOf(section: Section): ArrayType {
  if (section instanceof Float64Array) return "f64";
  if (section instanceof Float32Array) return "f32";
  if (section instanceof Int32Array) return "i32";
  return "u8";
}

export function encodeArtefact({ kind, version, meta, sections }: Artefact): Uint8Array {
  const headers: SectionHeader[] = [];
  let offset = 0;
  for (const [name, section] of Object.entries(sections)) {
    offset = align(offset);
    headers.push({ name, type: typeOf(section), offset, length: section.length });
    offset += section.byteLength;
  }
  const header = new TextEncoder().encode(JSON.stringify({ kind, version, sections: headers, meta }));
  const body = align(fixedPart + header.length);
  const bytes = new Uint8Array(body + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint8(4, formatVersion);
  view.setUint32(12, header.length, true);
  bytes.set(header, fixedPart);
  for (const [index, section] of Object.values(sections).entries()) {
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), body + headers[index]!.offset);
  }
  view.setUint32(8, checksumOf(bytes), true);
  return bytes;
}

/** Throws when the bytes are no artefact of this kind and one of these versions, or were damaged. Sections share the bytes' memory. */
export function decodeArtefact(given: Uint8Array, kind: string, ...versions: readonly number[]): Artefact {
  // Views on 8-byte numbers need an aligned start; a driver may hand out a slice of something larger.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < fixedPart || view.getUint32(0, true) !== magic) throw new Error(`not an artefact: ${bytes.length} bytes`);
  if (view.getUint8(4) !== formatVersion) throw new Error(`artefact format ${view.getUint8(4)} is not known`);
  if (view.getUint32(8, true) !== checksumOf(bytes)) throw new Error("artefact is damaged: its checksum does not fit");
  const headerLength = view.getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(fixedPart, fixedPart + headerLength))) as {
    kind: string;
    version: number;
    sections: SectionHeader[];
    meta: unknown;
  };
  if (header.kind !== kind || !versions.includes(header.version)) {
    throw new Error(`artefact is ${header.kind} version ${header.version}, not ${kind} version ${versions.join(" or ")}`);
  }
  const body = bytes.byteOffset + align(fixedPart + headerLength);
  const sections: Record<string, Section> = {};
  for (const { name, type, offset, length } of header.sections)
    sections[name] = new arrayTypes[type](bytes.buffer as ArrayBuffer, body + offset, length);
  return { kind, version: header.version, meta: header.meta, sections };
}
