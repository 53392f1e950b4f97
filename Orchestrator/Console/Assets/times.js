// Times that are told from now on, and durations that count up.
const second = 1000;

export function relative(time, now) {
  const apart = Math.abs(now - time);
  if (apart < second) return 'now';
  const [count, unit] = apart < 60 * second ? [apart / second, 's']
    : apart < 3600 * second ? [apart / (60 * second), 'min']
      : apart < 86400 * second ? [apart / (3600 * second), 'h'] : [apart / (86400 * second), 'd'];
  const text = `${Math.floor(count)} ${unit}`;
  return now > time ? `${text} ago` : `in ${text}`;
}

export function duration(ms) {
  const s = Math.max(0, ms) / second;
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  if (s < 10) return `${(Math.floor(s * 10) / 10).toFixed(1)} s`;
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function tellTimes() {
  const now = Date.now();
  for (const element of document.querySelectorAll('time[data-relative]')) say(element, relative(Date.parse(element.dateTime), now));
  for (const element of document.querySelectorAll('[data-since]')) say(element, duration(now - Date.parse(element.dataset.since)));
}

export function startTimes() {
  setInterval(() => {
    if (!document.hidden) tellTimes();
  }, second);
}
