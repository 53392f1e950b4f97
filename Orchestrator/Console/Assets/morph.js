// Makes an element's content like another's with as few changes as possible: what is the same is left alone, and so
// keeps its focus, its scroll position, what was typed and whether it is open. Elements with an id, or a data-key, are
// found again wherever they are among their siblings.
const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.key || null : null);

export function morphContent(from, to) {
  const keyed = new Map();
  for (const child of from.children) {
    const key = keyOf(child);
    if (key) keyed.set(key, child);
  }
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    let match = key ? keyed.get(key) : at;
    if (match && (match.nodeType !== wanted.nodeType || match.nodeName !== wanted.nodeName || (!key && keyOf(match)))) match = null;
    if (!match) {
      from.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else from.insertBefore(match, at);
    morph(match, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (from.isEqualNode(to) || from.hasAttribute('data-keep')) return;
  for (const { name, value } of to.attributes) {
    if (!isOfTheReader(from, name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !isOfTheReader(from, name)) from.removeAttribute(name);
  }
  if (from.nodeName !== 'TEXTAREA') morphContent(from, to);
}

// What the reader opened, chose or moved.
function isOfTheReader(element, name) {
  return (name === 'open' && element.nodeName === 'DETAILS')
    || (name === 'value' && element.nodeName === 'INPUT')
    || (name === 'checked' && element.nodeName === 'INPUT')
    || (name === 'viewBox' && element.dataset.moved !== undefined)
    || name === 'data-moved' || name === 'data-zoomable';
}
