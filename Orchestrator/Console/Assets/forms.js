// Conveniences of forms; none is needed to send one.
export function startForms() {
  document.addEventListener('change', (event) => {
    const all = event.target.closest('[data-check-all]');
    if (all) {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`)) box.checked = all.checked;
    }
    const chooser = event.target.closest('[data-submit-on-change]');
    if (chooser) chooser.form.requestSubmit();
  });
  document.addEventListener('submit', (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}
