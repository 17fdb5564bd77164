import "reflect-metadata";
import { createHash, webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import * as x509 from "@peculiar/x509";
import type { CertificateAuthority } from "../cloud.ts";
import { writeFileAtomically } from "./durable-json.ts";

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
// Clients such as Apple's refuse server certificates that are valid for longer.
const LEAF_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;

x509.cryptoProvider.set(webcrypto);

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  // An hour back: a clock that was just set must not make the certificate "not yet valid".
  return { notBefore: new Date(Date.now() - 60 * 60 * 1000), notAfter: new Date(Date.now() + days * DAY_MS) };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`;
}

async function makeAuthority(certFile: string, keyFile: string, stack: string): Promise<void> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Local cloud authority (${stack})`] }],
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    ...validity(AUTHORITY_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writeFileAtomically(keyFile, await privateKeyPem(keys));
  // The certificate last: it is what says that the authority is complete.
  writeFileAtomically(certFile, `${certificate.toString("pem")}\n`, 0o644);
}

async function loadAuthority(certFile: string, keyFile: string): Promise<Authority> {
  const pkcs8 = x509.PemConverter.decodeFirst(readFileSync(keyFile, "utf8"));
  const privateKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, KEY_ALGORITHM, false, ["sign"]);
  return {
    certificate: new x509.X509Certificate(readFileSync(certFile, "utf8")),
    privateKey: privateKey,
  };
}

async function makeLeaf(authority: Authority, names: readonly string[], certFile: string, keyFile: string) {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0] ?? ""] }],
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: KEY_ALGORITHM,
    ...validity(LEAF_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? ("dns" as const) : ("ip" as const), value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  writeFileAtomically(keyFile, await privateKeyPem(keys));
  writeFileAtomically(certFile, `${certificate.toString("pem")}\n`, 0o644);
}

function isCurrent(certFile: string): boolean {
  if (!existsSync(certFile)) return false;
  const { notAfter } = new x509.X509Certificate(readFileSync(certFile, "utf8"));
  return notAfter.getTime() - Date.now() > RENEW_BEFORE_DAYS * DAY_MS;
}

/** Makes the stack's authority once; afterwards finds it again in its folder, with every certificate it issued. */
export async function openCertificateAuthority(folder: string, stack: string): Promise<CertificateAuthority> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, "ca.pem");
  const caKeyFile = join(folder, "ca.key");
  if (!existsSync(caFile)) await makeAuthority(caFile, caKeyFile, stack);
  const authority = await loadAuthority(caFile, caKeyFile);
  const issuing = new Map<string, Promise<void>>();

  return {
    caFile,
    async issue(names) {
      if (names.length === 0) throw new Error("A certificate needs at least one DNS name or IP address.");
      const wanted = [...new Set(names)].toSorted();
      const label = createHash("sha256").update(wanted.join("\n")).digest("hex").slice(0, 16);
      const certFile = join(folder, `leaf-${label}.pem`);
      const keyFile = join(folder, `leaf-${label}.key`);
      // Two callers that want the same names at the same time must not end with one's key and the other's certificate.
      const inFlight = issuing.get(label);
      if (inFlight !== undefined) await inFlight;
      else if (!isCurrent(certFile)) {
        const making = makeLeaf(authority, wanted, certFile, keyFile).finally(() => issuing.delete(label));
        issuing.set(label, making);
        await making;
      }
      const cert = readFileSync(certFile, "utf8");
      const key = readFileSync(keyFile, "utf8");
      return { certFile, keyFile, cert, key, context: createSecureContext({ cert, key }) };
    },
  };
}
