// Puts together what the pages load: the verifier as one small file, the door, and the BLS check.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: {
    bls: at("bls.js"),
    worker: at("../static/verify/worker.js"),
    door: at("../static/verify/door_page.js"),
  },
  outdir: process.argv[2] || at("../static/verify/built/"),
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome91", "safari14"],
  supported: { destructuring: true }, // wrong in one beta only, which the tool takes for all
  charset: "utf8",
  logLevel: "error",
  logLimit: 3,
  legalComments: "eof",
});
