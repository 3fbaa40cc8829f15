// Merkle trees of RFC 6962 over any hash; an odd node is carried up.

import { join } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (hash, data) => hash(join(LEAF, data));

/** Root over leaf hashes. */
export const rootOf = (hash, hashes) => {
  if (!hashes.length) return hash(new Uint8Array(0));
  let row = hashes;
  while (row.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < row.length; i += 2) above.push(hash(join(NODE, row[i], row[i + 1])));
    if (row.length % 2) above.push(row[row.length - 1]);
    row = above;
  }
  return row[0];
};

/** Audit path of a leaf, leaf to root. */
export const pathOf = (hash, hashes, index) => {
  const path = [];
  for (let row = hashes; row.length > 1; index = Math.floor(index / 2)) {
    const sibling = index % 2 ? index - 1 : index + 1;
    if (sibling < row.length) path.push(row[sibling]);
    const above = [];
    for (let i = 0; i < row.length; i += 2) {
      above.push(i + 1 < row.length ? hash(join(NODE, row[i], row[i + 1])) : row[i]);
    }
    row = above;
  }
  return path;
};

/** The root that a leaf hash and its path lead to; null when the path's length does not fit (RFC 9162 2.1.3.2). */
export const climb = (hash, leaf, index, size, path) => {
  if (!(index >= 0 && index < size)) return null;
  let here = leaf, place = index, last = size - 1; // numbers beyond 32 bits: no bitwise operators
  for (const step of path) {
    if (last === 0) return null;
    if (place % 2 || place === last) {
      here = hash(join(NODE, step, here));
      while (place % 2 === 0 && place) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      here = hash(join(NODE, here, step));
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? here : null;
};
