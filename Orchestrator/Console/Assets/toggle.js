// The button for colours: as the system, light, dark.
const names = ['', 'light', 'dark'];
const said = { '': 'as the system', light: 'light', dark: 'dark' };

export function startTheme() {
  const button = document.getElementById('theme-toggle');
  if (!button) return;
  const root = document.documentElement;
  const show = () => {
    const text = `Colours: ${said[root.dataset.theme ?? '']}`;
    button.title = text;
    button.setAttribute('aria-label', `${text}. Change.`);
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    const next = names[(names.indexOf(root.dataset.theme ?? '') + 1) % names.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      if (next) localStorage.setItem('agents-theme', next);
      else localStorage.removeItem('agents-theme');
    } catch {
      // It holds for this page only.
    }
    show();
  });
  show();
}
