// What keeps a page up to date. Elements with data-fragment get their content from the server: those with data-every
// after so many seconds, the others of a page with data-events whenever the run's log has grown, at most four times a
// second. The server alone knows how things look; here it is only put in its place.
import { morphContent } from './morph.js';
import { tellTimes } from './times.js';

const atMostEvery = 250;
const again = 2000;

export async function refresh(element) {
  const url = element.dataset.fragment;
  if (!url || element.dataset.loading) return true;
  element.dataset.loading = 'true';
  let more = false;
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    // Nobody is signed in any more: the page itself leads to where one signs in.
    if (answer.status === 401) location.reload();
    if (!answer.ok) return false;
    const text = await answer.text();
    if (element.dataset.fragment !== url) return true;
    const parsed = new DOMParser().parseFromString(`<!DOCTYPE html><body>${text}`, 'text/html');
    if (element.dataset.append !== undefined) more = append(element, parsed.body);
    else morphContent(element, parsed.body);
    tellTimes();
    element.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
  } catch {
    // The server is away for a moment.
    return false;
  } finally {
    delete element.dataset.loading;
  }
  return more ? refresh(element) : true;
}

// Rows that follow those which are there: each has an id, and none comes twice.
function append(element, body) {
  const rows = [...body.querySelectorAll('template')].flatMap((holder) => [...holder.content.children]);
  const target = element.querySelector('[data-rows]');
  for (const row of rows) {
    if (!document.getElementById(row.id)) target.append(document.importNode(row, true));
  }
  const last = body.querySelector('[data-next]');
  if (last) element.dataset.fragment = last.dataset.next;
  return last?.dataset.more !== undefined;
}

function startPolling() {
  for (const element of document.querySelectorAll('[data-fragment][data-every]')) {
    setInterval(() => {
      if (!document.hidden) refresh(element);
    }, Number(element.dataset.every) * 1000);
  }
}

class RunEvents {
  constructor(root) {
    this.root = root;
    this.seen = Number(root.dataset.version);
    this.timer = 0;
    this.status = document.getElementById('connection');
    this.connect();
  }

  connect() {
    this.source = new EventSource(`${this.root.dataset.events}?after=${this.seen}`);
    this.source.onopen = () => {
      this.say('live', 'Live');
      // What could not be fetched while the server was away.
      this.later();
    };
    this.source.onmessage = (message) => this.take(message);
    this.source.onerror = () => {
      if (this.source.readyState === EventSource.CONNECTING) this.say('lost', 'Connecting again…');
      else this.closed();
    };
  }

  take(message) {
    const version = Number(message.lastEventId);
    if (version <= this.seen) return;
    this.seen = version;
    this.later();
    const event = JSON.parse(message.data);
    if (event.run_completed || event.run_failed || event.run_cancelled) {
      this.source.close();
      this.say('ended', '');
    }
  }

  // The browser has given up: the answer was no stream. 204 says that the run has ended, others that the server is away.
  async closed() {
    try {
      const answer = await fetch(`${this.root.dataset.events}?after=${this.seen}&page_size=1`, { headers: { Accept: 'application/json' } });
      if (answer.ok && (await answer.json()).complete) {
        this.say('ended', '');
        this.later();
        return;
      }
    } catch {
      // Not there yet.
    }
    this.say('lost', 'Connecting again…');
    setTimeout(() => this.connect(), again);
  }

  later(after = atMostEvery) {
    if (!this.timer) this.timer = setTimeout(() => requestAnimationFrame(() => this.show()), after);
  }

  async show() {
    const version = this.seen;
    const done = await Promise.all([...this.root.querySelectorAll('[data-fragment]:not([data-every])')].map(refresh));
    this.timer = 0;
    if (!done.every(Boolean)) this.later(again);
    else if (this.seen > version) this.later();
  }

  say(state, text) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = text;
    this.status.hidden = !text;
  }
}

export function startLive() {
  startPolling();
  const root = document.querySelector('[data-events]');
  if (root && root.dataset.ended === undefined) new RunEvents(root);
}
