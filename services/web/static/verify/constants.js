// The constants of SHA-2, computed rather than copied: the first bits after the point of square and cube
// roots of primes. Basis: FIPS 180-4 section 4.2.

const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);

/** The first 64 bits after the point of the k-th root of n (k = 2, 3). */
const fraction = (n, k) => {
  const power = BigInt(k), target = BigInt(n) << (64n * power);
  let low = 0n, high = 1n << 70n;
  while (low + 1n < high) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= target) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low);
};
const upper = (word) => Number(word >> 32n);

export const SHA512_K = primes.map((p) => fraction(p, 3));
export const SHA512_START = primes.slice(0, 8).map((p) => fraction(p, 2));
export const SHA256_K = Int32Array.from(SHA512_K.slice(0, 64).map(upper));
export const SHA256_START = Int32Array.from(SHA512_START.map(upper));
