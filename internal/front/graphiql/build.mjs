// Bundles GraphiQL into dist/, which is committed and embedded in the binary.
// `npm ci && npm run build` gives the same bytes again. See README.md.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as esbuild from 'esbuild';

const base = '/graphiql/'; // where internal/front serves dist/

/** GraphiQL's style sheets, without web fonts and with the icon font as a file of its own. */
const styles = {
  name: 'styles',
  setup(build) {
    // graphiql/style.css already contains what Monaco's modules import one by one.
    build.onLoad({ filter: /monaco-editor[\\/]esm[\\/].*\.css$/ }, () => ({ contents: '', loader: 'css' }));
    build.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, 'utf8');
      return { contents: css.replace(/@font-face\s*\{[^}]*\}/g, iconFontOnly), loader: 'css' };
    });
  },
};

function iconFontOnly(rule) {
  if (!rule.includes('codicon')) return '';
  const file = 'monaco-editor/esm/vs/base/browser/ui/codicons/codicon/codicon.ttf';
  return rule.replace(/url\([^)]*\)/, `url(${file})`);
}

const out = 'dist';
await rm(out, { recursive: true, force: true });
const { metafile } = await esbuild.build({
  entryPoints: {
    graphiql: 'src/main.jsx',
    'editor-worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql-worker': 'monaco-graphql/esm/graphql.worker.js',
    'json-worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  outdir: path.join(out, 'assets'),
  publicPath: `${base}assets`,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true, // the workers share GraphQL and Monaco code with the page
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none', // the licences are in licences.txt
  jsx: 'automatic',
  loader: { '.ttf': 'file', '.graphql': 'text' },
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [styles],
  metafile: true,
  logLevel: 'warning',
});

// Style sheets of lazily loaded chunks are empty (see above): nothing loads them.
const entries = {};
for (const [file, output] of Object.entries(metafile.outputs)) {
  if (output.bytes === 0) await rm(file);
  if (output.entryPoint) entries[output.entryPoint.split('/').pop()] = { file, ...output };
}

const url = (file) => base + path.posix.relative(out, file);
const main = entries['main.jsx'];
const preload = main.imports.filter((i) => i.kind === 'import-statement').map((i) => i.path);
const links = [
  `<link rel="stylesheet" href="${url(main.cssBundle)}">`,
  `<script type="module" src="${url(main.file)}"></script>`,
  ...preload.map((file) => `<link rel="modulepreload" href="${url(file)}">`),
];
const workers = ['editor', 'graphql', 'json'].map(
  (label) => `data-${label}-worker="${url(entries[`${label}.worker.js`].file)}"`,
);
const html = (await readFile('index.html', 'utf8'))
  .replace('{{links}}', links.join('\n    '))
  .replace('{{workers}}', workers.join(' '));
await writeFile(path.join(out, 'index.html'), html);
await writeFile(path.join(out, 'licences.txt'), await licences());

/** The notices of every package that has code in the bundle, each text once. */
async function licences() {
  const dirs = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const dir = input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/);
    if (dir) dirs.add(dir[0]);
  }
  const packages = new Map(); // text → the packages that come under it
  for (const dir of [...dirs].sort()) {
    const { name, version, license, author } = JSON.parse(await readFile(`${dir}/package.json`, 'utf8'));
    const text = (await licenceText(dir)) || `${license}, by ${author?.name ?? author ?? `the authors of ${name}`}`;
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...packages].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'='.repeat(80)}\n\n`);
}

async function licenceText(dir) {
  const files = (await readdir(dir)).filter((name) => /^(licen[cs]e|thirdpartynotices)(\.|$)/i.test(name));
  const texts = await Promise.all(files.sort().map((name) => readFile(`${dir}/${name}`, 'utf8')));
  return texts.map((text) => text.replace(/\s+$/gm, '').trim()).join('\n\n');
}
