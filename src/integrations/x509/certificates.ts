import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { BoxNames, CertificateMaker, KeyPair, Lifetime } from '../../domain/access/certificates.ts';

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ORGANISATION = '2.5.4.10';

/** Certificates on P-256, which every phone of the last ten years takes; the shapes are RFC 5280's, the signatures Node's. */
export function makeCertificateMaker(): CertificateMaker {
  return {
    makeAuthority(subject, permitted, life) {
      const subtrees = generalNames(permitted).map((base) => new GeneralSubtree({ base }));
      return build({ subject, life }, (own) => [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
        extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(own)),
        extension(id_ce_nameConstraints, true, new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) })),
      ]);
    },
    issue(authority, names, life) {
      const issued = build({ subject: names.names[0] ?? 'Bedside', life, authority }, (own, issuer) => [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
        extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(own)),
        extension(id_ce_authorityKeyIdentifier, false, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(issuer) })),
        extension(id_ce_subjectAltName, false, new SubjectAlternativeName(generalNames(names))),
      ]);
      return { ...issued, certificate: issued.certificate + authority.certificate };
    },
  };
}

/** A new key with a certificate for it: signed by the authority, or by itself where there is none. */
function build(
  { subject, life, authority }: { subject: string; life: Lifetime; authority?: KeyPair },
  extensionsOf: (ownKeyId: Buffer, issuerKeyId: Buffer) => Extension[],
): KeyPair {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
  const issuer = authority && AsnConvert.parse(new X509Certificate(authority.certificate).raw, Certificate).tbsCertificate;
  const issuerKey = issuer ? Buffer.from(AsnConvert.serialize(issuer.subjectPublicKeyInfo)) : publicKey;
  const name = nameOf(subject);
  // Serial numbers are positive, and unguessable, by the rules that browsers check.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 });
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(serial),
    signature: algorithm,
    issuer: issuer?.subject ?? name,
    validity: new Validity({ notBefore: new Date(life.fromMs), notAfter: new Date(life.toMs) }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(keyId(publicKey), keyId(issuerKey))),
  });
  const signer = authority ? createPrivateKey(authority.key) : pair.privateKey;
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(body)), { key: signer, dsaEncoding: 'der' });
  const certificate = new Certificate({ tbsCertificate: body, signatureAlgorithm: algorithm, signatureValue: bytesOf(signature) });
  return {
    certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function nameOf(commonName: string): Name {
  const part = (type: string, value: AttributeValue) => new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })]);
  return new Name([
    part(ORGANISATION, new AttributeValue({ utf8String: 'Bedside' })),
    part(COMMON_NAME, new AttributeValue({ utf8String: commonName.slice(0, 64) })),
  ]);
}

function generalNames({ names, addresses }: BoxNames): GeneralName[] {
  return [...names.map((dNSName) => new GeneralName({ dNSName })), ...addresses.map((iPAddress) => new GeneralName({ iPAddress }))];
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** RFC 7093: the first 160 bits of the SHA-256 of the key. */
function keyId(publicKey: Buffer): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

function bytesOf(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
