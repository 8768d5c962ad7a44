// Makes elements out of a message's HTML. The server has sanitised it; still nothing is assigned as
// HTML here: the text is parsed into a document that runs and loads nothing, and only elements and
// links of the lists below are built anew. What is not listed loses its tags and keeps its text.

const kept = new Set(
  ('p br hr strong em del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 ' +
    'table thead tbody tr th td a').split(' '),
);
const dropped = new Set(['script', 'style', 'template', 'iframe', 'object', 'svg', 'math']);
const schemes = new Set(['http:', 'https:', 'mailto:']);

/** The content of the HTML as a fragment. */
export function richText(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const fragment = document.createDocumentFragment();
  copyInto(fragment, parsed.body);
  return fragment;
}

function copyInto(target, source) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      target.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE && !dropped.has(node.localName)) {
      const copy = kept.has(node.localName) ? element(node) : target;
      copyInto(copy, node);
      if (copy !== target) target.append(copy);
    }
  }
}

function element(node) {
  const copy = document.createElement(headingBelow(node.localName));
  if (node.localName === 'a') link(copy, node.getAttribute('href'));
  if (node.localName === 'ol' && /^\d+$/.test(node.getAttribute('start') ?? '')) copy.start = node.getAttribute('start');
  return copy;
}

/** A message's headings stand below the page's: its first level is the page's third. */
function headingBelow(name) {
  const level = name.match(/^h([1-6])$/)?.[1];
  return level ? `h${Math.min(6, Number(level) + 2)}` : name;
}

function link(copy, href) {
  const url = href && address(href);
  if (!url || !schemes.has(url.protocol)) return;
  copy.href = url.href;
  copy.rel = 'noopener noreferrer nofollow';
  copy.target = '_blank';
}

function address(href) {
  try {
    return new URL(href, location.href);
  } catch {
    return null;
  }
}
