// Is a drand quicknet signature that of its round? Scheme bls-unchained-g1-rfc9380: signatures in G1, the public
// key in G2, the message SHA-256 of the round as eight bytes. Loaded only when a bundle has such a signature.

import { bls12_381 as curve } from "@noble/curves/bls12-381.js";
import { QUICKNET_KEY } from "../static/verify/beacon.js";
import { number, unhex } from "../static/verify/bytes.js";
import { sha256 } from "../static/verify/digest.js";

const DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** True when the signature (96 lower-case hex digits) is quicknet's of this round. */
export const drandHolds = (round, signature) => {
  const { shortSignatures } = curve;
  const message = shortSignatures.hash(sha256(number(round, 8)), DST);
  try {
    return shortSignatures.verify(unhex(signature), message, unhex(QUICKNET_KEY));
  } catch (_) {
    return false; // not a point of the curve
  }
};
