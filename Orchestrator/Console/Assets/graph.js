// Zoom and pan of the picture of a plan: the wheel with Ctrl, two fingers or the buttons; dragging.
const smallest = 0.05;
const largest = 4;
// Below this nothing can be read: then a part is shown first, with what goes on in it.
const readable = 0.5;

function numbers(svg) {
  return svg.getAttribute('viewBox').split(' ').map(Number);
}

// All of it, and never larger than it was drawn.
function whole(svg) {
  const [w, h] = [Number(svg.getAttribute('width')), Number(svg.getAttribute('height'))];
  const [room, high] = [Math.max(w, svg.clientWidth), Math.max(h, svg.clientHeight)];
  return [(w - room) / 2, (h - high) / 2, room, high];
}

function show(svg, box, moved = true) {
  svg.setAttribute('viewBox', box.map((n) => Math.round(n * 10) / 10).join(' '));
  if (moved) svg.dataset.moved = '';
  else delete svg.dataset.moved;
}

function begin(svg) {
  const [x, y, w, h] = whole(svg);
  if (svg.clientWidth / w >= readable && svg.clientHeight / h >= readable) {
    show(svg, [x, y, w, h], false);
    return;
  }
  const [width, height] = [svg.clientWidth / readable, svg.clientHeight / readable];
  const node = svg.querySelector('.graph-node[data-state="in-progress"], .graph-node[data-state="waiting"], .graph-node[data-state="failed"]') ?? svg.querySelector('.graph-node');
  const at = node?.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
  const within = (wanted, room, all) => (all <= room ? (all - room) / 2 : Math.min(Math.max(0, wanted), all - room));
  show(svg, [within(at.e - width / 3, width, Number(svg.getAttribute('width'))), within(at.f - height / 2, height, Number(svg.getAttribute('height'))), width, height]);
}

function zoom(svg, factor, at) {
  const [x, y, w, h] = numbers(svg);
  const scale = svg.clientWidth / w;
  const by = Math.min(Math.max(scale * factor, smallest), largest) / scale;
  const point = at ?? [x + w / 2, y + h / 2];
  show(svg, [point[0] - (point[0] - x) / by, point[1] - (point[1] - y) / by, w / by, h / by]);
}

function pointOf(svg, event) {
  const matrix = svg.getScreenCTM().inverse();
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
  return [point.x, point.y];
}

function startDragging(svg) {
  const pointers = new Map();
  let dragged = false;
  svg.addEventListener('pointerdown', (event) => {
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    dragged = false;
  });
  svg.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId);
    const moved = Math.hypot(event.clientX - before[0], event.clientY - before[1]);
    if (!dragged && moved < 4 && !others.length) return;
    if (!dragged) svg.setPointerCapture(event.pointerId);
    dragged = true;
    if (others.length) {
      const [ox, oy] = others[0][1];
      zoom(svg, Math.hypot(event.clientX - ox, event.clientY - oy) / Math.max(1, Math.hypot(before[0] - ox, before[1] - oy)));
    } else {
      const [x, y, w, h] = numbers(svg);
      const scale = svg.getScreenCTM().a;
      show(svg, [x - (event.clientX - before[0]) / scale, y - (event.clientY - before[1]) / scale, w, h]);
    }
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  const end = (event) => pointers.delete(event.pointerId);
  svg.addEventListener('pointerup', end);
  svg.addEventListener('pointercancel', end);
  // The end of dragging is no click on what lies there.
  svg.addEventListener('click', (event) => {
    if (dragged) event.preventDefault();
    dragged = false;
  }, true);
  svg.addEventListener('dragstart', (event) => event.preventDefault());
}

function prepare(frame) {
  const current = () => frame.querySelector('svg[data-graph]');
  const ready = () => {
    const svg = current();
    if (!svg) return;
    frame.querySelector('.graph-tools').hidden = false;
    if (svg.dataset.zoomable !== undefined) {
      if (svg.dataset.moved === undefined) show(svg, whole(svg), false);
      return;
    }
    svg.dataset.zoomable = '';
    begin(svg);
    startDragging(svg);
    svg.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(svg, Math.exp(-event.deltaY / 300), pointOf(svg, event));
    }, { passive: false });
  };
  frame.addEventListener('click', (event) => {
    const how = event.target.closest('[data-zoom]')?.dataset.zoom;
    if (how === 'fit') show(current(), whole(current()), false);
    else if (how) zoom(current(), how === 'in' ? 1.3 : 1 / 1.3);
  });
  ready();
  document.addEventListener('refreshed', ready);
  addEventListener('resize', ready);
}

export function startGraphs() {
  for (const frame of document.querySelectorAll('.graph-frame')) prepare(frame);
}
