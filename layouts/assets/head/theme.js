/*
 * Light, dark, or as the machine says. Loaded as a file in <head>, before the first paint, so that a
 * dark page never flashes light and the content policy needs no inline script.
 *
 * The choice is kept in localStorage; the theme that results from it also goes into a cookie, for the
 * server draws charts and a chart cannot take its colours from CSS.
 */
(function () {
  'use strict';
  const KEY = 'golden-thread-theme';
  const CHOICES = ['light', 'dark', 'auto'];
  const darkMachine = window.matchMedia('(prefers-color-scheme: dark)');

  function kept() {
    try {
      const choice = window.localStorage.getItem(KEY);
      return CHOICES.includes(choice) ? choice : 'auto';
    } catch {
      return 'auto'; // storage may be forbidden: the page still works
    }
  }

  function keep(choice) {
    try {
      window.localStorage.setItem(KEY, choice);
    } catch {
      // nothing to do: the choice holds for this page only
    }
  }

  function apply(choice) {
    const theme = choice === 'auto' ? (darkMachine.matches ? 'dark' : 'light') : choice;
    const before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = theme;
    document.cookie = KEY + '=' + theme + '; path=/; max-age=31536000; samesite=lax';
    // Charts carry their colours with them: have them drawn anew.
    if (before && before !== theme && document.querySelector('.js-plotly-plot')) window.location.reload();
  }

  function showChoice() {
    document.querySelectorAll('select[data-theme-choice]').forEach((select) => {
      if (select.value !== kept()) select.value = kept();
    });
  }

  apply(kept());
  darkMachine.addEventListener('change', () => apply(kept()));
  document.addEventListener('change', (event) => {
    if (!event.target.matches('select[data-theme-choice]')) return;
    keep(event.target.value);
    apply(event.target.value);
    showChoice();
  });
  document.addEventListener('DOMContentLoaded', showChoice);
  document.addEventListener('golden-thread:shown', showChoice);
})();
