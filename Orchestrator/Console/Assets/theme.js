// Before anything is painted: the colours that were chosen here.
(() => {
  try {
    const theme = localStorage.getItem('agents-theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden here: the system's colours.
  }
})();
