import { fileURLToPath } from "node:url";

/** One file without dependencies that checks a signed document: for whoever has no Rapport. */
export const auditVerifier = fileURLToPath(new URL("../../scripts/verify-audit.mjs", import.meta.url));
export const standaloneVerifier = fileURLToPath(new URL("../../scripts/verify-signed.mjs", import.meta.url));
