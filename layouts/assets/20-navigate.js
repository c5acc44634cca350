/*
 * Links that need no reload. A plain click on a link of this site becomes a history entry and Dash's own
 * location event; a modified click, a download, another site, or a page where Dash is not up yet is left
 * to the browser. Back and forward find their scroll position and focus again.
 */
(function () {
  'use strict';
  const thread = window.goldenThread;
  const DASH_LOCATION_EVENT = '_dashprivate_pushstate';
  let routed = false; // true once Dash has shown something: until then links are plain links
  let arriving = null; // what to restore when the next page has been shown
  let focused = null; // id of the element last focused, for pages whose HTML is replaced

  history.scrollRestoration = 'manual';

  function remember() {
    const state = { ...history.state, scroll: window.scrollY, focus: focused };
    history.replaceState(state, '');
  }

  /** Go to an address of this site as if it had been loaded. */
  function go(address) {
    const target = new URL(address, window.location.href);
    if (target.origin !== window.location.origin || !routed) {
      window.location.assign(target.href);
      return;
    }
    const samePage = target.pathname === window.location.pathname;
    remember();
    history.pushState({}, '', target.href);
    arriving = samePage ? { scroll: window.scrollY, focus: focused } : { scroll: 0, focus: null, hash: target.hash };
    window.dispatchEvent(new CustomEvent(DASH_LOCATION_EVENT));
  }

  function isOurs(link, event) {
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    const elsewhere = link.origin !== window.location.origin || (link.target && link.target !== '_self');
    const jump = link.hash && link.pathname === window.location.pathname && link.search === window.location.search;
    return routed && !event.defaultPrevented && !modified && !elsewhere && !jump
      && !link.hasAttribute('download') && link.dataset.nav !== 'reload';
  }

  function onClick(event) {
    const link = event.target.closest && event.target.closest('a[href]');
    if (!link || !isOurs(link, event)) return;
    event.preventDefault();
    go(link.href);
  }

  /** The address of a GET form: its action, what it asks, nothing empty. */
  function addressOf(form) {
    const address = new URL(form.getAttribute('action') || window.location.pathname, window.location.href);
    new FormData(form).forEach((value, name) => {
      if (value !== '') address.searchParams.append(name, value);
    });
    return address.href;
  }

  function onChange(event) {
    const select = event.target;
    if (!select.matches('select[data-nav]') || !select.form) return;
    go(addressOf(select.form));
  }

  function onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'get' || !form.matches('[data-nav], :has(select[data-nav])')) return;
    event.preventDefault();
    go(addressOf(form));
  }

  function restoreFocus(id) {
    const element = id && document.getElementById(id);
    if (element && document.activeElement === document.body) element.focus({ preventScroll: true });
  }

  function settle() {
    const here = arriving;
    arriving = null;
    if (!here) {
      restoreFocus(focused);
      return;
    }
    const anchor = here.hash && document.getElementById(decodeURIComponent(here.hash.slice(1)));
    if (anchor) anchor.scrollIntoView(); else window.scrollTo(0, here.scroll || 0);
    if (here.focus) restoreFocus(here.focus); else focusHeading();
    announce();
  }

  /** A new page is read out from its heading on, as after a real load. */
  function focusHeading() {
    const heading = document.querySelector('main h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  function announce() {
    const page = document.querySelector('[data-says]');
    const region = document.getElementById('announcer');
    if (page && region) region.textContent = page.dataset.says;
  }

  function showTitle() {
    const page = document.querySelector('[data-title]');
    if (page) document.title = page.dataset.title;
  }

  let settling = 0;
  /** Called by Markup whenever it has shown something; one frame may show several blocks. */
  function shown() {
    routed = true;
    showTitle();
    cancelAnimationFrame(settling);
    settling = requestAnimationFrame(settle);
    document.dispatchEvent(new CustomEvent('golden-thread:shown'));
  }

  document.addEventListener('click', onClick);
  document.addEventListener('change', onChange);
  document.addEventListener('submit', onSubmit);
  document.addEventListener('focusin', (event) => { focused = event.target.id || null; });
  window.addEventListener('pagehide', remember);
  window.addEventListener('popstate', (event) => { arriving = event.state || { scroll: 0 }; });
  if (history.state && history.state.scroll) arriving = history.state; // reloaded, or come back to

  Object.assign(thread, { go, shown });
})();
