// Keeps parts of a page up to date, and shows a log as it is written. Without it the pages work and stand still.
const everyMilliseconds = 1000;
const mostLines = 5000;

for (const part of document.querySelectorAll("[data-fragment]")) {
  setInterval(async () => {
    // Nothing is taken away under somebody's hand.
    if (document.hidden || part.contains(document.activeElement)) return;
    try {
      const answer = await fetch(part.dataset.fragment);
      const text = await answer.text();
      if (answer.ok && text !== part.dataset.last) {
        part.dataset.last = text;
        part.innerHTML = text;
      }
    } catch {
      // The application has stopped; the page shows how it was.
    }
  }, everyMilliseconds);
}

for (const log of document.querySelectorAll("[data-stream]")) {
  const follow = document.getElementById("follow");
  let last = 0;
  const source = new EventSource(log.dataset.stream);
  source.onmessage = (event) => {
    for (const line of JSON.parse(event.data)) {
      // After a broken connection it begins anew.
      if (line.number <= last) continue;
      last = line.number;
      const row = document.createElement("div");
      row.textContent = line.text;
      if (line.error) row.className = "error";
      log.append(row);
    }
    while (log.childElementCount > mostLines) log.firstElementChild.remove();
    if (follow.checked) log.scrollTop = log.scrollHeight;
  };
}

if (location.hash.startsWith("#span-")) {
  const span = document.getElementById(location.hash.slice(1));
  if (span) span.open = true;
}
