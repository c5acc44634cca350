/*
 * The unit picker closes as menus do: by Escape, which gives the focus back, and by a click elsewhere. It stands
 * before the other scripts, so that Escape closes it and does nothing more.
 */
(function () {
  'use strict';

  document.addEventListener('keydown', (event) => {
    const open = document.querySelector('.picker[open]');
    if (event.key !== 'Escape' || !open) return;
    event.preventDefault();
    open.open = false;
    open.querySelector('summary').focus();
  });
  document.addEventListener('pointerdown', (event) => {
    document.querySelectorAll('.picker[open]').forEach((open) => {
      if (!open.contains(event.target)) open.open = false;
    });
  });
})();
